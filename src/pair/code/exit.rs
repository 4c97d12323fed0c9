//! Exit codes of the server's process, when a start does not end in a running server.

use super::super::Source;

/// What the process of a server says as it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitCode {
    pub number: i32,
    /// In one sentence.
    pub meaning: &'static str,
    /// In one sentence.
    pub remedy: &'static str,
    pub source: Source,
}

/// The row of that exit status.
#[must_use]
pub fn exit_code(number: i32) -> Option<&'static ExitCode> {
    ALL.iter().find(|row| row.number == number)
}

/// Every row.
#[must_use]
pub fn exit_codes() -> &'static [ExitCode] {
    ALL
}

const fn row(number: i32, meaning: &'static str, remedy: &'static str, source: &'static str) -> ExitCode {
    ExitCode { number, meaning, remedy, source: Source(source) }
}

#[rustfmt::skip]
const ALL: &[ExitCode] = &[
    row(0, "It ended in good order, or runs in the background.", "Nothing needs doing.", "SRC"),
    row(10, "The database cannot be opened: a newer version wrote it, it was not closed cleanly before a conversion, or another process uses it.",
        "Read the server's solmsg.out for 10052, 10054, 10058 or 10059, and do what that code says.", "SRC; the codes it stands for INF"),
    row(11, "It cannot connect.", "Read the server's solmsg.out.", "SRC"),
    row(12, "Its test of the database failed.", "Read the server's solmsg.out.", "SRC"),
    row(14, "The licence does not allow it.", "Put a licence of this version into the server's directory.", "SRC"),
    row(15, "The database is of an older version level and must be converted.",
        "Start with autoconvert; take a backup first, for a conversion cannot be undone.", "SRC"),
    row(16, "There is no database.", "Start with backupserver and send it a netcopy, or look at the directory.", "SRC"),
    row(17, "The database exists.", "Look at the directory that was named.", "SRC"),
    row(18, "The database was not created.", "Read the server's solmsg.out.", "SRC"),
    row(19, "The database was not created.", "Read the server's solmsg.out.", "SRC"),
    row(20, "The network cannot be used.", "Look at [Com] of solid.ini.", "SRC"),
    row(21, "It cannot listen at its address.", "See whether another process uses the port, and look at [Com] Listen.", "SRC"),
    row(23, "Not all files of the database are there.", "Look at [IndexFile] FileSpec of both servers.", "SRC"),
    row(24, "The database is a netcopy that did not arrive in full.",
        "Start with backupserver and send it a netcopy; a normal start cannot mend it.", "SRC 30254"),
    row(50, "An option on its command line is wrong.", "Correct the site's start command.", "SRC"),
    row(51, "Its working directory cannot be entered.", "Correct -c in the site's start command.", "SRC"),
    row(100, "It ended by an error of its own.", "Read the server's solmsg.out and call the vendor.", "SRC"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_has_a_source_and_stands_once() {
        for row in exit_codes() {
            assert!(row.source.confidence().is_some(), "{} has no source", row.number);
            assert_eq!(exit_code(row.number), Some(row));
        }
    }
}
