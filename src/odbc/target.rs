//! Where a server is reached: its connection string, and its password, which joins the string only when it is used.

use std::fmt;

/// A password that does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A server to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    connection_string: String,
    password: Option<Password>,
}

impl Target {
    /// The connection string has no password in it.
    #[must_use]
    pub fn new(connection_string: impl Into<String>, password: Option<Password>) -> Self {
        Self { connection_string: connection_string.into(), password }
    }

    /// The whole connection string, for the driver manager alone.
    pub(super) fn with_password(&self) -> String {
        let Some(Password(password)) = &self.password else { return self.connection_string.clone() };
        let string = self.connection_string.trim_end().trim_end_matches(';');
        format!("{string};PWD={};", braced(password))
    }

    /// A message without the password.
    pub(super) fn hide(&self, message: &str) -> String {
        match &self.password {
            Some(Password(password)) if !password.is_empty() => {
                message.replace(&braced(password), "***").replace(password.as_str(), "***")
            }
            Some(_) | None => message.to_owned(),
        }
    }
}

/// In braces where a character would end the value or mean something; `}` is doubled within.
fn braced(value: &str) -> String {
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if plain { value.to_owned() } else { format!("{{{}}}", value.replace('}', "}}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_joins_in_braces_and_never_shows() {
        let target = Target::new("UID=a;", Some(Password::new("x;}y")));
        assert_eq!(target.with_password(), "UID=a;PWD={x;}}y};");
        assert!(!format!("{target:?}").contains("x;"));
        assert_eq!(target.hide("bad {x;}}y} and x;}y"), "bad *** and ***");
        assert_eq!(Target::new("UID=a", None).with_password(), "UID=a");
    }
}
