//! A pair of simulated servers that is measured.

use std::process::{Command, Stdio};

use odbc_api::{Connection, ConnectionOptions, environment};

use crate::figures::HSBRUN;

pub struct Pair {
    dir: tempfile::TempDir,
}

impl Pair {
    /// Connected, at the old version, with settings such as `NetcopyDelay=0`.
    pub fn up(settings: &[&str]) -> Pair {
        let dir = tempfile::tempdir().expect("because there is room for a scratch folder");
        let pair = Pair { dir };
        let more: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        pair.sim("up", &more);
        pair
    }

    fn sim(&self, verb: &str, more: &[&str]) {
        let status = Command::new(HSBRUN)
            .args(["sim", verb])
            .arg(self.dir.path().join("pair"))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("because the command was built");
        assert!(status.success(), "hsbrun sim {verb} ended with {status}");
    }

    /// The folder of a server: `s1` or `s2`.
    pub fn folder(&self, server: &str) -> std::path::PathBuf {
        self.dir.path().join("pair").join(server)
    }

    /// Of S1, without the password.
    pub fn connection_string(&self) -> String {
        let site = self.dir.path().join("pair/site.yaml");
        let text = std::fs::read_to_string(site).expect("because `sim up` wrote it");
        let line = text.lines().find_map(|line| line.trim().strip_prefix("odbc:")).expect("because a server has one");
        line.trim().trim_matches(['"', '\'']).to_string()
    }

    /// A session with S1, of odbc-api alone.
    pub fn client(&self) -> Connection<'static> {
        let options = ConnectionOptions { login_timeout_sec: Some(5), packet_size: None };
        environment()
            .expect("because the driver manager is linked in")
            .connect_with_connection_string(&format!("{};PWD=dba", self.connection_string()), options)
            .expect("because the server runs")
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.sim("down", &[]);
    }
}
