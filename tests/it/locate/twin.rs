//! On the twin: a run is left at the beginning of each step, and nothing is known of it but the pair.

use std::fs;
use std::path::{Path, PathBuf};

use hsbrun::engine::{Answer, Code, Event, Machine, Releases, Request, Settings, World, lower};
use hsbrun::locate::{Ground, Sighting, Verdict, Why};
use hsbrun::program::{Bindings, Loader, Program, StepId, resolve};
use hsbrun::show::{Location, Look, Words};
use hsbrun::text::{Source, SourceMap};
use hsbrun::twin::{Twin, TwinSettings};
use hsbrun::verify::{Bounds, Configuration, Known, Property};

/// Upgrades the Secondary alone. It rescues nobody: what one fault makes of it is known.
const RUNBOOK: &str = include_str!("../../corpus/locate/secondary.hsbrun");

struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        Err(format!("{path} is not there"))
    }
}

struct Scene {
    program: Program,
    sources: SourceMap,
    bindings: Bindings,
    code: Code,
}

impl Scene {
    fn new(text: &str) -> Scene {
        let resolved = resolve(Source::new("secondary.hsbrun", text), &mut NoFiles);
        let program = resolved.program.unwrap_or_else(|| panic!("{:#?}", resolved.findings));
        let bindings =
            program.sample_bindings(&[], Releases::fix_pack().new).expect("because nothing was given").bindings;
        let code = lower(&program, &bindings, &Settings::default());
        Scene { sources: resolved.sources, bindings, code, program }
    }

    fn releases(&self) -> Releases {
        Releases::bound(&self.program, &self.bindings)
    }

    fn twin(&self) -> Twin {
        let settings = TwinSettings::for_program(&self.program, &self.bindings, 3);
        settings.and_then(Twin::new).expect("because the start states can stand beside each other")
    }

    /// A pair whose run was left at the beginning of a step; and the run.
    fn left_at(&self, step: StepId) -> (Twin, Machine) {
        let mut twin = self.twin();
        let mut machine = Machine::new(&self.code);
        let mut answer = Answer::Begin;
        loop {
            let before = machine.clone();
            let turn = machine.next(&self.code, answer);
            let begins = |event: &Event| matches!(event, Event::StepBegan { step: begun, .. } if *begun == step);
            if turn.events.iter().any(begins) {
                return (twin, before);
            }
            assert!(!matches!(turn.request, Request::End(_)), "the run is over before step {step:?}");
            answer = twin.answer(&turn.request);
        }
    }

    fn ground(&self, world: &mut dyn World, bounds: Bounds) -> Ground<'_> {
        let sighting = Sighting::look(world, &self.code, self.releases());
        let known = Known { auto_primary_alone: Some(false), ..Known::default() };
        let configurations = Configuration::all(&self.code, self.releases(), known);
        Ground::new(&self.code, &configurations, sighting, bounds)
    }

    fn told(&self, twin: &mut Twin, ground: &Ground<'_>) -> String {
        let verdicts: Vec<(StepId, Verdict)> =
            ground.near().into_iter().map(|step| (step, ground.judge(step, &[]))).collect();
        let words = Words { program: &self.program, code: &self.code, sources: &self.sources };
        let again = Sighting::look_again(twin, &self.code, self.releases());
        let command = "hsbrun run secondary.hsbrun --site billing.yaml";
        Location { words, ground, verdicts: &verdicts, command, again: &again }.draw(&Look::plain())
    }

    /// Goes on with the last step that is offered; gives how it ends.
    fn finish(&self, twin: &mut Twin, ground: &Ground<'_>) -> String {
        let offered = ground.near().into_iter().rev().find_map(|step| match ground.judge(step, &[]) {
            Verdict::Offered(entry) => Some(entry),
            Verdict::Refused(_) => None,
        });
        let Some(entry) = offered else { return "no step is offered".to_owned() };
        let mut machine = Machine::entering(&self.code, entry);
        let mut answer = Answer::Begin;
        loop {
            let turn = machine.next(&self.code, answer);
            if let Request::End(end) = &turn.request {
                return format!("the run ends as {:?}", end.result);
            }
            answer = twin.answer(&turn.request);
        }
    }
}

const NO_FAULT: Bounds = Bounds { faults: 0, kills: 0, states: 1_000_000, late: false };

#[test]
fn a_pair_that_was_left_at_the_beginning_of_a_step_is_found_there_and_the_run_goes_on() {
    let scene = Scene::new(RUNBOOK);
    let mut out = String::new();
    for at in 0..scene.code.steps().len() {
        let step = StepId(u16::try_from(at).expect("because there are few"));
        let (mut twin, _) = scene.left_at(step);
        let ground = scene.ground(&mut twin, NO_FAULT);
        out.push_str(&format!("=== left at the beginning of step {}\n", scene.code.step(step).id));
        out.push_str(&scene.told(&mut twin, &ground));
        if !ground.is_at_the_start() {
            out.push_str(&format!("  and then   {}\n", scene.finish(&mut twin, &ground)));
        }
        out.push('\n');
    }
    compare("secondary.txt", &out);
}

