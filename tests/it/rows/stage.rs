//! The two processes of a scene, brought back to their beginning for each.

use std::fs;
use std::process::{Command, Stdio};

use hsbrun::pair::State;

use crate::sim::client::Client;
use crate::sim::server::{HSBRUN, Server, Two, free_port, wait_for};

/// Nothing takes time, unless a scene asks for it.
const AT_ONCE: [&str; 10] = [
    "AcceptDelay=0",
    "BackupDelay=0",
    "ConnectDelay=0",
    "ConvertDelay=0",
    "DisconnectDelay=0",
    "CatchupDelay=0",
    "SwitchDelay=0",
    "NetcopyDelay=0",
    "StopDelay=0",
    "MaxLifetime=600000",
];

/// The software and the format of the databases.
pub const VERSION: &str = "7.0";
pub const OLDER: &str = "6.5";
pub const NEWER: &str = "7.5";
pub const FIX_PACK: &str = "7.0.1";

pub struct Stage {
    two: Two,
}

impl Stage {
    pub fn new() -> Stage {
        let two = Two::alone(VERSION, &[]);
        let stranger = Server::prepare(two.first.dir.with_file_name("s3"), free_port(), free_port(), VERSION, &[]);
        stranger.must_start(&["-Udba", "-Pdba"]);
        for server in [&stranger, &two.first, &two.second] {
            server.stop();
            fs::copy(server.dir.join("solid.db"), server.dir.join("template")).expect("because there is room");
        }
        fs::copy(stranger.dir.join("template"), two.first.dir.join("foreign")).expect("because there is room");
        Stage { two }
    }

    /// The server of which a row speaks.
    pub fn own(&self) -> &Server {
        &self.two.first
    }

    pub fn peer(&self) -> &Server {
        &self.two.second
    }

    /// Both down, closed in good order, their data equal.
    pub fn reset(&self, settings: &[&str]) {
        let settings = [&AT_ONCE, settings].concat();
        for (server, other) in [(self.own(), self.peer()), (self.peer(), self.own())] {
            if server.lives() {
                server.kill();
            }
            for name in ["solid.db-wal", "solid.db-shm", "solid.db.incomplete", "faults"] {
                let _ = fs::remove_file(server.dir.join(name));
            }
            self.take_database(server, "template");
            server.write_ini(other.port, &settings);
            server.install(VERSION);
        }
        let _ = fs::create_dir(self.own().dir.join("copies"));
    }

    pub fn take_database(&self, server: &Server, name: &str) {
        fs::copy(server.dir.join(name), server.dir.join("solid.db")).expect("because there is room");
    }

    /// Changes the settings of a server that is down.
    pub fn edit_ini(&self, server: &Server, old: &str, new: &str) {
        let path = server.dir.join("solid.ini");
        let text = fs::read_to_string(&path).expect("because it was written");
        assert!(text.contains(old), "{old} is not in {text}");
        fs::write(path, text.replace(old, new)).expect("because there is room");
    }

    pub fn start_both(&self) {
        std::thread::scope(|scope| {
            for server in [self.own(), self.peer()] {
                scope.spawn(|| server.must_start(&[]));
            }
        });
    }

    pub fn fault(&self, words: &[&str]) {
        let dir = self.own().dir.parent().expect("because both servers are in one folder");
        let mut command = Command::new(HSBRUN);
        command.args(["sim", "fault"]).arg(dir).args(words).stdin(Stdio::null());
        assert!(command.status().expect("because it was built").success());
    }

    pub fn wait_for_states(&self, own: State, peer: State) {
        let seen = || [state(self.own()), state(self.peer())];
        wait_for(&format!("{own} beside {peer}"), || seen() == [Some(own), Some(peer)]);
    }

    /// What a server says of the pair, on both.
    pub fn wait_on_both(&self, command: &str, text: &str) {
        for server in [self.own(), self.peer()] {
            server.wait_for(command, text);
        }
    }
}

/// DOWN is no process, OFFLINE takes no clients; none while it is neither up nor down.
pub fn state(server: &Server) -> Option<State> {
    if !server.lives() {
        return Some(State::Down);
    }
    match Client::connect(server.port) {
        Ok(client) => {
            let rows = client.query("ADMIN COMMAND 'hsb state'").ok()?;
            let word = match rows.first()?[..] {
                // A server without HotStandby does not know the command.
                [ref rc, _] if rc == "14527" => {
                    client.query("SELECT HOTSTANDBY_STATE() AS S").ok()?.remove(0).remove(0)
                }
                [_, ref text] => text.clone(),
                _ => return None,
            };
            State::from_word(&word)
        }
        Err(error) if error.to_string().contains("14552") => Some(State::Offline),
        Err(_) => None,
    }
}
