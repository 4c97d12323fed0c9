//! `use` files: how they are asked for, and each read once.

use hsbrun::program::{Loader, resolve};
use hsbrun::text::Source;

use super::{program, resolve_text};

/// Writes down what it is asked for.
#[derive(Default)]
struct Asked(Vec<(String, String)>);

impl Loader for Asked {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        self.0.push((from.to_owned(), path.to_owned()));
        let folder = if from.starts_with("lib/") { "lib/" } else { "" };
        let text = match path {
            "lib/a.hsbrun" => "language 1\nlibrary \"A\"\nuse \"b.hsbrun\"\nprocedure a(S: server) {\n    do b(S)\n}\n",
            "lib/b.hsbrun" | "b.hsbrun" => {
                "language 1\nlibrary \"B\"\nprocedure b(S: server) {\n    wait until S is DWN within 1m\n}\n"
            }
            _ => return Err("nobody can read it".to_owned()),
        };
        Ok(Source::new(format!("{folder}{path}"), text))
    }
}

#[test]
fn a_path_is_asked_for_with_the_file_that_uses_it_and_a_file_is_parsed_once() {
    let text =
        "language 1\nrunbook \"R\"\nuse \"lib/a.hsbrun\"\nuse \"lib/b.hsbrun\"\nserver S1: any\nrequire S1 is DOWN\n";
    let mut loader = Asked::default();
    let resolved = resolve(Source::new("main.hsbrun", text), &mut loader);
    let asked: Vec<(&str, &str)> = loader.0.iter().map(|(from, path)| (from.as_str(), path.as_str())).collect();
    assert_eq!(asked, [("main.hsbrun", "lib/a.hsbrun"), ("lib/a.hsbrun", "b.hsbrun"), ("main.hsbrun", "lib/b.hsbrun")]);
    let sources: Vec<&str> = resolved.sources.iter().map(|(_, source)| source.name.as_str()).collect();
    assert_eq!(sources, ["main.hsbrun", "lib/a.hsbrun", "lib/b.hsbrun"]);
    let found: Vec<&str> = resolved.findings.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(found, ["HSB2005"], "once, though the file is used twice");
    let at = resolved.findings[0].labels[0].span;
    assert_eq!((resolved.sources.snippet(at), at.source.0), ("DWN", 2));
}

#[test]
fn a_file_that_cannot_be_read_is_reported_with_the_reason() {
    let text = "language 1\nrunbook \"R\"\nuse \"gone.hsbrun\"\nserver S1: any\nrequire S1 is DOWN\n";
    let resolved = resolve(Source::new("main.hsbrun", text), &mut Asked::default());
    let finding = &resolved.findings[0];
    assert_eq!((finding.rule.code, finding.labels[0].text.as_str()), ("HSB2070", "nobody can read it"));
    assert!(resolved.program.is_none());
}

#[test]
fn requires_alone_make_a_runbook() {
    let program = program("language 1\nrunbook \"R\"\nserver S1: any\nrequire S1 is DOWN\n");
    assert_eq!((program.requires.len(), program.steps.len()), (1, 0));
}

#[test]
fn an_empty_text_is_the_syntax_s_business_alone() {
    let resolved = resolve_text("");
    assert!(resolved.program.is_none());
    let others: Vec<&str> =
        resolved.findings.iter().map(|finding| finding.rule.code).filter(|code| !code.starts_with("HSB1")).collect();
    assert!(!resolved.findings.is_empty() && others.is_empty(), "{others:?}");
}