#[test]
fn a_step_from_which_one_fault_does_damage_is_not_offered_and_says_which() {
    let scene = Scene::new(RUNBOOK);
    let step = StepId(3);
    let (mut twin, _) = scene.left_at(step);
    let ground = scene.ground(&mut twin, Bounds::default());
    let Verdict::Refused(why) = ground.judge(step, &[]) else { panic!("nobody serves where S1 crashes") };
    let breaks = |property| why.iter().any(|why| matches!(why, Why::Breaks(broken) if broken.property == property));
    assert!(breaks(Property::NobodyServes), "{why:#?}");
}

#[test]
fn what_one_fault_has_made_of_a_pair_is_told_apart_from_what_comes_by_itself() {
    let scene = Scene::new(RUNBOOK);
    let (mut twin, _) = scene.left_at(StepId(2));
    // A pair that nobody has brought about on purpose: the Primary is gone, and the Secondary waits.
    twin.answer(&Request::Send(hsbrun::engine::Command {
        server: Some(hsbrun::program::ServerId(0)),
        action: hsbrun::engine::Action::Admin { text: "shutdown force".into() },
        limit: std::time::Duration::from_secs(60),
    }));
    for _ in 0..50 {
        twin.answer(&Request::Set(hsbrun::engine::Clock::Delay, std::time::Duration::from_secs(60)));
        twin.answer(&Request::Pause(hsbrun::engine::Clocks::of(hsbrun::engine::Clock::Delay)));
    }
    let without = scene.ground(&mut twin, NO_FAULT);
    assert_eq!(without.best(), None, "no run comes by it where nothing goes wrong");
    assert!(scene.told(&mut twin, &without).contains("a person must decide"));
    let with = scene.ground(&mut twin, Bounds { faults: 1, ..NO_FAULT });
    assert!(with.best().is_some_and(|rank| rank.wrong));
    let offered = |step: &StepId| matches!(with.judge(*step, &[]), Verdict::Offered(_));
    assert!(!with.near().iter().any(offered), "nobody serves");
    let told = scene.told(&mut twin, &with);
    assert!(told.starts_with("No run may begin on this pair now."), "{told}");
    assert!(told.contains("only where something went wrong: in steps prepare, 1, 2"), "{told}");
}

#[test]
fn a_pair_that_only_a_back_out_comes_by_is_found_in_it_and_no_step_is_offered_there() {
    let scene = Scene::new(include_str!("../../corpus/locate/backed_out.hsbrun"));
    let (mut twin, _) = scene.left_at(StepId(2));
    twin.answer(&Request::Send(hsbrun::engine::Command {
        server: Some(hsbrun::program::ServerId(0)),
        action: hsbrun::engine::Action::Admin { text: "hsb set standalone".into() },
        limit: std::time::Duration::from_secs(60),
    }));
    let ground = scene.ground(&mut twin, NO_FAULT);
    assert!(
        !ground.places().is_empty() && ground.places().iter().all(|seen| seen.standing.backs_out && seen.rank.wrong)
    );
    let told = scene.told(&mut twin, &ground);
    assert!(told.starts_with("No run may begin on this pair now."), "{told}");
    assert!(told.contains("where a run was being backed out: in the back-out of step 2"), "{told}");
}

#[test]
fn a_step_whose_back_out_does_damage_is_not_offered_and_one_whose_back_out_only_fails_is() {
    let text = include_str!("../../corpus/locate/backed_out.hsbrun");
    let judged = |back_out: &str| {
        let undone = "admin 'hsb set standalone'\n            wait until S1 is STANDALONE within 1m";
        let text = text.replacen(undone, back_out, 1).replacen("admin 'hsb set primary alone'", "notify \"undone\"", 1);
        let scene = Scene::new(&text);
        let (mut twin, _) = scene.left_at(StepId(2));
        scene.ground(&mut twin, NO_FAULT).judge(StepId(2), &[])
    };
    let fails = judged("assert S1 is SECONDARY ALONE");
    assert!(matches!(fails, Verdict::Offered(_)), "{fails:#?}");
    let Verdict::Refused(why) = judged("admin 'shutdown force'\n            assert S1 is SECONDARY ALONE") else {
        panic!("nobody serves once it is backed out")
    };
    let outage = |why: &Why| matches!(why, Why::Breaks(broken) if broken.property == Property::NobodyServes);
    assert!(why.iter().any(outage), "{why:#?}");
}

fn compare(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/locate").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, text).expect("because the corpus is ours");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(known == text, "{} says\n{known}\nbut it is\n{text}", Path::new(name).display());
}
