//! Nothing is said of the shipped runbooks.

use std::path::Path;

use indexmap::IndexMap;

use super::{check, read, sorted, stem};
use crate::support::expected::{MAIN, annotated};

#[test]
fn the_shipped_runbooks_have_no_finding() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let texts: IndexMap<String, String> = sorted(&folder)
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "hsbrun"))
        .map(|path| (stem(path).to_owned(), read(path)))
        .collect();
    assert!(!texts.is_empty());
    for (name, text) in &texts {
        let mut files = IndexMap::from([(MAIN.to_owned(), text.clone())]);
        files.extend(texts.iter().filter(|(other, _)| *other != name).map(|(name, text)| (name.clone(), text.clone())));
        let (sources, findings) = check(&files);
        assert!(findings.is_empty(), "{name}:\n{}", annotated(&files, &sources, &findings));
    }
}
