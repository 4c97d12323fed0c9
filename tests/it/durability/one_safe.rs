//! One-safe: what was acknowledged and not sent may be lost where the Primary is killed and the Secondary promoted, and
//! nowhere else.

use std::collections::BTreeSet;

use super::*;
use crate::support::application::lost;

/// Thirty commits of the load are on their way; what is acknowledged is written.
const ONE_SAFE: [&str; 3] = ["SafenessLevel=1safe", "ShipDelay=50", "DurabilityLevel=3"];

#[test]
fn what_one_safe_acknowledges_is_lost_by_a_fail_over_and_by_nothing_else() {
    let (seed, rounds) = (wanted_seed().unwrap_or(5), if full_campaign() { 200 } else { 20 });
    println!("to repeat: HSBRUN_SEED={seed} cargo test --test it durability::one_safe");
    let began = Instant::now();
    let mut dice = Dice::new(seed);
    let two = Two::connected("6.5", &[&SETTINGS[..], &ONE_SAFE].concat());
    let strings = [&two.first, &two.second].map(|server| client::connection_string(server.port, "dba", "dba"));
    let application = Application::start_with(strings.clone(), load());
    let (mut given_up, mut fail_overs) = (BTreeSet::new(), 0);
    for round in 0..rounds {
        let before = application.acknowledged();
        wait_for(&format!("round {round}: the load"), || application.acknowledged() > before + 60);
        if dice.roll(3) == 0 {
            let what = format!("seed {seed}, round {round}: fail-over");
            given_up.extend(fail_over(&two, &what));
            fail_overs += 1;
            continue;
        }
        let doing = dice.one_of(&[Doing::Connected, Doing::Alone, Doing::Catchup, Doing::Netcopy, Doing::Switch]);
        let victim = dice.one_of(&[Victim::S1, Victim::S2, Victim::Both]);
        let what = format!("seed {seed}, round {round}: {victim:?} while {doing:?}");
        println!("{what}");
        strike(&two, doing, victim, &mut dice);
        let copied = recover(&two, &what);
        assert!(copied == Copied::No || doing == Doing::Netcopy, "{what}: the histories have parted");
    }
    let account = application.stop();
    wait_for_equal_positions(&two);
    let lost = lost(&account, &strings);
    println!(
        "seed {seed}: {rounds} kills in {:.0?}, {} commits, {:.0}/s while served; {fail_overs} fail-overs gave up {} of them, {} are lost",
        began.elapsed(),
        account.acknowledged.len(),
        account.while_served,
        given_up.len(),
        lost.len()
    );
    assert!(lost.is_subset(&given_up), "lost elsewhere: {:?}", lost.difference(&given_up).collect::<Vec<_>>());
    assert!(!lost.is_empty(), "{fail_overs} fail-overs under load lost nothing: this was not one-safe");
}

/// The Primary is killed, and its Secondary promoted, whatever it lacks: that, as the old Primary shows when it is back.
fn fail_over(two: &Two, what: &str) -> BTreeSet<i64> {
    let [old, new] = by_role(two);
    old.kill();
    new.wait_for("hsb state", "SECONDARY ALONE");
    let kept = history(new);
    new.does("hsb set primary alone");
    start(old, what);
    let had = history(old);
    assert!(had.starts_with(&kept), "{what}: the Secondary had the beginning of what the Primary had");
    let lacks: BTreeSet<i64> = had[kept.len()..].iter().copied().collect();
    println!("{what}: {} commits", lacks.len());
    let (rc, text) = new.admin("hsb connect");
    if lacks.is_empty() {
        assert_eq!(rc, 0, "{what}: {text}");
    } else {
        assert_eq!(rc, 14525, "{what}: {text}");
        new.does("hsb netcopy");
        old.wait_for("hsb state", "SECONDARY ALONE");
        new.wait_for("hsb status copy", "SUCCESS");
        new.does("hsb connect");
    }
    new.wait_for("hsb state", "PRIMARY ACTIVE");
    old.wait_for("hsb state", "SECONDARY ACTIVE");
    lacks
}

/// The application's commits in their order.
fn history(server: &Server) -> Vec<i64> {
    let rows = server.client().sql("SELECT N FROM LEDGER ORDER BY rowid");
    rows.iter().map(|row| row[0].parse().expect("because N is a number")).collect()
}
