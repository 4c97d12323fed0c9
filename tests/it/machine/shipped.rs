//! The shipped runbook on a scripted pair: all eighteen steps where nothing goes wrong, and a rescue.

use hsbrun::engine::{Code, Settings};

use super::play::{Play, whole};

fn migration() -> Code {
    whole(include_str!("../../../runbooks/hot-migration-netcopy.hsbrun"), &Settings::default())
}

fn ready(code: &Code) -> Play<'_> {
    let mut play = Play::new(code);
    play.see("S1.log_space=20000000000000, S2.log_space=20000000000000, S1.answers=yes, S2.answers=yes");
    play
}

const TO_STEP_5: &str = "
    ask users_told: yes
    ask machines_ready: yes
    send watchdog off: done; watchdog=no
    send admin 'hsb disconnect' on S1: done; S1.link=DISCONNECTING
    pause: on; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
    send admin 'shutdown force' on S2: done; S2=?, S2.link=?, S2.catchup=?, S2.copy=?, S2.switch=?, S2.version=?
    pause: on; S2=DOWN, S2 process=no
    send install on S2: done; S2 installed=7.0
    ask convert_s2: yes
    send start autoconvert on S2: done; S2=SECONDARY ALONE, S2 process=yes, S2.link=BROKEN, S2.catchup=NOT ACTIVE, S2.version=7.0";

const TO_STEP_10: &str = "
    send admin 'hsb netcopy' on S1: done
    pause: on; S1.copy=ACTIVE, S2=OFFLINE
    pause: on; S1.copy=SUCCESS
    pause: on; S2=SECONDARY ALONE
    send admin 'hsb connect' on S1: done; S1.link=CONNECTING
    pause: on; S1.link=CATCHUP, S1.catchup=ACTIVE
    pause: on; S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE, S1.link=CONNECTED, S2.link=CONNECTED, S1.catchup=NOT ACTIVE";

const TO_THE_END: &str = "
    send admin 'hsb switch primary' on S2: done
    pause: on; S2.switch=ACTIVE
    pause: on; S2.switch=SUCCESS, S2=PRIMARY ACTIVE, S1=SECONDARY ACTIVE
    send admin 'hsb disconnect' on S2: done
    pause: on; S2=PRIMARY ALONE, S1=SECONDARY ALONE, S1.link=BROKEN, S2.link=BROKEN
    send admin 'shutdown force' on S1: done; S1=DOWN, S1 process=no, S1.version=?
    send install on S1: done; S1 installed=7.0
    ask convert_s1: yes
    send start autoconvert on S1: done; S1=SECONDARY ALONE, S1 process=yes, S1.version=7.0
    send admin 'hsb netcopy' on S2: done; S2.copy=ACTIVE, S1=OFFLINE
    pause: on; S2.copy=SUCCESS, S1=SECONDARY ALONE
    send admin 'hsb connect' on S2: done; S2.link=CATCHUP, S2.catchup=ACTIVE
    pause: on; S2=PRIMARY ACTIVE, S1=SECONDARY ACTIVE, S1.link=CONNECTED, S2.link=CONNECTED, S2.catchup=NOT ACTIVE
    send watchdog on: done";

#[test]
fn the_whole_migration_reaches_its_end_states_when_nothing_goes_wrong() {
    let code = migration();
    let mut play = ready(&code);
    play.script(&format!("{TO_STEP_5}{TO_STEP_10}{TO_THE_END}"));
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
    let done = play.lines.iter().filter(|line| line.starts_with("step ") && line.ends_with(" done")).count();
    assert_eq!(done, code.steps().len());
    assert!(play.told("failed").is_empty());
}

#[test]
fn a_copy_that_fails_is_retried_from_the_netcopy() {
    let code = migration();
    let mut play = ready(&code);
    play.script(&format!(
        "{TO_STEP_5}
         send admin 'hsb netcopy' on S1: done
         pause: on; S1.copy=ACTIVE, S2=OFFLINE
         pause: on; S1.copy=ERROR
         pause: look
         pause: delay
         send admin 'hsb netcopy' on S1: done; S1.copy=ACTIVE
         pause: on; S1.copy=SUCCESS, S2=SECONDARY ALONE"
    ));
    assert_eq!(play.asks(), "send admin 'hsb connect' on S1", "{}", play.lines.join("\n"));
    assert_eq!(play.told("retry"), ["retry from 6 1 of 1"]);
}

#[test]
fn a_primary_that_crashes_while_it_copies_is_started_and_serves_alone() {
    let code = migration();
    let mut play = ready(&code);
    play.script(&format!(
        "{TO_STEP_5}
         send admin 'hsb netcopy' on S1: done
         pause: on; S1.copy=ACTIVE, S2=OFFLINE
         pause: on; S1=DOWN, S1 process=no, S1.link=?, S1.copy=?, S1.switch=?, S1.catchup=?
         send start on S1: done; S1=PRIMARY UNCERTAIN, S1 process=yes, S1.link=BROKEN"
    ));
    assert_eq!(play.told("failed"), ["failed Down at wait until S1.copy is SUCCESS"]);
    assert_eq!(play.asks(), "send admin 'hsb set primary alone' on S1", "{}", play.lines.join("\n"));
}
