//! Is the ODBC driver that each connection string names there?

use std::path::Path;

use crate::diag::Finding;
use crate::odbc;
use crate::program::Program;
use crate::site::{Bound, Site};

use super::{diagnostics, server_ids};

/// A finding for each server whose driver is named and is not there. A connection string with a DSN names none.
#[must_use]
pub fn drivers(site: &Site, program: &Program, bound: &Bound) -> Vec<Finding> {
    let known = odbc::drivers().unwrap_or_default();
    let mut findings = Vec::new();
    for id in server_ids(program) {
        let server = bound.server(site, id);
        let Some(driver) = server.odbc.value.get("Driver") else { continue };
        let path = Path::new(&driver);
        let there = if path.is_absolute() {
            path.is_file()
        } else {
            known.iter().any(|known| known.name.eq_ignore_ascii_case(&driver)) || path.components().count() > 1
        };
        if !there {
            let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
            findings.push(diagnostics::driver_missing(server.odbc.span, &driver, &names));
        }
    }
    findings
}
