//! `hsbrun verify`: every path of a runbook against every behaviour that the model of the pair allows.

use crate::diag::Finding;
use crate::engine::{self, Releases, Settings};
use crate::pair::model;
use crate::program::{Given, Origin, ParamType, Program};
use crate::show::{Look, Verified, verdict, verdict_json};
use crate::site::{self, Safeness, Site};
use crate::verify::{self, Bounds, Configuration, Known};

use super::args::{ReportFormat, VerifyArgs};
use super::diagnostics;
use super::exit::Exit;
use super::loaded::{self, Loaded};
use super::perform;

/// More choices of words than this are not made by themselves: `--set` some.
const MOST_CHOICES: usize = 64;

pub fn run(args: &VerifyArgs) -> Exit {
    let verified = loaded::load(&args.file).and_then(|mut loaded| {
        let site = site(args, &mut loaded)?;
        let verified = all_choices(args, &loaded, site.as_ref())?;
        Ok(show(args, &loaded, &verified))
    });
    verified.unwrap_or_else(|exit| exit)
}

fn site(args: &VerifyArgs, loaded: &mut Loaded) -> Result<Option<Site>, Exit> {
    let Some(path) = &args.site else { return Ok(None) };
    let (site, findings) = site::load(path, &mut loaded.sources);
    loaded::tell(&findings, &loaded.sources);
    site.map(Some).ok_or(Exit::Findings)
}

/// Explores the runbook with each choice of the words that nobody has chosen.
fn all_choices(args: &VerifyArgs, loaded: &Loaded, site: Option<&Site>) -> Result<Vec<Verified>, Exit> {
    let given = given(args, &loaded.program, site);
    let choices = choices(&loaded.program, &given);
    if choices.len() > MOST_CHOICES {
        return Err(refuse(loaded, &[diagnostics::too_many_choices(choices.len(), MOST_CHOICES)]));
    }
    choices.into_iter().map(|chosen| one_choice(args, loaded, site, &given, chosen)).collect()
}

fn one_choice(
    args: &VerifyArgs,
    loaded: &Loaded,
    site: Option<&Site>,
    given: &[Given],
    chosen: Vec<Given>,
) -> Result<Verified, Exit> {
    let program = &loaded.program;
    let words = chosen.iter().map(|one| format!("{} = {}", one.name, one.text)).collect::<Vec<_>>().join(", ");
    let given: Vec<Given> = given.iter().cloned().chain(chosen).collect();
    let new_version = Releases::sample(program, &given).new;
    let sampled = program.sample_bindings(&given, new_version).map_err(|findings| refuse(loaded, &findings))?;
    let code = engine::lower(program, &sampled.bindings, &settings(site));
    let configurations = Configuration::all(&code, Releases::bound(program, &sampled.bindings), known(site));
    if configurations.is_empty() {
        return Err(refuse(loaded, &[diagnostics::no_such_pair(program)]));
    }
    let bounds = Bounds { faults: args.faults, kills: args.kills, states: args.states };
    let mut report = verify::verify(&code, &configurations, bounds);
    if !args.properties.is_empty() {
        report.broken.retain(|violation| args.properties.contains(&violation.property));
    }
    Ok(Verified { words, code, report, bounds })
}

fn show(args: &VerifyArgs, loaded: &Loaded, verified: &[Verified]) -> Exit {
    let look = if args.plain { Look::plain() } else { Look::stdout() };
    let text = match args.format {
        ReportFormat::Terminal => verdict(&look, &loaded.program, &loaded.sources, verified),
        ReportFormat::Json => verdict_json(&loaded.program, &loaded.sources, verified),
    };
    perform::say(&text);
    let broken = verified.iter().any(|one| !one.report.broken.is_empty());
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    match (broken, whole) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Done,
        (false, false) => Exit::NotExplored,
    }
}

fn refuse(loaded: &Loaded, findings: &[Finding]) -> Exit {
    loaded::tell(findings, &loaded.sources);
    Exit::Findings
}

/// What the site file says goes before defaults, and the command line before both.
fn given(args: &VerifyArgs, program: &Program, site: Option<&Site>) -> Vec<Given> {
    let of_site = site.iter().flat_map(|site| &site.params).filter(|(name, _)| program.params.contains_key(*name));
    of_site
        .map(|(name, param)| Given { name: name.clone(), text: param.text.clone(), from: Origin::Site(param.span) })
        .chain(loaded::given(&args.set))
        .collect()
}

/// Every choice of words for the parameters that have none and no default.
fn choices(program: &Program, given: &[Given]) -> Vec<Vec<Given>> {
    let mut choices = vec![Vec::new()];
    for (name, param) in &program.params {
        let ParamType::Words(words) = &param.ty else { continue };
        if given.iter().any(|given| given.name == *name) {
            continue;
        }
        let chosen = |word: &String| Given { name: name.clone(), text: word.clone(), from: Origin::CommandLine };
        choices = choices
            .iter()
            .flat_map(|choice: &Vec<Given>| words.iter().map(|word| [choice.as_slice(), &[chosen(word)]].concat()))
            .collect();
    }
    choices
}

fn settings(site: Option<&Site>) -> Settings {
    site.map_or_else(Settings::default, |site| Settings {
        command_limit: site.command_limit,
        call_limit: site.call_limit,
        look_limit: site.look_limit,
        ..Settings::default()
    })
}

/// What the site says of its pair.
fn known(site: Option<&Site>) -> Known {
    let settings = site.map(|site| site.settings).unwrap_or_default();
    let safeness = settings.safeness.and_then(|safeness| match safeness {
        Safeness::OneSafe => Some(model::Safeness::OneSafe),
        Safeness::TwoSafe => Some(model::Safeness::TwoSafe),
        Safeness::Auto => None,
    });
    Known { auto_primary_alone: settings.auto_primary_alone, safeness, reference: None }
}
