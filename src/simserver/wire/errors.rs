//! Errors as a driver receives them. The vendor's code stands in the text, since the driver carries no native code.

use pgwire::error::{ErrorInfo, PgWireError};

use crate::simserver::sql::NotHere;
use crate::simserver::store::SqlStop;
use crate::simserver::wording::Code;

pub(super) fn error(state: &str, message: impl Into<String>) -> Box<ErrorInfo> {
    Box::new(ErrorInfo::new("ERROR".into(), state.into(), message.into()))
}

pub(super) fn user_error(info: Box<ErrorInfo>) -> PgWireError {
    PgWireError::UserError(info)
}

/// Ends the login. The code is found in the text.
pub(super) fn fatal(code: Code) -> PgWireError {
    let message = format!("SOLID Communication Error {}: {}", code.0, code.text());
    user_error(Box::new(ErrorInfo::new("FATAL".into(), "28000".into(), message)))
}

/// The words of an error; the code is found in the text, since the driver carries none.
pub(super) fn explain(stop: &SqlStop) -> Box<ErrorInfo> {
    match stop {
        SqlStop::Refused(code) => error("HY000", format!("SOLID {} Error {}: {}", class(*code), code.0, code.text())),
        SqlStop::Constraint(text) => error("23000", format!("SOLID Database Error 10005: {text}")),
        SqlStop::NoTable(text) => error("42S02", format!("SOLID Table Error 13011: {text}")),
        SqlStop::Sql(text) => error("42000", format!("SOLID SQL Error 200: {text}")),
        SqlStop::TooManyRows(limit) => {
            error("HY000", format!("SOLID Database Error 10012: more than {limit} rows, see MaxRows in [Sim]"))
        }
        SqlStop::TooLarge(limit) => error(
            "HY000",
            format!("SOLID Database Error 10012: more than {} KB in one result, see MaxMemory in [Sim]", limit / 1024),
        ),
        SqlStop::Writes => error("HY000", "SOLID Database Error 10013: Transaction is read-only"),
        SqlStop::Closing => {
            error("08S01", "SOLID Communication Error 14503: Communication error. The outcome is not known.")
        }
    }
}

/// The class of an error, as the manuals print it. Source: 100 (11003 is of the class System).
fn class(code: Code) -> &'static str {
    if (11000..12000).contains(&code.0) { "System" } else { "Database" }
}

/// A statement that this server does not execute.
pub(super) fn not_here(why: NotHere) -> Box<ErrorInfo> {
    match why {
        NotHere::Chance => error(
            "42000",
            "SOLID SQL Error 200: a write must come out the same on the other server; give it the value instead of a \
             function of time or chance",
        ),
        NotHere::Reserved => error("42000", "SOLID SQL Error 200: this belongs to the server itself"),
    }
}
