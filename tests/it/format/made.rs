//! Runbooks that are made by dice over the grammar, with blanks, line ends and comments wherever they may stand.

use super::{law, laws};

/// Numbers that follow from a seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).expect("because it is below a usize")
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

/// Writes a file. A blank in a template is a place for blanks, `~` for blanks, line ends and comments (the grammar's
/// `soft`), `;` for the end of a line; `+` for blanks or nothing.
struct Writer {
    dice: Dice,
    text: String,
    comments: usize,
}

impl Writer {
    fn write(&mut self, template: &str) {
        let mut quote = None;
        for char in template.chars() {
            match char {
                '"' | '\'' if quote.is_none_or(|open| open == char) => {
                    quote = if quote.is_none() { Some(char) } else { None };
                    self.text.push(char);
                }
                _ if quote.is_some() => self.text.push(char),
                ' ' => self.blanks(1),
                '+' => self.blanks(0),
                '~' => self.soft(),
                ';' => self.end(),
                _ => self.text.push(char),
            }
        }
    }

    fn blanks(&mut self, least: usize) {
        let more = if self.dice.below(4) == 0 { self.dice.below(3) } else { 0 };
        self.text.push_str(&" ".repeat(least));
        self.text.push_str(["", "  ", "\t"][more]);
    }

    fn soft(&mut self) {
        self.blanks(1);
        while self.dice.below(4) == 0 {
            self.line_end();
        }
    }

    fn end(&mut self) {
        self.line_end();
        while self.dice.below(5) == 0 {
            self.line_end();
        }
    }

    fn line_end(&mut self) {
        self.blanks(0);
        if self.dice.below(4) == 0 {
            self.comments += 1;
            let comment = format!(
                "#{}{}",
                self.dice.one(&["", " ", "! ", " hsbrun: allow(x) because ", " \" { ' "]),
                self.comments
            );
            self.text.push_str(&comment);
            self.blanks(0);
        }
        self.text.push('\n');
        self.blanks(0);
    }

    fn file(&mut self) {
        self.write("language 1;runbook \"Made\";source \"a 'guide', # {{no}} comment\";");
        self.write("param up+:+ version_level+|+fix_pack;param room:+size+=+10GiB;param limit+: duration = 30m;");
        self.write("param target:version=7.0.3;");
        self.write(
            "server S1+:+ PRIMARY  ACTIVE+->+SECONDARY ACTIVE at target;server S2: any+->+ DOWN or PRIMARY ACTIVE;",
        );
        for _ in 0..self.dice.below(3) {
            self.write("require ");
            self.cond(2, false);
            self.write("~else \"because\";");
        }
        self.write("procedure help(+P+: server+,+ limit:+duration+)+{~");
        self.block(2, false);
        self.write("};");
        for number in 1..=1 + self.dice.below(3) {
            self.write(&format!("step {number} \"Title {{S1}}\" on S1+{{~"));
            self.block(3, false);
            self.write("if this step fails+{~");
            self.block(2, true);
            self.write("stop \"why\";};back out+{");
            if self.dice.below(2) == 0 {
                self.write("~");
                self.block(1, false);
            }
            self.write("};};");
        }
        self.write("on failure {~leave watchdog off because \"x\";};");
    }

    fn block(&mut self, depth: usize, handler: bool) {
        for _ in 0..1 + self.dice.below(3) {
            self.stmt(depth, handler);
            self.write(";");
        }
    }

    fn stmt(&mut self, depth: usize, handler: bool) {
        match self.dice.below(if depth == 0 { 8 } else { 13 }) {
            0 => self.write("admin 'hsb ''x'' { # }'"),
            1 => self.write("start with autoconvert+,+backupserver~within 5m"),
            2 => self.write("sql 'select ?' with 1+,+target in doubt ask~within limit"),
            3 => self.write("confirm told \"Users { S1 }\"~within limit".replace("{ S1 }", "{S1}").as_str()),
            4 => self.clauses("wait until ", &["within limit", "fail if "]),
            5 => self.clauses(
                "ensure ",
                &["within 5m", "by admin 'hsb connect'", "from PRIMARY  ALONE or OFFLINE", "fail if "],
            ),
            6 => self.write("run tool within 5m in doubt repeat"),
            7 => {
                self.write("assert ");
                self.cond(2, handler);
                self.write("~else \"text\"");
            }
            8 => self.branch(depth - 1, handler),
            9 => {
                self.write("choose up+{~version_level+{~");
                self.block(depth - 1, handler);
                self.write("};fix_pack { };}");
            }
            10 => {
                self.write("on S2+{~");
                self.block(depth - 1, handler);
                self.write("}");
            }
            11 if handler => {
                let order =
                    self.dice.one(&["retry from 1 at most 1 time after 5s", "retry after limit at most 3 times"]);
                self.write(order);
                self.write("+{~");
                self.block(depth - 1, true);
                self.write("}");
            }
            _ => self.write("do help(+S1+,+limit+)"),
        }
    }

