//! HAC's own commands, over its ports.

use super::*;

impl Watched {
    /// RC and TEXT of a command to the HAC of that server: 0 for S1, 1 for S2.
    fn hac(&self, at: usize, command: &str) -> (i32, String) {
        Client::connect(self.hac[at]).expect("because the watchdog runs").admin(command)
    }

    fn mode(&self) -> String {
        self.watchdog("status").stdout
    }

    /// Switched on anew, it has acted once on what it sees when it is off again.
    fn let_it_act_once(&self) {
        assert_eq!(self.hac(0, "hac setadministrative").0, 0);
        let rounds = || self.log().iter().filter(|line| line.contains("Mode: AUTOMATIC")).count();
        let before = rounds();
        assert_eq!(self.hac(0, "hac setautomatic").0, 0);
        wait_for("it is automatic", LIMIT, || rounds() > before);
        assert_eq!(self.hac(0, "hac setadministrative").0, 0);
    }
}

#[test]
fn its_modes_are_set_over_its_ports_and_nothing_else_is_taken_there() {
    let watched = Watched::up("version_level", &[], "");
    assert_eq!(watched.hac(0, "hac setadministrative"), (0, "Mode: ADMINISTRATIVE".into()));
    assert_eq!(watched.mode(), "off\n");
    assert_eq!(watched.hac(1, " HACONTROLLER sam "), (0, "Mode: AUTOMATIC".into()), "one mode for both servers");
    assert_eq!(watched.mode(), "on\n");
    let client = Client::connect(watched.hac[0]).expect("because the watchdog runs");
    assert_eq!(client.admin("hac dance").0, 14539);
    assert_eq!(client.admin("hsb state").0, 14539, "that is asked of the servers");
    assert!(client.refused("SELECT 1").contains("HAC has no data"));
    assert_eq!(client.admin("hac sad").0, 0, "and the session lives");
    let wrong = Client::login(watched.hac[0], "dba", "wrong").err().map(|error| error.to_string());
    assert!(wrong.as_ref().is_some_and(|said| said.contains("14505")), "{wrong:?}");
    assert_eq!(watched.client("S1").admin("hac sam").0, 14539, "not over the port of a server");
}

#[test]
fn a_server_that_hac_has_shut_down_stays_down_until_hac_starts_it() {
    let watched = Watched::up("version_level", &[], "");
    assert_eq!(watched.hac(1, "hac restartdb").0, 14539, "it runs");
    assert_eq!(watched.hac(1, "hac shutdowndb").0, 0);
    watched.wait_for(&["HAC of S2 is told: hac shutdowndb", "S2 SHUTDOWN_LOCAL: done", "S1 PRIMARY ALONE, S2 is gone"]);
    watched.let_it_act_once();
    watched.assert_idle();
    assert_eq!(watched.hac(1, "hac rsd").0, 0);
    assert_eq!(watched.hac(1, "hac sam").0, 0);
    watched.wait_for(&["S1 CONNECT: done", "S1 PRIMARY ACTIVE, S2 SECONDARY ACTIVE"]);
}

#[test]
fn traced_it_writes_down_what_it_asks_and_hears() {
    let watched = Watched::up("version_level", &[], "");
    let trace = watched.pair.path().join("hactrace.out");
    assert!(!trace.exists(), "nobody has asked for it");
    assert_eq!(watched.hac(0, "trace on hac"), (0, "Trace: on".into()));
    // It may be told in the middle of a look.
    wait_for("a whole look in the trace", LIMIT, || {
        let read = fs::read_to_string(&trace).unwrap_or_default();
        [" is asked: hsb state\n", " S2 answers: 0 SECONDARY ACTIVE\n"].iter().all(|line| read.contains(line))
    });
    assert_eq!(watched.hac(1, "tra off hac"), (0, "Trace: off".into()));
}

#[test]
fn a_file_that_is_half_written_ends_nothing() {
    let watched = Watched::up("version_level", &[], "");
    let ini = watched.pair.path().join("s2/solid.ini");
    let sound = fs::read_to_string(&ini).expect("because `sim up` wrote it");
    fs::write(&ini, "[Com").expect("because there is room");
    fs::write(watched.pair.path().join("watchdog.ini"), "[HAController]\nCheckInterv").expect("because there is room");
    watched.wait_for(&["watchdog.ini, line 2: neither [Section] nor Name=Value; what counted before goes on"]);
    watched.configure("");
    assert_eq!(watched.hac(0, "hac sad").0, 0);
    watched.admin("S1", "hsb disconnect");
    watched.wait_for(&["S1 PRIMARY ALONE, S2 SECONDARY ALONE"]);
    fs::write(&ini, sound).expect("because there is room");
    assert_eq!(watched.hac(0, "hac shutdown").0, 0);
    watched.wait_for(&["HAC is shut down"]);
}

#[test]
fn suspended_it_does_nothing_whatever_its_mode_and_shut_down_it_is_gone() {
    let watched = Watched::up("version_level", &[], "");
    assert_eq!(watched.hac(0, "hac suspend").0, 0);
    watched.pair.signal("S2", Signal::KILL);
    wait_for("the Primary notices", LIMIT, || watched.pair.status().contains("UNCERTAIN"));
    assert_eq!(watched.mode(), "on\n");
    std::thread::sleep(Duration::from_millis(300)); // six of its looks
    watched.assert_idle();
    assert_eq!(watched.hac(0, "hac rs").0, 0);
    watched.wait_for(&["S1 SET_LOCAL_PRIMARY_ALONE: done", "S2 START_SERVER: done", "S1 CONNECT: done"]);
    assert_eq!(watched.hac(0, "hac shutdown").0, 0);
    watched.wait_for(&["HAC is shut down"]);
    wait_for("its ports are closed", LIMIT, || Client::connect(watched.hac[1]).is_err());
}
