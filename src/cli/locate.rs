//! `hsbrun locate`: where a procedure stands that others have left half done, and with which step a run may begin.

use crate::diag::Finding;
use crate::engine::{Code, Entry, Releases, World};
use crate::locate::{self, Ground, Sighting, Verdict, Why};
use crate::program::StepId;
use crate::run::{Interrupt, Parts, Real};
use crate::secret::Redactor;
use crate::show::{Location, Nobody, Words, inert, opening, reasons};
use crate::verify::{Bounds, Configuration};

use super::args::{LocateArgs, LocateFormat};
use super::exit::Exit;
use super::loaded;
use super::log;
use super::perform;
use super::ready::{self, Ready, Wanted};

pub fn run(args: &LocateArgs) -> Exit {
    let wanted = Wanted { site: &args.site, servers: &args.servers, set: &args.set };
    let ready = loaded::load(&args.file).and_then(|loaded| Ready::to_look(loaded, &wanted));
    ready.map_or_else(|exit| exit, |ready| locate(args, &ready))
}

fn locate(args: &LocateArgs, ready: &Ready) -> Exit {
    let redactor = Redactor::new(ready.secrets.iter().flatten());
    log::hide(redactor);
    let mut world = Real::new(Parts {
        site: &ready.site,
        program: &ready.loaded.program,
        bound: &ready.bound,
        bindings: &ready.bindings,
        passwords: ready.secrets.clone(),
        approvals: Vec::new(),
        desk: Box::new(Nobody),
        interrupt: Interrupt::default(),
    });
    let ground = ground(ready, &mut world);
    let allows = &ready.loaded.allows.allows;
    let verdicts: Vec<(StepId, Verdict)> =
        ground.near().into_iter().map(|step| (step, ground.judge(step, allows))).collect();
    let again = Sighting::look_again(&mut world, &ready.code, releases(ready));
    let command = command(args);
    let location =
        Location { words: words(ready), ground: &ground, verdicts: &verdicts, command: &command, again: &again };
    show(args, ready, &location);
    exit(&location, &ground)
}

fn show(args: &LocateArgs, ready: &Ready, location: &Location<'_>) {
    match args.format {
        LocateFormat::Json => perform::say(&location.json()),
        LocateFormat::Terminal => {
            let look = perform::look(args.plain);
            let file = args.file.display().to_string();
            perform::say(&opening(&look, &inert(ready.code.title()), &ready::rows(ready, &file, &args.site)));
            perform::say(&location.draw(&look));
        }
    }
}

fn exit(location: &Location<'_>, ground: &Ground<'_>) -> Exit {
    match (location.may_go_on(), ground.explored.cut_short) {
        (true, _) => Exit::Done,
        (false, 0) => Exit::NoStep,
        (false, _) => Exit::NotExplored,
    }
}

/// The step with which a run begins, if it may.
pub fn enter(ready: &Ready, world: &mut dyn World, step: StepId) -> Result<Entry, Exit> {
    let ground = ground(ready, world);
    let mut verdict = ground.judge(step, &ready.loaded.allows.allows);
    if let Verdict::Offered(_) = verdict
        && !ground.sighting().is_like(&Sighting::look_again(world, &ready.code, releases(ready)))
    {
        verdict = Verdict::Refused(vec![Why::Moves]);
    }
    match verdict {
        Verdict::Offered(entry) => Ok(entry),
        Verdict::Refused(why) => {
            let words = words(ready);
            let seen = Location::seen(words, ground.sighting());
            let found = ready.code.step(step);
            let finding = locate::not_offered(found.span, &found.id, &seen, &reasons(words, &why));
            loaded::tell(&[finding], &ready.loaded.sources);
            Err(Exit::Preflight)
        }
    }
}

/// The step of that id; none: the first one, with which every run begins.
pub fn step_of(code: &Code, id: &str) -> Result<Option<StepId>, Box<Finding>> {
    let ids: Vec<&str> = code.steps().iter().map(|step| step.id.as_str()).collect();
    let at = ids.iter().position(|known| *known == id).ok_or_else(|| Box::new(locate::unknown_step(id, &ids)))?;
    let step = StepId(u16::try_from(at).expect("because the number of steps is bounded"));
    Ok(Some(step).filter(|step| *step != StepId(0)))
}

fn ground<'c>(ready: &'c Ready, world: &mut dyn World) -> Ground<'c> {
    let sighting = Sighting::look(world, &ready.code, releases(ready));
    let configurations = Configuration::all(&ready.code, releases(ready), super::verify::known(Some(&ready.site)));
    Ground::new(&ready.code, &configurations, sighting, Bounds::default())
}

fn releases(ready: &Ready) -> Releases {
    Releases::bound(&ready.loaded.program, &ready.bindings)
}

fn words(ready: &Ready) -> Words<'_> {
    Words { program: &ready.loaded.program, code: &ready.code, sources: &ready.loaded.sources }
}

/// The command that runs the same on the same pair.
fn command(args: &LocateArgs) -> String {
    let pairs = |option: &str, pairs: &[(String, String)]| -> Vec<String> {
        pairs.iter().map(|(name, value)| format!(" {option} {}", quoted(&format!("{name}={value}")))).collect()
    };
    let (file, site) = (args.file.display().to_string(), args.site.display().to_string());
    let options = [pairs("--set", &args.set), pairs("--server", &args.servers)].concat().concat();
    format!("hsbrun run {} --site {}{options}", quoted(&file), quoted(&site))
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
