//! The pages of findings: each code has one, each *Example* gives exactly its code, each *Instead* none.
//! `docs/codes/README.md` has their form and the frames that are put around snippets here.

mod commands;
mod examples;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hsbrun::diag::{Rule, Severity};
use hsbrun::explain::{Page, pages};

/// The heads of every page, in their order.
const HEADS: [&str; 5] = ["What it says", "Why it matters", "Example", "Instead", "More"];
/// The head of an example that no text can give: it needs bytes, a great size, a command line or a run.
const NOT_A_TEXT: &str = "Example (not run by the tests)";
/// The pages with that head, and no others.
pub const NOT_TEXTS: &[&str] = &[
    "HSB4006", "HSB4017", "HSB7905", "HSB1001", "HSB1002", "HSB1003", "HSB1004", "HSB1005", "HSB2073", "HSB2074",
    "HSB2076", "HSB2077", "HSB5001", "HSB5002", "HSB5003", "HSB5004", "HSB5005", "HSB5010", "HSB5011", "HSB5012",
    "HSB5013", "HSB5014", "HSB5015", "HSB5016", "HSB5017", "HSB5018", "HSB5019", "HSB5020", "HSB7001", "HSB7002",
    "HSB7003", "HSB7101", "HSB7102", "HSB7114", "HSB7121", "HSB7122", "HSB7132", "HSB7901", "HSB7902", "HSB7903",
    "HSB7904", "HSB7906", "HSB7907", "HSB7908", "HSB7909", "HSB7910", "HSB7911", "HSB7912",
];

/// A head of a page and what stands under it.
type Section = (&'static str, &'static str);

fn sections(page: Page) -> Vec<Section> {
    page.text
        .split("\n## ")
        .skip(1)
        .map(|part| part.split_once('\n').expect("because a head has a line of its own"))
        .collect()
}

pub fn section(page: Page, head: &str) -> &'static str {
    sections(page).into_iter().find(|(known, _)| *known == head).map_or("", |(_, text)| text)
}

/// A fenced block: the words behind the fence, and the text in it.
pub fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut fences = text.split("\n```");
    fences.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_after)) = (fences.next(), fences.next()) {
        let (kind, body) = block.split_once('\n').unwrap_or((block, ""));
        blocks.push((kind, body));
    }
    blocks
}

fn is_code(text: &str) -> bool {
    text.len() == 7 && text.starts_with("HSB") && text[3..].bytes().all(|byte| byte.is_ascii_digit())
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("because the sources are part of the package") {
        let path = entry.expect("because the folder can be read").path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.file_name().is_some_and(|name| name == "diagnostics.rs") {
            found.push(path);
        }
    }
}

/// Code and name of every rule, as the rooms' `diagnostics.rs` write them: some rooms do not hand their rules out.
fn written_rules() -> BTreeMap<String, String> {
    let mut files = Vec::new();
    source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut rules = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("because the file was listed");
        let literals: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        let with_names = literals.windows(2).filter(|pair| is_code(pair[0]));
        rules.extend(with_names.map(|pair| (pair[0].to_owned(), pair[1].to_owned())));
    }
    rules
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let paged: BTreeMap<String, String> = pages().map(|page| (page.code.to_owned(), page.name.to_owned())).collect();
    let rules = written_rules();
    let without: Vec<_> = rules.iter().filter(|(code, name)| paged.get(*code) != Some(name)).collect();
    assert!(without.is_empty(), "no page in docs/codes (and src/explain/page.rs): {without:?}");
    let left: Vec<_> = paged.keys().filter(|code| !rules.contains_key(*code)).collect();
    assert!(left.is_empty(), "no rule has the code of these pages: {left:?}");
}

#[test]
fn a_page_is_as_severe_as_its_rule() {
    let rooms: [&[Rule]; 5] = [
        hsbrun::syntax::diagnostics::ALL,
        hsbrun::program::diagnostics::ALL,
        hsbrun::lint::diagnostics::ALL,
        &hsbrun::lint::allow::RULES,
        &hsbrun::site::RULES,
    ];
    for rule in rooms.into_iter().flatten() {
        let page = hsbrun::explain::page(rule.code).unwrap_or_else(|| panic!("{} has no page", rule.code));
        assert_eq!((page.name, page.severity), (rule.name, rule.severity), "{}", rule.code);
    }
    let elsewhere = pages().filter(|page| page.code.starts_with("HSB5") || page.code.starts_with("HSB79"));
    assert!(elsewhere.into_iter().all(|page| page.severity == Severity::Error));
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("because the docs are part of the package")
        .map(|entry| entry.expect("because the folder can be read").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "README.md")
        .collect();
    assert_eq!(files, pages().map(|page| format!("{}.md", page.code)).collect());
}

#[test]
fn every_page_has_the_same_heads_in_the_same_order_and_is_short() {
    for page in pages() {
        let heads: Vec<&str> = sections(page).iter().map(|(head, _)| *head).collect();
        let mut wanted = HEADS;
        if NOT_TEXTS.contains(&page.code) {
            wanted[2] = NOT_A_TEXT;
        }
        assert_eq!(heads, wanted, "{}", page.code);
        assert!(sections(page).iter().all(|(_, text)| !text.trim().is_empty()), "{}: an empty head", page.code);
        assert!(page.text.lines().count() <= 70, "{} is too long", page.code);
        assert!(page.text.lines().all(|line| line.chars().count() <= 130), "{}: a line over 130", page.code);
    }
}

#[test]
fn what_a_page_points_to_is_there() {
    let known: BTreeSet<&str> = pages().map(|page| page.code).collect();
    for page in pages() {
        let words = page.text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_code(word));
        let dead: Vec<&str> = words.filter(|word| !known.contains(word)).collect();
        assert!(dead.is_empty(), "{} points to {dead:?}", page.code);
    }
}
