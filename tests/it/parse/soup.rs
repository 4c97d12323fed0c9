//! Pieces of runbooks thrown together: whatever comes of it, there is no panic, every label stands in the text, and
//! nothing is broken in silence. `HSBRUN_CAMPAIGN=full` throws many more.

use hsbrun::syntax::parse;
use hsbrun::text::{SourceId, Span};

const PIECES: [&str; 64] = [
    "{",
    "}",
    "(",
    ")",
    "\"",
    "'",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "ä",
    "€",
    "\u{FEFF}",
    "\\",
    "{{",
    "}}",
    "{a}",
    "\0",
    "step 1 \"x\" {\n",
    "step 2 \"y\" on S1 {\n",
    "if S1 is DOWN {",
    "if this step fails {",
    "back out {",
    "else",
    "else if",
    "unknown {",
    "choose a {",
    "on failure {",
    "on S1 {",
    "on",
    "within",
    "within 5m",
    "fail if",
    "and",
    "or",
    "not",
    "retry",
    "at most",
    "3 times",
    "from",
    "by",
    "stop \"x\"",
    "wait until",
    "ensure",
    "admin 'x'",
    "S1.copy is ",
    "S1.answers('",
    "1.5",
    "10 GiB",
    "5min",
    "99999999999999999999999",
    "->",
    ":",
    "==",
    "&&",
    ",",
    "language 1\n",
    "library \"x\"\n",
    "procedure p(",
    "param p: a |",
    "server S:",
    "in doubt",
    "start with",
];

/// A small generator of our own: the same seed gives the same texts on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("because 31 bits fit") % bound
    }
}

#[test]
fn whatever_is_thrown_together_gives_a_tree_and_findings_in_their_places() {
    let texts = if std::env::var("HSBRUN_CAMPAIGN").is_ok_and(|size| size == "full") { 300_000 } else { 2_000 };
    for seed in 0..texts {
        let mut dice = Dice(seed);
        let mut text = String::new();
        for _ in 0..dice.below(40) {
            text.push_str(PIECES[dice.below(PIECES.len())]);
            if dice.below(3) > 0 {
                text.push(' ');
            }
        }
        let parsed = parse(SourceId(0), &text);
        let stands = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
        for finding in &parsed.findings {
            assert!(!finding.labels.is_empty(), "seed {seed}: {finding:?} has no place in {text:?}");
            assert!(finding.labels.iter().all(|label| stands(label.span)), "seed {seed}: {finding:?} in {text:?}");
        }
        let broken = format!("{:?}", parsed.tree.items).contains("Broken");
        assert!(!broken || !parsed.findings.is_empty(), "seed {seed}: broken in silence: {text:?}");
    }
}
