//! Whether anybody listens on a port.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// What a port says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// Somebody listens.
    Accepts,
    /// The machine answered that nobody listens: half of the proof that a server is DOWN.
    Refuses,
    /// Silence, no way there, no such name: proves nothing.
    NotKnown { why: String },
}

/// Tries to connect, at most so long, name look-up included.
#[must_use]
pub fn port(host: &str, port: u16, limit: Duration) -> Port {
    let (answer, answered) = channel();
    let place = (host.to_owned(), port);
    let started = thread::Builder::new().name("port".to_owned()).spawn(move || answer.send(look(&place, limit)));
    match started {
        Ok(_) => answered.recv_timeout(limit).unwrap_or_else(|_| not_known("no answer in time")),
        Err(why) => not_known(&why.to_string()),
    }
}

/// Every address of the name must refuse; one that accepts is enough.
fn look(place: &(String, u16), limit: Duration) -> Port {
    let addresses = match place.to_socket_addrs() {
        Ok(addresses) => addresses,
        Err(why) => return not_known(&why.to_string()),
    };
    let mut seen = not_known("the name has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, limit) {
            Ok(_) => return Port::Accepts,
            Err(why) if why.kind() == ErrorKind::ConnectionRefused => seen = Port::Refuses,
            Err(why) => return not_known(&why.to_string()),
        }
    }
    seen
}

fn not_known(why: &str) -> Port {
    Port::NotKnown { why: why.to_owned() }
}
