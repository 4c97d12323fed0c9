//! A client of our own servers, just enough to ask one `ADMIN COMMAND`: it makes a pair and shows its status.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Where a server listens, and who logs in.
#[derive(Debug, Clone)]
pub(super) struct Login<'a> {
    pub port: u16,
    pub user: &'a str,
    pub password: &'a str,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nobody listens, or the line broke.
    Unreachable,
    /// The server said no: its words.
    Refused(String),
}

impl From<io::Error> for NoAnswer {
    fn from(_: io::Error) -> Self {
        NoAnswer::Unreachable
    }
}

/// Asks `ADMIN COMMAND 'command'`; RC and TEXT of its first row. Each read takes at most `limit`.
pub(super) fn admin(login: &Login<'_>, command: &str, limit: Duration) -> Result<(i32, String), NoAnswer> {
    let mut line = Line::open(login, limit)?;
    let mut query = format!("ADMIN COMMAND '{}'", command.replace('\'', "''")).into_bytes();
    query.push(0);
    line.send(Some(b'Q'), &query)?;
    let mut row = None;
    loop {
        match line.receive()? {
            (b'D', body) if row.is_none() => row = rc_and_text(&body),
            (b'Z', _) => return row.ok_or(NoAnswer::Unreachable),
            (b'E', body) => return Err(NoAnswer::Refused(message_of(&body))),
            _ => {}
        }
    }
}

/// A logged-in connection.
struct Line {
    socket: TcpStream,
}

impl Line {
    fn open(login: &Login<'_>, limit: Duration) -> Result<Line, NoAnswer> {
        let address = SocketAddr::from(([127, 0, 0, 1], login.port));
        let socket = TcpStream::connect_timeout(&address, limit)?;
        socket.set_read_timeout(Some(limit))?;
        socket.set_write_timeout(Some(limit))?;
        socket.set_nodelay(true)?;
        let mut line = Line { socket };
        let mut startup = 0x0003_0000_u32.to_be_bytes().to_vec();
        for word in ["user", login.user, "database", "hsb", "application_name", "hsbrun sim", ""] {
            startup.extend(word.as_bytes());
            startup.push(0);
        }
        line.send(None, &startup)?;
        loop {
            match line.receive()? {
                (b'R', body) if body == [0, 0, 0, 3] => {
                    let mut password = login.password.as_bytes().to_vec();
                    password.push(0);
                    line.send(Some(b'p'), &password)?;
                }
                (b'Z', _) => return Ok(line),
                (b'E', body) => return Err(NoAnswer::Refused(message_of(&body))),
                _ => {}
            }
        }
    }

    fn send(&mut self, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
        let mut bytes: Vec<u8> = kind.into_iter().collect();
        let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(body);
        self.socket.write_all(&bytes)
    }

    fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 5];
        self.socket.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]).saturating_sub(4);
        if length > 1 << 20 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length as usize];
        self.socket.read_exact(&mut body)?;
        Ok((head[0], body))
    }
}

/// A row of two columns in the text format.
fn rc_and_text(body: &[u8]) -> Option<(i32, String)> {
    let (rc, rest) = value(body.get(2..)?)?;
    let (text, _) = value(rest)?;
    Some((rc.parse().ok()?, text))
}

fn value(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (head, rest) = bytes.split_at_checked(4)?;
    let length = usize::try_from(u32::from_be_bytes(head.try_into().ok()?)).ok()?;
    let (text, rest) = rest.split_at_checked(length)?;
    Some((String::from_utf8_lossy(text).into_owned(), rest))
}

/// The field `M` of an error.
fn message_of(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0);
    let message = fields.into_iter().find_map(|field| field.strip_prefix(b"M"));
    message.map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_and_an_error_are_read() {
        let row = [&[0, 2, 0, 0, 0, 5][..], b"14003", &[0, 0, 0, 6], b"ACTIVE"].concat();
        assert_eq!(rc_and_text(&row), Some((14003, "ACTIVE".into())));
        assert_eq!(rc_and_text(&row[..9]), None);
        assert_eq!(message_of(b"SFATAL\0C28000\0MSOLID 14552: no\0\0"), "SOLID 14552: no");
    }
}
