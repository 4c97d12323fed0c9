//! One server of a run: its name in the runbook, what the site says of it, and its connection.

use crate::odbc::{Password, Server, Target};
use crate::site;

/// A server of the runbook on its machine.
#[derive(Debug)]
pub struct Place<'a> {
    /// In the site file; host commands belong to it.
    pub owner: String,
    pub site: &'a site::Server,
    pub odbc: Server,
}

impl<'a> Place<'a> {
    #[must_use]
    pub fn new(owner: &str, site: &'a site::Server, password: Option<Password>) -> Self {
        let target = Target::new(site.odbc.value.to_string(), password);
        Self { owner: owner.to_owned(), site, odbc: Server::new(target) }
    }
}
