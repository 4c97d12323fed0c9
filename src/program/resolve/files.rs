//! The runbook and every file that it uses, parsed, each once. Knows nothing of what stands in them but their headers.

use std::collections::BTreeSet;

use crate::diag::Finding;
use crate::program::diagnostics;
use crate::program::flow::Heads;
use crate::syntax;
use crate::syntax::tree::{self, ItemKind};
use crate::text::{Source, SourceId, SourceMap, Span};

use super::Loader;

/// More files than this are not read: a limit against mistakes, far above any need.
const MAX_FILES: usize = 64;

pub(super) struct Files {
    pub sources: SourceMap,
    /// In the order of `SourceId`.
    files: Vec<File>,
}

pub(super) struct File {
    pub tree: tree::File,
    /// What it uses, without what could not be loaded.
    pub uses: Vec<SourceId>,
    /// A `use` of it could not be followed: any procedure may have been in there.
    pub uses_unknown: bool,
    /// The words of its broken declarations: what is called so may have been declared.
    pub broken_words: BTreeSet<String>,
}

impl Files {
    pub fn main(&self) -> &File {
        self.get(SourceId(0))
    }

    /// The sources and their trees.
    pub fn into_parts(self) -> (SourceMap, Vec<tree::File>) {
        (self.sources, self.files.into_iter().map(|file| file.tree).collect())
    }

    pub fn get(&self, id: SourceId) -> &File {
        &self.files[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &File)> {
        self.sources.iter().map(|(id, _)| (id, self.get(id)))
    }
}

impl File {
    pub fn is_library(&self) -> bool {
        self.tree.items.iter().any(|item| matches!(item.kind, ItemKind::Library(_)))
    }

    /// The span of its `runbook "…"`, or where that should stand.
    pub fn header(&self) -> Span {
        let header = self.tree.items.iter().find(|item| matches!(item.kind, ItemKind::Runbook(_)));
        header.map_or(Span { end: self.tree.span.start, ..self.tree.span }, |item| item.span)
    }

    /// `on success {`, … as far as they are there.
    pub fn ending_heads(&self) -> Heads {
        let mut heads = Heads::default();
        for item in &self.tree.items {
            if let ItemKind::Ending(ending) = &item.kind {
                heads.of(ending.kind).get_or_insert(Span { end: ending.body.open.start, ..item.span });
            }
        }
        heads
    }
}

/// Reads the files: depth first, each once, whatever the number of `use`s.
pub(super) fn load(main: Source, loader: &mut dyn Loader, findings: &mut Vec<Finding>) -> Files {
    let mut loading = Loading {
        loader,
        findings,
        files: Files { sources: SourceMap::default(), files: Vec::new() },
        open: Vec::new(),
        full: false,
    };
    let id = loading.parse(main);
    loading.follow(id);
    loading.files
}

struct Loading<'a> {
    loader: &'a mut dyn Loader,
    findings: &'a mut Vec<Finding>,
    files: Files,
    /// The files whose `use`s are being followed, each with the `use` that leads on.
    open: Vec<(SourceId, Span)>,
    /// The limit was reached, and said so.
    full: bool,
}

impl Loading<'_> {
    fn parse(&mut self, source: Source) -> SourceId {
        let text = source.text.clone();
        let id = self.files.sources.add(source);
        let parsed = syntax::parse(id, &text);
        self.findings.extend(parsed.findings);
        let broken = parsed.tree.items.iter().filter(|item| matches!(item.kind, ItemKind::Broken));
        let heads: Vec<&str> = broken.map(|item| head(self.files.sources.snippet(item.span))).collect();
        let file = File {
            uses: Vec::new(),
            uses_unknown: heads.iter().any(|head| head.trim_start().starts_with("use")),
            broken_words: heads.iter().flat_map(|head| words(head)).map(str::to_owned).collect(),
            tree: parsed.tree,
        };
        self.files.files.push(file);
        id
    }

    fn follow(&mut self, id: SourceId) {
        let items = &self.files.get(id).tree.items;
        let uses: Vec<tree::Text> = items
            .iter()
            .filter_map(|item| if let ItemKind::Use(path) = &item.kind { Some(path.clone()) } else { None })
            .collect();
        for path in uses {
            self.open.push((id, path.span));
            let used = self.use_file(id, &path);
            self.open.pop();
            let file = &mut self.files.files[id.0 as usize];
            match used {
                Some(used) => file.uses.push(used),
                None => file.uses_unknown = true,
            }
        }
    }

    /// The file of that path; none where a finding says why not.
    fn use_file(&mut self, from: SourceId, path: &tree::Text) -> Option<SourceId> {
        let at = path.span;
        let Some(written) = path.plain() else {
            let hole = path.pieces.iter().find_map(|piece| match piece {
                tree::Piece::Hole(name) => Some(name),
                tree::Piece::Chars(_) => None,
            });
            let hole = hole.expect("because a text without holes is plain");
            self.findings.push(diagnostics::hole_not_here(&hole.value, hole.span, "a path"));
            return None;
        };
        let source = match self.loader.load(&self.files.sources.get(from).name, &written) {
            Ok(source) => source,
            Err(reason) => {
                self.findings.push(diagnostics::unreadable_use(&written, at, &reason));
                return None;
            }
        };
        let known = self.files.sources.iter().find(|(_, known)| known.name == source.name).map(|(id, _)| id);
        match known {
            Some(id) => self.known_file(id, &written, at),
            None => self.new_file(source, &written, at),
        }
    }

    fn known_file(&mut self, id: SourceId, path: &str, at: Span) -> Option<SourceId> {
        if let Some(begin) = self.open.iter().position(|(open, _)| *open == id) {
            let through: Vec<Span> = self.open[begin..self.open.len() - 1].iter().map(|(_, span)| *span).collect();
            self.findings.push(diagnostics::circular_use(path, at, &through));
            return None;
        }
        self.library(id, path, at)
    }

    fn new_file(&mut self, source: Source, path: &str, at: Span) -> Option<SourceId> {
        if self.files.files.len() == MAX_FILES {
            if !std::mem::replace(&mut self.full, true) {
                self.findings.push(diagnostics::too_many_files(at, MAX_FILES));
            }
            return None;
        }
        let id = self.parse(source);
        self.follow(id);
        self.library(id, path, at)
    }

    /// That file, where it is one that can be used.
    fn library(&mut self, id: SourceId, path: &str, at: Span) -> Option<SourceId> {
        let file = self.files.get(id);
        if !file.is_library() && file.tree.items.iter().any(|item| matches!(item.kind, ItemKind::Runbook(_))) {
            let header = file.header();
            self.findings.push(diagnostics::not_a_library(path, at, header));
            return None;
        }
        Some(id)
    }
}

/// The line on which a broken declaration begins, up to its block.
fn head(broken: &str) -> &str {
    broken.split(['\n', '{']).next().unwrap_or("")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}
