//! A line between hsbrun and a server that a test can break at a chosen word, or that goes on accepting when the server is
//! gone.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// What happens to the line at the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The statement reaches the server, its answer does not come back.
    Answer,
    /// The same, and from then on the port refuses, as that of a server that stops.
    AnswerAndPort,
    /// The statement does not reach the server.
    Statement,
    /// The statement is on its way until it is released; other connections go on.
    Held,
}

/// A proxy in front of a port; its threads end with the test.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: u16,
    /// The word at which the line breaks, once, and how.
    cut: Mutex<Option<(String, Cut)>>,
    /// How often that word, or the word that is counted, came by.
    word: String,
    came_by: AtomicUsize,
    statements: AtomicUsize,
    refuses: AtomicBool,
    released: Mutex<bool>,
    release: Condvar,
}

impl Proxy {
    /// Counts how often a word goes to the server; breaks the line at it where that is wanted.
    pub fn start(upstream: u16, word: &str, cut: Option<Cut>) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("because loopback has free ports");
        let port = listener.local_addr().expect("because it is bound").port();
        let shared = Arc::new(Shared {
            upstream,
            cut: Mutex::new(cut.map(|cut| (word.to_owned(), cut))),
            word: word.to_owned(),
            came_by: AtomicUsize::new(0),
            statements: AtomicUsize::new(0),
            refuses: AtomicBool::new(false),
            released: Mutex::new(false),
            release: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if accepting.refuses.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&accepting);
                thread::spawn(move || serve(&client, &shared, port));
            }
        });
        Proxy { port, shared }
    }

    /// How often the word went to the server, or would have.
    pub fn came_by(&self) -> usize {
        self.shared.came_by.load(Ordering::SeqCst)
    }

    /// Lets the statement go on that is held.
    pub fn release(&self) {
        *self.shared.released.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.release.notify_all();
    }

    /// How many packages hsbrun has sent so far.
    pub fn statements(&self) -> usize {
        self.shared.statements.load(Ordering::SeqCst)
    }
}

/// Both directions of one connection. Where the server is gone the connection is accepted, and says nothing.
fn serve(client: &TcpStream, shared: &Arc<Shared>, own_port: u16) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", shared.upstream)) else {
        let mut nothing = [0u8; 1024];
        let mut client = client;
        while client.read(&mut nothing).is_ok_and(|bytes| bytes > 0) {}
        return;
    };
    let clone = |stream: &TcpStream| stream.try_clone().expect("because there are handles left");
    let (back_from, back_to) = (clone(&server), clone(client));
    let muted = Arc::new(Mutex::new(false));
    let mute = Arc::clone(&muted);
    let back = thread::spawn(move || answers(&back_from, &back_to, &mute));
    statements(client, &server, shared, &muted);
    if shared.refuses.load(Ordering::SeqCst) {
        // The thread that accepts sees it with one more connection.
        drop(TcpStream::connect(("127.0.0.1", own_port)));
    }
    // The other thread ends with its stream.
    back.join().ok();
}

fn statements(mut client: &TcpStream, mut server: &TcpStream, shared: &Shared, muted: &Mutex<bool>) {
    let mut bytes = [0u8; 64 * 1024];
    while let Ok(got @ 1..) = client.read(&mut bytes) {
        let text = String::from_utf8_lossy(&bytes[..got]).into_owned();
        shared.statements.fetch_add(1, Ordering::SeqCst);
        if text.contains(&shared.word) {
            shared.came_by.fetch_add(1, Ordering::SeqCst);
        }
        let mut cut = shared.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let now = cut.take_if(|(word, _)| text.contains(word.as_str())).map(|(_, cut)| cut);
        drop(cut);
        match now {
            Some(Cut::Statement) => break,
            Some(cut @ (Cut::Answer | Cut::AnswerAndPort)) => {
                shared.refuses.store(cut == Cut::AnswerAndPort, Ordering::SeqCst);
                *muted.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
            Some(Cut::Held) => {
                let held = shared.released.lock().unwrap_or_else(PoisonError::into_inner);
                drop(shared.release.wait_while(held, |released| !*released));
            }
            None => {}
        }
        if server.write_all(&bytes[..got]).is_err() {
            break;
        }
    }
    for stream in [client, server] {
        stream.shutdown(Shutdown::Both).ok();
    }
}

/// An answer that must not come back ends the connection: the statement was performed by then.
fn answers(mut server: &TcpStream, mut client: &TcpStream, muted: &Mutex<bool>) {
    let mut bytes = [0u8; 64 * 1024];
    while let Ok(got @ 1..) = server.read(&mut bytes) {
        if *muted.lock().unwrap_or_else(PoisonError::into_inner) || client.write_all(&bytes[..got]).is_err() {
            break;
        }
    }
    for stream in [client, server] {
        stream.shutdown(Shutdown::Both).ok();
    }
}
