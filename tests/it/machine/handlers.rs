//! What a step's failure leads to: handlers and retries.

use super::play::{code, play};

const PLAIN: &str = r#"
step 1 "Disconnect" on S1 {
    admin 'hsb disconnect'
    wait until S1 is PRIMARY ALONE within 1m
    if this step fails {
        notify "handled"
        stop "It stays as it is."
    }
}
on failure { notify "failure" }
"#;

#[test]
fn a_run_sends_its_commands_waits_and_ends() {
    let code = code(&PLAIN.replace(
        "wait until S1 is PRIMARY ALONE within 1m",
        "wait until S1 is PRIMARY ALONE within 1m\n admin 'hsb connect'\n wait until S1 is PRIMARY ACTIVE within 1m",
    ));
    let mut play = play(
        &code,
        "send admin 'hsb disconnect' on S1: done
         pause: on
         pause: on; S1=PRIMARY ALONE, S2=SECONDARY ALONE, S1.link=BROKEN
         send admin 'hsb connect' on S1: done; S1=PRIMARY ACTIVE, S2=SECONDARY ACTIVE, S1.link=CONNECTED",
    );
    assert_eq!(play.end(), "Done", "{}", play.lines.join("\n"));
    assert_eq!(play.told("step"), ["step 1 attempt 1", "step 1 done"]);
    play.lines.clear();
}
