//! The connection string of a server: its attributes, without the password; and where the server listens.

use std::fmt;

/// `Driver=solidDB;NetworkName=tcp db1 1964;UID=admin`, as attributes in their order. A value in braces keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionString {
    attributes: Vec<(String, String)>,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
}

impl fmt::Display for ConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attributes.iter().try_for_each(|(name, value)| write!(f, "{name}={value};"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl ConnectionString {
    /// Reads a connection string and takes the password out of it.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub(super) fn parse(text: &str) -> Result<(Self, Option<String>), String> {
        let mut attributes = Vec::new();
        let mut password = None;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or("an attribute has no `=`")?;
            let name = name.trim();
            if name.is_empty() {
                return Err("a value stands without the name of its attribute".to_owned());
            }
            let (value, after) = split_value(after).ok_or_else(|| format!("the `{{` of `{name}` is not closed"))?;
            if ["pwd", "password"].contains(&name.to_ascii_lowercase().as_str()) {
                password = Some(unbraced(value));
            } else {
                attributes.push((name.to_owned(), value.to_owned()));
            }
            rest = after.trim_start();
        }
        if attributes.is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok((Self { attributes }, password))
    }

    /// An attribute by its name, whatever its case, without braces.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| unbraced(value))
    }

    /// Where the server listens, as far as the attributes say: `SERVER` with `PORT`, or solidDB's connect string
    /// `tcp [options] [host] port` in `NetworkName` (or in `DSN`).
    ///
    /// Source: `[200 Connect strings for ODBC clients]`; without a host it is the local machine.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        if let (Some(host), Some(port)) = (self.get("SERVER").or_else(|| self.get("SERVERNAME")), self.get("PORT")) {
            return Some(Address { host, port: port.parse().ok()? });
        }
        let words = self.get("NetworkName").or_else(|| self.get("DSN"))?;
        let mut words = words.split_whitespace();
        if !words.next()?.eq_ignore_ascii_case("tcp") {
            return None;
        }
        let places: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
        match places[..] {
            [port] => Some(Address { host: "localhost".to_owned(), port: port.parse().ok()? }),
            [host, port] => Some(Address { host: host.to_owned(), port: port.parse().ok()? }),
            _ => None,
        }
    }
}

impl Address {
    /// `db1:1964`, `[::1]:1964`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = port.parse().ok().filter(|port| *port != 0)?;
        (!host.is_empty()).then(|| Self { host: host.to_owned(), port })
    }
}

/// The value at the start, and what follows its `;`.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let end = if text.trim_start().starts_with('{') { end_of_braces(text)? } else { 0 };
    match text[end..].find(';') {
        Some(semicolon) => Some((text[..end + semicolon].trim(), &text[end + semicolon + 1..])),
        None => Some((text.trim(), "")),
    }
}

/// Behind the `}` that closes the first `{`; `}}` stands for one brace.
fn end_of_braces(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = text.find('{')? + 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'}', Some(b'}')) => at += 2,
            (b'}', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn unbraced(value: &str) -> String {
    match value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
        Some(inner) => inner.replace("}}", "}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (ConnectionString, Option<String>) {
        ConnectionString::parse(text).expect("because it is well formed")
    }

    #[test]
    fn the_password_is_taken_out_and_braces_are_kept() {
        let (string, password) = parse("Driver={solid DB};NetworkName=tcp db1 1964; UID=admin;pwd={a;}}b};X=");
        assert_eq!(string.to_string(), "Driver={solid DB};NetworkName=tcp db1 1964;UID=admin;X=;");
        assert_eq!(password.as_deref(), Some("a;}b"));
        assert_eq!(string.get("driver").as_deref(), Some("solid DB"));
    }

    #[test]
    fn the_address_is_found_in_either_notation() {
        let address = |text| parse(text).0.address().map(|address| address.to_string());
        assert_eq!(address("NetworkName=tcp -c1000 db1 1964"), Some("db1:1964".into()));
        assert_eq!(address("DSN=tcp 1964"), Some("localhost:1964".into()));
        assert_eq!(address("Driver=/x.so;Server=127.0.0.1;Port=5433"), Some("127.0.0.1:5433".into()));
        assert_eq!(address("DSN=billing"), None);
    }

    #[test]
    fn a_string_that_is_none_is_named() {
        for wrong in ["", "solidDB", "=x", "A={b", "PWD=x"] {
            assert!(ConnectionString::parse(wrong).is_err(), "{wrong}");
        }
    }
}
