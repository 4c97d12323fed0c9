//! The style, by pairs of files: `NAME.before.hsbrun` becomes `NAME.after.hsbrun`.

use std::fs;
use std::path::PathBuf;

use hsbrun::format::format;

fn pairs() -> Vec<(PathBuf, PathBuf)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/format");
    let entries = fs::read_dir(folder).expect("because the folder is part of the repository");
    let paths = entries.map(|entry| entry.expect("because the folder can be read").path());
    let before = paths.filter(|path| path.to_string_lossy().ends_with(".before.hsbrun"));
    let mut pairs: Vec<_> = before
        .map(|before| {
            let after = before.to_string_lossy().replace(".before.", ".after.");
            (before, PathBuf::from(after))
        })
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn every_pair_of_the_corpus_shows_the_style() {
    let pairs = pairs();
    assert!(pairs.len() >= 8, "only {} pairs", pairs.len());
    for (before, after) in pairs {
        let text = fs::read_to_string(&before).expect("because it is a text");
        let formatted = format(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&after, &formatted).expect("because the corpus can be written");
        }
        let wanted = fs::read_to_string(&after).unwrap_or_default();
        assert_eq!(formatted, wanted, "{}", before.display());
    }
}
