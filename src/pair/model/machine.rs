//! Commands to the machines that the servers run on: start and install.

use super::super::{StartOptions, Version};
use super::{Model, Phase, Side};

/// How a start command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exit {
    /// Of the process; 0: the server starts, and will be there after `Move::Started`.
    pub status: i32,
    /// The code or message in the server's log that says why.
    pub code: Option<i32>,
}

impl Exit {
    pub const STARTS: Exit = Exit { status: 0, code: None };

    const fn with(status: i32, code: i32) -> Exit {
        Exit { status, code: Some(code) }
    }
}

/// How an installation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Installed {
    Replaced,
    /// A server process runs with the software.
    InUse,
}

impl Model {
    /// Starts a server with the software on its machine. Source: SRC 10052, 10054, 10058, 30204, 30254; SEED; exit
    /// status 10 for these codes INF.
    pub fn start(&mut self, side: Side, options: StartOptions) -> Exit {
        if self.has_process(side) {
            return Exit::with(10, 10054);
        }
        if options.backupserver {
            let server = self.server_mut(side);
            server.autoconvert = options.autoconvert;
            server.phase = Phase::StartingToListen;
            return Exit::STARTS;
        }
        match self.cannot_open(side, options) {
            Some(exit) => exit,
            None => {
                self.open(side, options);
                Exit::STARTS
            }
        }
    }

    /// Replaces the software.
    pub fn install(&mut self, side: Side, version: Version) -> Installed {
        if self.has_process(side) {
            return Installed::InUse;
        }
        self.server_mut(side).binary = version;
        Installed::Replaced
    }

    fn cannot_open(&self, side: Side, options: StartOptions) -> Option<Exit> {
        let server = self.server(side);
        let level = server.binary.level();
        if server.incomplete {
            return Some(Exit::with(24, 30254));
        }
        if server.format > level {
            return Some(Exit::with(10, 10058));
        }
        let older = server.format < level;
        if older && !options.autoconvert {
            return Some(Exit::with(15, 30204));
        }
        (older && !server.clean).then_some(Exit::with(10, 10052))
    }

    /// A conversion is one-way, and leaves the database without a common base unless the settings say otherwise.
    fn open(&mut self, side: Side, options: StartOptions) {
        let converts = self.server(side).format < self.server(side).binary.level();
        self.same_base &= !converts || self.settings.conversion_keeps_base;
        let server = self.server_mut(side);
        server.format = server.binary.level();
        server.autoconvert = options.autoconvert;
        server.clean = false;
        server.phase = Phase::Starting;
    }
}
