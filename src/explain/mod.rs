//! What a code, a return code or a state means and what to do about it, as short pages of Markdown built into the
//! binary. Knows the pages and the tables of `pair`; must not know how a page is drawn, nor the rooms whose findings the
//! pages speak of (a test holds the two together).

mod page;
mod server;

pub use page::{Page, page, pages};

use crate::text::nearest;

/// The page for what somebody asks: a finding's code or name, a number of solidDB's, or a state. Case does not matter.
///
/// A number can be two things (a return code and the exit status of the server's process); then both are told.
#[must_use]
pub fn find(asked: &str) -> Option<String> {
    page(asked).map(|page| page.text.to_owned()).or_else(|| server::state_page(asked)).or_else(|| {
        let number = asked.parse().ok()?;
        let told: Vec<String> =
            [server::code_page, server::message_page].iter().filter_map(|page| page(number)).collect();
        (!told.is_empty()).then(|| told.join("\n"))
    })
}

/// The page for an exit status of the server's own process.
#[must_use]
pub fn find_server_exit(asked: &str) -> Option<String> {
    server::exit_page(asked.parse().ok()?)
}

/// What was probably meant.
#[must_use]
pub fn near(asked: &str) -> Option<&'static str> {
    let names = pages().flat_map(|page| [page.code, page.name]);
    nearest(asked, names.chain(server::state_words()))
}
