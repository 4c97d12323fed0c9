//! The link between the two servers: a TCP connection of its own, to the port that clients use too.

mod catchup;
mod connect;
mod frame;
mod live;
mod netcopy;
mod operations;
mod outbox;
mod together;

pub(super) use frame::MAGIC;
pub(super) use live::LinkHandle;
pub(super) use operations::{connect, disconnect, leave, netcopy, switch};

use std::sync::Arc;

use tokio::net::TcpStream;

use super::server::Server;

/// A peer has connected.
pub(super) async fn accept(server: Arc<Server>, socket: TcpStream) {
    connect::accept(server, socket).await;
}
