//! A file for each rule, named for it. Each is a function or two; `walk` calls those that follow the states.

mod back_out_missing;
mod catchup_end_misread;
mod command_not_awaited;
mod condition_always_true;
mod condition_never_true;
mod connect_on_upgraded_server;
mod conversion_unguarded;
mod dead_wait;
mod deprecated_command;
mod end_state_not_reached;
mod ensure_of_other_server;
mod forced_shutdown_while_serving;
mod hole_in_server_text;
mod limit_too_short;
mod missing_failure_condition;
mod netcopy_not_verified;
mod place_in_runbook;
mod promotion_without_look;
mod refused_command;
mod repeat_adds_up;
mod secret_in_runbook;
mod shutdown_not_confirmed;
mod standalone_without_copy;
mod status_of_other_server;
mod step_number_gap;
mod step_without_check;
mod steps_out_of_order;
mod switch_before_catchup;
mod unreachable_statement;
mod unread_answer;
mod unused_parameter;
mod unused_procedure;
mod version_not_installed;
mod watchdog_never_off;
mod watchdog_off_late;
mod write_on_secondary;

pub use limit_too_short::Slow;
pub use place_in_runbook::Place;

use super::found::Found;
use super::known::Known;
use super::scene::Scene;
use super::walk::{End, Look, Question, Sent};

/// Rules that read the program as it stands.
pub fn of_program(scene: &Scene, found: &mut Found) {
    back_out_missing::of_program(scene, found);
    condition_always_true::of_program(scene, found);
    condition_never_true::of_program(scene, found);
    ensure_of_other_server::of_program(scene, found);
    hole_in_server_text::of_program(scene, found);
    place_in_runbook::of_program(scene, found);
    repeat_adds_up::of_program(scene, found);
    secret_in_runbook::of_program(scene, found);
    step_number_gap::of_program(scene, found);
    steps_out_of_order::of_program(scene, found);
    unreachable_statement::of_program(scene, found);
    unused_parameter::of_program(scene, found);
    unused_procedure::of_program(scene, found);
    version_not_installed::of_program(scene, found);
    watchdog_never_off::of_program(scene, found);
}

/// Immediately before an effect.
pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    command_not_awaited::at_effect(sent, known, scene, found);
    connect_on_upgraded_server::at_effect(sent, known, scene, found);
    conversion_unguarded::at_effect(sent, known, found);
    deprecated_command::at_effect(sent, scene, found);
    forced_shutdown_while_serving::at_effect(sent, known, scene, found);
    limit_too_short::at_effect(sent, scene, found);
    netcopy_not_verified::at_effect(sent, known, scene, found);
    promotion_without_look::at_effect(sent, known, scene, found);
    refused_command::at_effect(sent, known, scene, found);
    shutdown_not_confirmed::at_effect(sent, known, scene, found);
    standalone_without_copy::at_effect(sent, known, scene, found);
    step_without_check::at_effect(sent, known, scene, found);
    switch_before_catchup::at_effect(sent, known, found);
    unread_answer::at_effect(sent, scene, found);
    watchdog_off_late::at_effect(sent, known, found);
    write_on_secondary::at_effect(sent, known, scene, found);
}

/// Where a condition is looked at, with what was known before.
pub fn at_look(look: &Look, known: &Known, scene: &Scene, found: &mut Found) {
    catchup_end_misread::at_look(look, known, scene, found);
    command_not_awaited::at_look(look, known, scene, found);
    dead_wait::at_look(look, known, scene, found);
    limit_too_short::at_look(look, known, scene, found);
    missing_failure_condition::at_look(look, known, scene, found);
    shutdown_not_confirmed::at_look(look, known, scene, found);
    status_of_other_server::at_look(look, known, scene, found);
}

/// Where a person is asked.
pub fn at_question(question: &Question, scene: &Scene, found: &mut Found) {
    limit_too_short::at_question(question, scene, found);
}

/// Where a way ends.
pub fn at_end(end: &End, known: &Known, scene: &Scene, found: &mut Found) {
    command_not_awaited::at_end(end, known, scene, found);
    end_state_not_reached::at_end(end, known, scene, found);
    netcopy_not_verified::at_end(end, known, scene, found);
    shutdown_not_confirmed::at_end(end, known, scene, found);
    standalone_without_copy::at_end(end, known, scene, found);
}
