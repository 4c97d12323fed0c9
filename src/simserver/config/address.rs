//! Connect strings: `tcp [options] [host] port`.

/// A connect string `tcp [options] [host] port`. Source: 200 "Connect strings for ODBC clients".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simserver) struct Address {
    pub host: String,
    pub port: u16,
}

impl Address {
    pub fn parse(text: &str) -> Result<Address, String> {
        let mut words = text.split_whitespace().filter(|word| !word.starts_with('-'));
        let protocol = words.next().unwrap_or_default();
        if !protocol.eq_ignore_ascii_case("tcp") && !protocol.eq_ignore_ascii_case("tcpip") {
            return Err(format!("'{text}' is not a connect string; write tcp 127.0.0.1 1964"));
        }
        let rest: Vec<&str> = words.collect();
        let (host, port) = match rest[..] {
            [port] => ("127.0.0.1", port),
            [host, port] => (if host == "localhost" { "127.0.0.1" } else { host }, port),
            _ => return Err(format!("'{text}' is not a connect string; write tcp 127.0.0.1 1964")),
        };
        let port = port.parse().map_err(|_| format!("'{port}' is not a port"))?;
        Ok(Address { host: host.to_owned(), port })
    }
}

/// What a real server speaks beside TCP/IP. Source: RCL.
const OTHERS: [&str; 4] = ["netbios", "nmpipe", "shmem", "upipe"];

impl Address {
    /// The protocol of a connect string that is the vendor's and not spoken here.
    pub fn protocol_not_spoken(text: &str) -> Option<&'static str> {
        let word = text.split_whitespace().next()?;
        OTHERS.into_iter().find(|known| known.eq_ignore_ascii_case(word))
    }

    /// Reachable from this machine only.
    pub fn is_loopback(&self) -> bool {
        self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}
