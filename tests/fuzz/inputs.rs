//! Texts made by breaking sound ones: a few lines of a file of the corpus with characters, words and lines put in, taken
//! out, exchanged, or taken from elsewhere. The same seed gives the same text on every machine.

use std::path::{Path, PathBuf};

/// No text is made of more lines of one file.
const MOST_LINES: usize = 30;
/// No text is broken at more places.
const MOST_CHANGES: usize = 6;

/// Words that decide something for one of the readers, or that hurt.
const WORDS: [&str; 64] = [
    "{",
    "}",
    "(",
    ")",
    "\"",
    "'",
    "#",
    "\n",
    "\r\n",
    "\t",
    " ",
    "ä",
    "€",
    "\u{FEFF}",
    "\\",
    "{{",
    "}}",
    "{S1}",
    "\0",
    "step 1 \"x\" {\n",
    "if this step fails {",
    "back out {",
    "else",
    "unknown {",
    "choose a {",
    "on failure {",
    "on S1 {",
    "within 5m",
    "within 5 min",
    "fail if",
    "and",
    "&&",
    "not",
    "==",
    "retry at most 3 times",
    "from",
    "by",
    "stop \"x\"",
    "wiat until",
    "ensure",
    "admin \"hsb connect\"",
    "admin 'hsb conect'",
    "S1.copy is",
    "S3",
    "primary alone",
    "1.5",
    "10GB",
    "99999999999999999999999",
    "->",
    ":",
    ",",
    "language 1\n",
    "library \"x\"\n",
    "in doubt ask",
    "# hsbrun: allow(unused-allow) because x\n",
    "# hsbrun: allow(installed-not-known)",
    "  - ",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    "? ",
    "{a: ",
    "!!binary ",
];

/// splitmix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("because it is below a usize")
    }
}

/// Files to break.
pub struct Inputs {
    files: Vec<String>,
}

impl Inputs {
    /// The runbooks and libraries of the repository.
    pub fn runbooks() -> Self {
        Self { files: files(&["runbooks", "tests/corpus"], "hsbrun") }
    }

    /// Its site files, and those in the pages of the codes.
    pub fn sites() -> Self {
        let mut all = files(&["runbooks"], "yaml");
        for page in files(&["docs/codes"], "md") {
            all.extend(page.split("```yaml\n").skip(1).filter_map(|part| Some(part.split_once("```")?.0.to_owned())));
        }
        Self { files: all }
    }

    /// The text of a seed.
    pub fn text(&self, seed: u64) -> String {
        let mut dice = Dice::new(seed);
        let mut text = self.window(&mut dice);
        for _ in 0..dice.roll(MOST_CHANGES + 1) {
            self.change(&mut text, &mut dice);
        }
        text
    }

    /// Some lines of some file; now and then a whole one.
    fn window(&self, dice: &mut Dice) -> String {
        let file = &self.files[dice.roll(self.files.len())];
        let lines: Vec<&str> = file.split_inclusive('\n').collect();
        if lines.len() <= MOST_LINES {
            return file.clone();
        }
        let from = if dice.roll(4) == 0 { 0 } else { dice.roll(lines.len()) };
        lines[from..lines.len().min(from + 1 + dice.roll(MOST_LINES))].concat()
    }

    fn change(&self, text: &mut String, dice: &mut Dice) {
        let at = place(text, dice);
        match dice.roll(8) {
            0..=2 => text.insert_str(at, WORDS[dice.roll(WORDS.len())]),
            3 => {
                let to = boundary(text, at + 1 + dice.roll(6));
                text.replace_range(at..to, "");
            }
            4 => {
                let to = boundary(text, at + 1);
                text.replace_range(at..to, WORDS[dice.roll(WORDS.len())]);
            }
            5 => {
                let line = line_around(text, at);
                let copy = text[line.0..line.1].to_owned();
                let at = place(text, dice);
                text.insert_str(at, &copy);
            }
            6 => {
                let (from, to) = line_around(text, at);
                text.replace_range(from..to, "");
            }
            _ => {
                let other = self.window(dice);
                let from = place(&other, dice);
                let to = boundary(&other, from + dice.roll(60));
                text.insert_str(at, &other[from..to]);
            }
        }
    }
}

fn place(text: &str, dice: &mut Dice) -> usize {
    boundary(text, dice.roll(text.len() + 1))
}

/// The next place where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn line_around(text: &str, at: usize) -> (usize, usize) {
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (from, text[at..].find('\n').map_or(text.len(), |end| at + end + 1))
}

fn files(folders: &[&str], ending: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("because the folder is part of the package") {
            let path = entry.expect("because the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let texts: Vec<String> = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(!texts.is_empty(), "no .{ending} file to break");
    texts
}
