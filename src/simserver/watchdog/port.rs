//! The ports of HAC: so much of the wire protocol of PostgreSQL that psql and psqlodbc can give it commands.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::orders::Orders;
use crate::simserver::Stop;
use crate::simserver::config::Address;
use crate::simserver::folder::{PASSWORD, USER};
use crate::simserver::sql::{self, Sql};
use crate::simserver::stop::exit;
use crate::simserver::wording;

/// Connections at once; one more is closed.
const MOST: usize = 8;
/// Bytes of one message.
const LONGEST: u32 = 1 << 20;
/// For the next message of a client.
const SILENCE: Duration = Duration::from_secs(600);

/// What a client asks before anything, and what it opens with.
const SSL: u32 = 80_877_103;
const PROTOCOL_3: u32 = 3 << 16;

/// Types of columns, as the protocol numbers them.
const INT4: u32 = 23;
const VARCHAR: u32 = 1043;

/// Listens for the HAC of the server of that place, on threads that end with the process.
pub(super) fn listen(address: &Address, at: usize, orders: &Arc<Orders>) -> Result<(), Stop> {
    let Address { host, port } = address;
    let listener = TcpListener::bind((host.as_str(), *port))
        .map_err(|error| Stop::new(exit::LISTEN, format!("cannot listen on {host} {port}: {error}")))?;
    let (orders, open) = (orders.clone(), Arc::new(AtomicUsize::new(0)));
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            if open.fetch_add(1, Ordering::SeqCst) >= MOST {
                open.fetch_sub(1, Ordering::SeqCst);
                continue;
            }
            let (orders, open) = (orders.clone(), open.clone());
            std::thread::spawn(move || {
                let _ = Session { socket, obey: |text: &str| orders.obey(at, text) }.serve();
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    Ok(())
}

/// One client.
struct Session<F> {
    socket: TcpStream,
    obey: F,
}

impl<F: Fn(&str) -> (i32, String)> Session<F> {
    fn serve(&mut self) -> io::Result<()> {
        self.socket.set_read_timeout(Some(SILENCE))?;
        self.socket.set_nodelay(true)?;
        if !self.admit()? {
            return Ok(());
        }
        loop {
            let (kind, body) = self.receive()?;
            match kind {
                b'Q' => self.query(&text(&body))?,
                b'X' => return Ok(()),
                // The end of what the extended protocol sends, which is not spoken here.
                b'S' => {
                    self.error("ERROR", "0A000", "HAC takes simple queries only")?;
                    self.ready()?;
                }
                _ => {}
            }
        }
    }

    /// The login; whether it was the right one.
    fn admit(&mut self) -> io::Result<bool> {
        let startup = loop {
            let body = self.body()?;
            match body.first_chunk().map(|word| u32::from_be_bytes(*word)) {
                Some(SSL) => self.socket.write_all(b"N")?,
                Some(PROTOCOL_3) => break body,
                Some(_) | None => return Ok(false),
            }
        };
        let words: Vec<String> = startup[4..].split(|byte| *byte == 0).map(text).collect();
        let user = words.chunks(2).find(|pair| pair[0] == "user").and_then(|pair| pair.get(1));
        self.send(b'R', &3_u32.to_be_bytes())?;
        let (kind, password) = self.receive()?;
        if kind != b'p' || user.is_none_or(|user| !user.eq_ignore_ascii_case(USER)) || text(&password) != PASSWORD {
            let code = wording::BAD_LOGIN;
            self.error("FATAL", "28000", &format!("SOLID Communication Error {}: {}", code.0, code.text()))?;
            return Ok(false);
        }
        self.send(b'R', &0_u32.to_be_bytes())?;
        for (name, value) in [("server_version", "16.0"), ("client_encoding", "UTF8"), ("DateStyle", "ISO")] {
            self.send(b'S', format!("{name}\0{value}\0").as_bytes())?;
        }
        self.ready()?;
        Ok(true)
    }

    fn query(&mut self, query: &str) -> io::Result<()> {
        for statement in sql::split(query) {
            match statement {
                Sql::Admin(command) => {
                    let (rc, said) = (self.obey)(&command);
                    self.rows(&[("RC", INT4), ("TEXT", VARCHAR)], &[&[rc.to_string(), said]])?;
                }
                Sql::Show(name) => self.rows(&[(&name, VARCHAR)], &[&["read committed".to_owned()]])?,
                Sql::LargeObjectType => self.rows(&[("oid", INT4), ("typbasetype", INT4)], &[])?,
                Sql::Begin => self.send(b'C', b"BEGIN\0")?,
                Sql::Commit => self.send(b'C', b"COMMIT\0")?,
                Sql::Rollback => self.send(b'C', b"ROLLBACK\0")?,
                Sql::Ignored(_) | Sql::StatementTimeout(_) | Sql::Safeness(_) | Sql::Durability(_) => {
                    self.send(b'C', b"SET\0")?;
                }
                Sql::Empty => self.send(b'I', b"")?,
                Sql::Users(_) | Sql::Reads(_) | Sql::Writes(_) => {
                    self.error("ERROR", "42000", "HAC has no data: ADMIN COMMAND 'hac …' is all that it takes")?;
                    break;
                }
            }
        }
        self.ready()
    }

    fn rows(&mut self, columns: &[(&str, u32)], rows: &[&[String]]) -> io::Result<()> {
        let mut head = count(columns.len()).to_vec();
        for (name, kind) in columns {
            head.extend(name.as_bytes());
            // No table and no column of one, the type, of any length, without a modifier, as text.
            head.extend([0; 7]);
            head.extend(kind.to_be_bytes());
            head.extend([255; 6]);
            head.extend([0; 2]);
        }
        self.send(b'T', &head)?;
        for row in rows {
            let mut body = count(row.len()).to_vec();
            for value in *row {
                body.extend(u32::try_from(value.len()).map_err(io::Error::other)?.to_be_bytes());
                body.extend(value.as_bytes());
            }
            self.send(b'D', &body)?;
        }
        self.send(b'C', format!("SELECT {}\0", rows.len()).as_bytes())
    }

    fn error(&mut self, severity: &str, state: &str, message: &str) -> io::Result<()> {
        self.send(b'E', format!("S{severity}\0C{state}\0M{message}\0\0").as_bytes())
    }

    fn ready(&mut self) -> io::Result<()> {
        self.send(b'Z', b"I")
    }

    fn send(&mut self, kind: u8, body: &[u8]) -> io::Result<()> {
        let mut bytes = vec![kind];
        bytes.extend(u32::try_from(body.len() + 4).map_err(io::Error::other)?.to_be_bytes());
        bytes.extend(body);
        self.socket.write_all(&bytes)
    }

    fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut kind = [0];
        self.socket.read_exact(&mut kind)?;
        Ok((kind[0], self.body()?))
    }

    /// What a length announces, which counts itself.
    fn body(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.socket.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length).checked_sub(4).filter(|length| *length <= LONGEST);
        let mut body = vec![0; length.ok_or(io::ErrorKind::InvalidData)? as usize];
        self.socket.read_exact(&mut body)?;
        Ok(body)
    }
}

/// How many there are; HAC's answers are narrow.
fn count(things: usize) -> [u8; 2] {
    u16::try_from(things).unwrap_or(u16::MAX).to_be_bytes()
}

/// Up to the closing zero, where there is one.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
