//! The pages of the properties: each *Example* breaks its property, each *Instead* does not.

use std::time::Duration;

use hsbrun::engine::Settings;
use hsbrun::explain::{Page, pages};
use hsbrun::text::Source;
use hsbrun::verify::Property;

use super::{Runbook, properties, told};
use crate::explain::{NOT_TEXTS, blocks, section};

/// Of which the page of `log-overflow` speaks.
const LOG_LASTS: Duration = Duration::from_secs(12 * 3600);

const ENDINGS: &str = "on success {
    leave watchdog off because \"an example\"
}
on failure {
    leave watchdog off because \"an example\"
}
";

fn runbook(page: Page, head: &str) -> Runbook {
    let blocks = blocks(section(page, head));
    let (kind, body) = blocks.first().unwrap_or_else(|| panic!("{}: {head} has no block", page.code));
    match *kind {
        "hsbrun" => Runbook::of(Source::new("page.hsbrun", format!("{body}\n")), "runbooks", &[]),
        "hsbrun verify" => Runbook::text_at_a_site(
            &format!(
                "step 0 \"Silence\" {{\n    watchdog off\n}}\nstep 1 \"An example\" on S1 {{\n{body}\n}}\n{ENDINGS}"
            ),
            &Settings { log_lasts: Some(LOG_LASTS), ..Settings::default() },
        ),
        other => panic!("{}: a block of {other}", page.code),
    }
}

#[test]
fn every_property_has_a_page_whose_example_breaks_it_and_whose_remedy_does_not() {
    let mut wrong = Vec::new();
    for property in Property::ALL {
        let rule = property.rule();
        let page = pages().find(|page| page.code == rule.code).unwrap_or_else(|| panic!("{} has no page", rule.code));
        assert_eq!((page.name, page.severity), (rule.name, rule.severity));
        if NOT_TEXTS.contains(&page.code) {
            continue;
        }
        for (head, breaks) in [("Example", true), ("Instead", false)] {
            let runbook = runbook(page, head);
            let report = runbook.explore(&runbook.usual(), u8::from(breaks), 0);
            if properties(&report).contains(&property) != breaks {
                wrong.push(format!("{} {head}: {:#?}", page.code, told(&runbook, &report)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
