//! What goes over the link: messages as JSON and blocks of a database file, each with its length before it.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::pair::{State, Version};
use crate::simserver::config::AckPolicy;
use crate::simserver::fault::Gate;
use crate::simserver::store::{Position, Record};

/// The first bytes of a link; no client of the wire protocol begins so.
pub const MAGIC: &[u8; 4] = b"HSB1";

/// Set in the length of a block.
const BLOCK: u32 = 1 << 31;
/// One message or block; a longer one ends the link.
const LONGEST: u32 = 64 << 20;

#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// The first one, from the side that connects.
    Hello {
        purpose: Purpose,
        introduction: Introduction,
    },
    Welcome {
        introduction: Introduction,
    },
    Refuse {
        code: i32,
    },
    /// The accepted operation begins.
    Begin,
    /// Connected; the Primary starts the catchup.
    Go,
    Records {
        records: Vec<Record>,
        /// When the Primary wants to hear that the Secondary has them. Source: 200 (the Primary's value rules).
        ack: AckPolicy,
    },
    /// The Secondary holds everything up to that transaction.
    Ack(i64),
    /// The catchup is complete.
    Active,
    /// The Secondary cannot take a record.
    Failed,
    Ping,
    Disconnecting,
    Disconnect,
    Parted,
    Switching,
    SwitchNow,
    YourTurn {
        position: Position,
    },
    /// The Secondary holds everything and would take the role …
    Taking,
    /// … which it shall: the old Primary is still there and has given it up.
    Take,
    Switched,
    CopyEnd,
    CopyReceived,
    CopyFailed {
        code: i32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    Connect,
    Netcopy,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    state: String,
    version: String,
    /// Empty where there is no database.
    pub base: String,
    pub position: Position,
    /// Of how many files its database is to be.
    pub files: usize,
}

impl Introduction {
    pub fn new(state: State, version: Version, base: &str, position: Position, files: usize) -> Introduction {
        Introduction { state: state.word().into(), version: version.to_string(), base: base.into(), position, files }
    }

    pub fn state(&self) -> State {
        State::from_word(&self.state).unwrap_or(State::Down)
    }

    pub fn version(&self) -> Version {
        Version::parse(&self.version).unwrap_or_else(|| Version::new(0, 0, 0))
    }
}

#[derive(Debug)]
pub enum Frame {
    Message(Message),
    Block(Vec<u8>),
}

/// The link is gone, or says what cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// One end of a link.
#[derive(Debug)]
pub struct Connection {
    frames: mpsc::Receiver<Frame>,
    writer: OwnedWriteHalf,
}

impl Connection {
    /// What comes over that socket passes the gate.
    pub fn new(socket: TcpStream, gate: Gate) -> Connection {
        let _ = socket.set_nodelay(true);
        let (reader, writer) = socket.into_split();
        let (sender, frames) = mpsc::channel(16);
        tokio::spawn(read_frames(reader, sender, gate));
        Connection { frames, writer }
    }

    pub async fn send(&mut self, message: &Message) -> Result<(), Lost> {
        let body = serde_json::to_vec(message).expect("because messages are plain data");
        let length = u32::try_from(body.len()).ok().filter(|length| *length <= LONGEST).ok_or(Lost)?;
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend(body);
        self.writer.write_all(&bytes).await.map_err(|_| Lost)
    }

    /// Also lost where nothing can be heard any more: a sender of blocks does not listen.
    pub async fn send_block(&mut self, block: &[u8]) -> Result<(), Lost> {
        if self.frames.is_closed() {
            return Err(Lost);
        }
        let length = u32::try_from(block.len()).ok().filter(|length| *length <= LONGEST).ok_or(Lost)?;
        self.writer.write_all(&(length | BLOCK).to_be_bytes()).await.map_err(|_| Lost)?;
        self.writer.write_all(block).await.map_err(|_| Lost)
    }

    /// The next frame, however long it takes. May be dropped and called again.
    pub async fn receive(&mut self) -> Result<Frame, Lost> {
        self.frames.recv().await.ok_or(Lost)
    }

    /// The next message that is more than a sign of life.
    pub async fn message_within(&mut self, limit: Duration) -> Result<Message, Lost> {
        loop {
            match timeout(limit, self.receive()).await.map_err(|_| Lost)?? {
                Frame::Message(Message::Ping) => {}
                Frame::Message(message) => return Ok(message),
                Frame::Block(_) => return Err(Lost),
            }
        }
    }

    /// Does something that may take long, with signs of life to the other end.
    pub async fn while_alive<T>(&mut self, ping: Duration, work: impl Future<Output = T>) -> Result<T, Lost> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(ping) => self.send(&Message::Ping).await?,
            }
        }
    }

    /// Waits that long, with signs of life to the other end; what it says meanwhile ends the wait.
    pub async fn pause(&mut self, length: Duration, ping: Duration) -> Result<(), Lost> {
        let end = tokio::time::Instant::now() + length;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(end) => return Ok(()),
                () = tokio::time::sleep(ping) => self.send(&Message::Ping).await?,
                frame = self.receive() => match frame? {
                    Frame::Message(Message::Ping) => {}
                    Frame::Message(_) | Frame::Block(_) => return Err(Lost),
                },
            }
        }
    }

    /// Says nothing more, and waits until the other end does neither.
    pub async fn part(&mut self, limit: Duration) {
        let _ = self.writer.shutdown().await;
        let _ = timeout(limit, async { while self.frames.recv().await.is_some() {} }).await;
    }
}

async fn read_frames(mut reader: OwnedReadHalf, sender: mpsc::Sender<Frame>, mut gate: Gate) {
    loop {
        let frame = tokio::select! {
            frame = read_frame(&mut reader) => frame,
            () = gate.cut() => return,
        };
        // The end of a connection passes the gate too: behind a half-open one nobody learns of it.
        let passed = gate.pass().await;
        let Ok(frame) = frame else { return };
        if !passed || sender.send(frame).await.is_err() {
            return;
        }
    }
}

async fn read_frame(reader: &mut OwnedReadHalf) -> io::Result<Frame> {
    let length = reader.read_u32().await?;
    let is_block = length & BLOCK != 0;
    let length = length & !BLOCK;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length as usize];
    reader.read_exact(&mut bytes).await?;
    if is_block {
        return Ok(Frame::Block(bytes));
    }
    serde_json::from_slice(&bytes).map(Frame::Message).map_err(io::Error::other)
}
