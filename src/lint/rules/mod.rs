//! A file for each rule, named for it. Each is a function or two; `walk` calls those that follow the states.

mod deprecated_command;
mod refused_command;

use super::found::Found;
use super::known::Known;
use super::scene::Scene;
use super::walk::{End, Look, Sent};

/// Rules that read the program as it stands.
pub fn of_program(_scene: &Scene, _found: &mut Found) {}

/// Immediately before an effect.
pub fn at_effect(sent: &Sent, known: &Known, scene: &Scene, found: &mut Found) {
    deprecated_command::at_effect(sent, known, scene, found);
    refused_command::at_effect(sent, known, scene, found);
}

/// Where a condition is looked at, with what was known before.
pub fn at_look(_look: &Look, _known: &Known, _scene: &Scene, _found: &mut Found) {}

/// Where a way ends.
pub fn at_end(_end: &End, _known: &Known, _scene: &Scene, _found: &mut Found) {}