    /// Clauses in any order; those that end in a blank take a condition.
    fn clauses(&mut self, head: &str, clauses: &[&str]) {
        self.write(head);
        self.cond(2, false);
        let from = self.dice.below(clauses.len());
        for at in 0..clauses.len() {
            let clause = clauses[(from + at) % clauses.len()];
            self.write("~");
            self.write(clause);
            if clause.ends_with(' ') {
                self.cond(1, false);
            }
        }
    }

    fn branch(&mut self, depth: usize, handler: bool) {
        self.write("if ");
        self.cond(2, handler);
        self.write("+{");
        if self.dice.below(3) > 0 {
            self.write("~");
            self.block(depth, handler);
        }
        self.write("}");
        for _ in 0..self.dice.below(3) {
            self.write("~else if ");
            self.cond(2, handler);
            self.write(" { }");
        }
        if self.dice.below(2) == 0 {
            self.write("~else+{~");
            self.block(depth, handler);
            self.write("}");
        }
        if self.dice.below(2) == 0 {
            self.write("~unknown+{ }");
        }
    }

    fn cond(&mut self, depth: usize, handler: bool) {
        let joiner = self.dice.one(&["~and~", "~or~"]);
        let terms = 1 + self.dice.below(3);
        for at in 0..terms {
            if at > 0 {
                self.write(joiner);
            }
            self.term(depth, handler);
        }
    }

    fn term(&mut self, depth: usize, handler: bool) {
        match self.dice.below(if depth == 0 { 5 } else { 6 }) {
            0 => self.write("S1.log_space+>=+10GiB"),
            1 => self.write("S2.answers(+'select 1',target+)"),
            2 if handler => self.write("refused with 14525 or 10"),
            2 | 3 => self.write("S1.catchup is NOT  ACTIVE"),
            4 => self.write("S2 is PRIMARY ALONE or SECONDARY  ALONE or OFFLINE"),
            _ => {
                self.write("(~");
                self.cond(depth - 1, handler);
                self.write("~)");
            }
        }
    }
}

fn file(seed: u64) -> String {
    let mut writer = Writer { dice: Dice(seed), text: String::new(), comments: 0 };
    writer.file();
    writer.text
}

#[test]
fn the_laws_hold_for_made_runbooks_and_their_comments() {
    for seed in 0..200 {
        let text = file(seed);
        let findings = hsbrun::syntax::parse(hsbrun::text::SourceId(0), &text).findings;
        assert!(findings.is_empty(), "seed {seed} makes no sound file: {:?}\n{text}", findings[0]);
        law::hold(&format!("seed {seed}"), &text);
    }
}

#[test]
fn blanks_between_words_decide_nothing() {
    for (name, text) in laws::runbooks() {
        if !hsbrun::syntax::parse(hsbrun::text::SourceId(0), &text).findings.is_empty() {
            continue;
        }
        let mut dice = Dice(3);
        let wild: String = text.trim_start_matches('\u{FEFF}').lines().map(|line| respaced(line, &mut dice)).collect();
        let tame = hsbrun::format::format(&text);
        assert_eq!(hsbrun::format::format(&wild), tame, "{name}");
    }
}

/// Another indent, and other blanks behind the line.
fn respaced(line: &str, dice: &mut Dice) -> String {
    let blanks = |dice: &mut Dice| dice.one(&["", " ", "\t", "       "]).to_owned();
    let before = blanks(dice);
    if line.trim().is_empty() {
        "\n".repeat(1 + dice.below(3))
    } else {
        format!("{before}{}{}\n", line.trim(), blanks(dice))
    }
}
