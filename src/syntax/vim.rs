//! The Vim files, made of the keyword table. Text out; a test compares them with `editors/vim/`.

use std::fmt::Write as _;

use super::keywords::{
    Class, KEYWORDS, PHRASES, PROBE_WORDS, SIZE_UNITS, STATE_WORDS, STATUS_WORDS, TIME_UNITS, TYPES, is_reserved,
    words_of,
};

const HEAD: &str = "\
\" Vim syntax file for hsbrun runbooks.
\" Made of src/syntax/keywords.rs by src/syntax/vim.rs: change those, then UPDATE_EXPECT=1 cargo test.

if exists('b:current_syntax')
  finish
endif
let s:cpo_save = &cpo
set cpo&vim

syn case match
syn iskeyword @,48-57,_
syn sync minlines=1

";

const TEXTS: &str = r#"
syn match hsbrunComment /#.*$/ contains=hsbrunAllow,@Spell
syn match hsbrunDoc /^\%(\%uFEFF\)\?#!.*$/ contains=@Spell
syn match hsbrunAllow /hsbrun: allow([^)]*) because/ contained
syn match hsbrunEscape /\\["\\]\|{{\|}}/ contained
syn match hsbrunHole /{\a\w*}/ contained
syn region hsbrunText start=/"/ skip=/\\["\\]/ end=/"/ oneline contains=hsbrunEscape,hsbrunHole,@Spell
syn match hsbrunQuote /''/ contained
syn region hsbrunLiteral start=/'/ skip=/''/ end=/'/ oneline contains=hsbrunQuote
syn match hsbrunOperator /<=\|>=\|->\|[<>=|]/
"#;

const COLOURS: [(&str, &str); 17] = [
    ("Item", "Structure"),
    ("Statement", "Statement"),
    ("Clause", "Keyword"),
    ("Condition", "Conditional"),
    ("Fixed", "Keyword"),
    ("State", "Constant"),
    ("Type", "Type"),
    ("Probe", "Identifier"),
    ("Number", "Number"),
    ("Comment", "Comment"),
    ("Doc", "SpecialComment"),
    ("Allow", "Todo"),
    ("Escape", "SpecialChar"),
    ("Hole", "Identifier"),
    ("Text", "String"),
    ("Literal", "Special"),
    ("Operator", "Operator"),
];

/// `editors/vim/syntax/hsbrun.vim`
#[must_use]
pub fn vim_syntax() -> String {
    let mut out = HEAD.to_owned();
    for class in [Class::Item, Class::Statement, Class::Clause, Class::Condition, Class::Fixed] {
        let words: Vec<&str> = words_of(class).filter(|word| is_reserved(word)).collect();
        line(&mut out, format_args!("syn keyword hsbrun{class:?} {}", words.join(" ")));
    }
    out.push('\n');
    for phrase in PHRASES {
        fixed_words(&mut out, phrase);
    }
    out.push('\n');
    line(&mut out, format_args!("syn keyword hsbrunState {} {}", STATE_WORDS.join(" "), STATUS_WORDS.join(" ")));
    line(&mut out, format_args!("syn match hsbrunType /\\%(:\\s*\\)\\@<=\\%({}\\)\\>/", TYPES.join("\\|")));
    line(&mut out, format_args!("syn match hsbrunProbe /\\.\\@1<=\\%({}\\)\\>/", PROBE_WORDS.join("\\|")));
    line(&mut out, format_args!("syn match hsbrunNumber /\\<\\d\\+\\%(\\.\\d\\+\\)*\\>/"));
    line(&mut out, format_args!("syn match hsbrunNumber /\\<\\d\\+\\%({}\\)\\>/", TIME_UNITS.join("\\|")));
    line(&mut out, format_args!("syn match hsbrunNumber /\\<\\d\\+ *\\%({}\\)\\>/", SIZE_UNITS.join("\\|")));
    out.push_str(TEXTS);
    out.push('\n');
    for (group, colour) in COLOURS {
        line(&mut out, format_args!("hi def link hsbrun{group} {colour}"));
    }
    out.push_str("hi def link hsbrunQuote SpecialChar\n\nlet b:current_syntax = 'hsbrun'\nlet &cpo = s:cpo_save\nunlet s:cpo_save\n");
    out
}

/// `editors/vim/ftdetect/hsbrun.vim`
#[must_use]
pub fn vim_ftdetect() -> String {
    "autocmd BufRead,BufNewFile *.hsbrun setfiletype hsbrun\n".to_owned()
}

/// The words of a phrase that are not reserved count as words of the language behind the words before them only.
fn fixed_words(out: &mut String, phrase: &str) {
    let words: Vec<&str> = phrase.split(' ').collect();
    for (at, word) in words.iter().enumerate() {
        if !KEYWORDS.iter().any(|keyword| keyword.word == *word && !keyword.reserved) {
            continue;
        }
        let before: String = words[..at].iter().map(|word| pattern(word)).collect();
        let made = format!("syn match hsbrunFixed /\\%({before}\\)\\@<={word}\\>/");
        if !out.contains(&made) {
            line(out, format_args!("{made}"));
        }
    }
}

fn pattern(word: &str) -> String {
    match word {
        "N" => "\\d\\+\\s\\+".to_owned(),
        _ if word.starts_with(|char: char| char.is_ascii_alphabetic()) => format!("\\<{word}\\s\\+"),
        _ => format!("{word}\\s*"),
    }
}

fn line(out: &mut String, words: std::fmt::Arguments<'_>) {
    writeln!(out, "{words}").expect("because writing to a text does not fail");
}
