//! The one keyword table: it agrees with the grammar, and the editors' files are made of it.

use std::collections::BTreeSet;
use std::path::Path;

use hsbrun::pair::{Measure, State, Status};
use hsbrun::syntax::keywords::{Class, KEYWORDS, PHRASES, PROBE_WORDS, STATE_WORDS, STATUS_WORDS, words_of};
use hsbrun::syntax::{vim_ftdetect, vim_syntax};

fn grammar() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/hsbrun.pest"))
        .expect("because the grammar is part of the package")
}

/// The words in quotes of one rule of the grammar.
fn words_in(rule: &str) -> BTreeSet<String> {
    let grammar = grammar();
    let begin = format!("\n{rule}");
    let at = grammar.match_indices(&begin).find(|(at, _)| grammar[at + begin.len()..].trim_start().starts_with('='));
    let (at, _) = at.unwrap_or_else(|| panic!("because the grammar has a rule {rule}"));
    let body = &grammar[at + 1..];
    let end = body.find("}\n").expect("because a rule ends");
    body[..end].split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn table(chosen: impl Fn(&hsbrun::syntax::keywords::Keyword) -> bool) -> BTreeSet<String> {
    KEYWORDS.iter().filter(|keyword| chosen(keyword)).map(|keyword| keyword.word.to_owned()).collect()
}

#[test]
fn the_table_and_the_grammar_reserve_the_same_words() {
    assert_eq!(words_in("reserved"), table(|keyword| keyword.reserved));
}

#[test]
fn every_word_of_the_grammar_is_in_the_table_and_the_other_way_round() {
    let grammar = grammar();
    let rules: BTreeSet<String> = grammar
        .lines()
        .filter_map(|line| line.strip_prefix("w_"))
        .map(|line| line.split_whitespace().next().expect("because a rule has a name").to_owned())
        .collect();
    assert_eq!(rules, table(|_| true));
    for word in &rules {
        assert!(words_in(&format!("w_{word}")).contains(word), "w_{word} reads another word");
    }
}

#[test]
fn items_and_statements_begin_with_the_words_that_the_table_says() {
    let mut items = words_in("top");
    for word in ["on", "success", "failure", "back"] {
        assert!(items.remove(word));
    }
    assert_eq!(items, table(|keyword| keyword.class == Class::Item));
    assert_eq!(words_in("begin"), table(|keyword| keyword.class == Class::Statement));
}

#[test]
fn a_word_stands_once_in_the_table_and_a_free_one_in_a_phrase() {
    assert_eq!(table(|_| true).len(), KEYWORDS.len());
    let phrases: BTreeSet<&str> = PHRASES.iter().flat_map(|phrase| phrase.split(' ')).collect();
    let lost: Vec<&str> = words_of(Class::Fixed)
        .filter(|word| !phrases.contains(word) && !words_in("reserved").contains(*word))
        .collect();
    assert!(lost.is_empty(), "{lost:?} stand in no phrase");
}

#[test]
fn the_words_of_states_and_probes_are_those_of_the_pair() {
    let states = State::ALL.iter().flat_map(|state| state.word().split(' ')).chain(["SERVING"]);
    assert_eq!(states.collect::<BTreeSet<_>>(), STATE_WORDS.iter().copied().collect());
    let answers = Status::ALL.iter().flat_map(|status| status.words()).flat_map(|word| word.word().split(' '));
    let shared = |word: &&str| !STATE_WORDS.contains(word);
    let answers: BTreeSet<&str> = answers.chain(["ON", "OFF", "BEGUN"]).filter(shared).collect();
    assert_eq!(answers, STATUS_WORDS.iter().copied().collect());
    let probes =
        Status::ALL.iter().map(|status| status.word()).chain(Measure::ALL.iter().map(|measure| measure.word()));
    assert_eq!(probes.chain(["answers"]).collect::<BTreeSet<_>>(), PROBE_WORDS.iter().copied().collect());
}

#[test]
fn the_vim_files_are_made_of_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vim");
    for (path, made) in [("syntax/hsbrun.vim", vim_syntax()), ("ftdetect/hsbrun.vim", vim_ftdetect())] {
        let path = root.join(path);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(path.parent().expect("because the file stands in a folder"))
                .expect("because the folder can be made");
            std::fs::write(&path, made).expect("because the file can be written");
        } else {
            let written = std::fs::read_to_string(&path).expect("because the file is part of the package");
            assert_eq!(written, made, "{}: UPDATE_EXPECT=1 cargo test rewrites it", path.display());
        }
    }
}
