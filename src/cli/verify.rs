//! `hsbrun verify`: every path of a runbook against every behaviour that the model of the pair allows.

use std::fs;
use std::path::Path;

use indexmap::IndexMap;

use crate::diag::Finding;
use crate::engine::{self, Code, Releases, Settings};
use crate::lint::allow::{self, Allow};
use crate::pair::model;
use crate::program::{Given, Origin, ParamType, Program};
use crate::show::{
    Look, Mapped, Verified, Words, chart, map, map_json, map_markdown, stories, trace, verdict, verdict_json,
};
use crate::site::{self, Safeness, Site};
use crate::text::SourceId;
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
        loaded::tell(&loaded.allows.findings, &loaded.sources);
        let site = site(args, &mut loaded)?;
        let chosen = all_choices(args, &loaded, site.as_ref())?;
        let bounds = bounds(args);
        if bounds.late && bounds.faults == 0 {
            return Err(refuse(&loaded, &[diagnostics::nothing_comes_late()]));
        }
        if args.map { Ok(draw_map(args, &loaded, chosen)) } else { explore(args, &loaded, chosen) }
    });
    verified.unwrap_or_else(|exit| exit)
}

fn site(args: &VerifyArgs, loaded: &mut Loaded) -> Result<Option<Site>, Exit> {
    let Some(path) = &args.site else { return Ok(None) };
    let (site, findings) = site::load(path, &mut loaded.sources);
    loaded::tell(&findings, &loaded.sources);
    site.map(Some).ok_or(Exit::Findings)
}

/// The runbook with each choice of the words that nobody has chosen.
fn all_choices(args: &VerifyArgs, loaded: &Loaded, site: Option<&Site>) -> Result<Vec<Chosen>, Exit> {
    let given = given(args, &loaded.program, site);
    let choices = choices(&loaded.program, &given);
    if choices.len() > MOST_CHOICES {
        return Err(refuse(loaded, &[diagnostics::too_many_choices(choices.len(), MOST_CHOICES)]));
    }
    choices.into_iter().map(|chosen| one_choice(loaded, site, &given, chosen)).collect()
}

/// A runbook that can be explored.
struct Chosen {
    /// The choice, for people.
    words: String,
    parameters: IndexMap<String, String>,
    code: Code,
    configurations: Vec<Configuration>,
}

fn one_choice(loaded: &Loaded, site: Option<&Site>, given: &[Given], chosen: Vec<Given>) -> Result<Chosen, Exit> {
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
    let parameters = given.into_iter().map(|one| (one.name, one.text)).collect();
    Ok(Chosen { words, parameters, code, configurations })
}

fn bounds(args: &VerifyArgs) -> Bounds {
    let usual = if args.map { 0 } else { 1 };
    Bounds {
        faults: args.faults.unwrap_or(usual),
        kills: args.kills.unwrap_or(usual),
        states: args.states,
        late: args.late,
    }
}

fn explore(args: &VerifyArgs, loaded: &Loaded, chosen: Vec<Chosen>) -> Result<Exit, Exit> {
    if args.format == ReportFormat::Markdown {
        return Err(refuse(loaded, &[diagnostics::only_a_map()]));
    }
    let verified: Vec<Verified> = chosen.into_iter().map(|one| verified(args, one, &loaded.allows.allows)).collect();
    write(args, loaded, &verified)?;
    Ok(show(args, loaded, &verified))
}

fn verified(args: &VerifyArgs, chosen: Chosen, allows: &[Allow]) -> Verified {
    let Chosen { words, parameters, code, configurations } = chosen;
    let bounds = bounds(args);
    let mut report = verify::verify(&code, &configurations, bounds, allows);
    if !args.properties.is_empty() {
        report.broken.retain(|violation| args.properties.contains(&violation.property));
        report.allowed.retain(|allowed| args.properties.contains(&allowed.violation.property));
    }
    let asked = args.properties.clone();
    Verified { words, parameters, code, configurations, report, bounds, asked }
}

fn draw_map(args: &VerifyArgs, loaded: &Loaded, chosen: Vec<Chosen>) -> Exit {
    let bounds = bounds(args);
    let mapped = |Chosen { words, code, configurations, .. }| {
        let map = verify::map(&code, &configurations, bounds);
        Mapped { words, code, map, bounds }
    };
    let mapped: Vec<Mapped> = chosen.into_iter().map(mapped).collect();
    let (program, sources) = (&loaded.program, &loaded.sources);
    perform::say(&match args.format {
        ReportFormat::Terminal => map(&look(args), program, sources, &mapped),
        ReportFormat::Json => map_json(program, sources, &mapped),
        ReportFormat::Markdown => map_markdown(program, sources, &mapped),
    });
    if mapped.iter().all(|one| one.map.explored.cut_short == 0) { Exit::Done } else { Exit::NotExplored }
}

/// Writes each story to the directories that were asked for: `01-two-primaries.svg`, `01-two-primaries.json`.
fn write(args: &VerifyArgs, loaded: &Loaded, verified: &[Verified]) -> Result<(), Exit> {
    for (number, one, violation) in stories(verified) {
        let words = Words { program: &loaded.program, code: &one.code, sources: &loaded.sources };
        let name = format!("{number:02}-{}", violation.property.word());
        let trace = || trace(words, one, violation);
        let has_a_path = !violation.story.entries.is_empty();
        if let Some(folder) = args.chart.as_ref().filter(|_| has_a_path) {
            write_file(loaded, folder, &format!("{name}.svg"), &chart(words, violation, &one.words))?;
        }
        if let (Some(folder), Some(trace)) = (&args.trace, trace()) {
            write_file(loaded, folder, &format!("{name}.json"), &trace.written())?;
        }
    }
    Ok(())
}

fn write_file(loaded: &Loaded, folder: &Path, name: &str, text: &str) -> Result<(), Exit> {
    let path = folder.join(name);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
    written.map_err(|error| {
        refuse(loaded, &[diagnostics::unwritable(&path.to_string_lossy(), &error)]);
        Exit::Unusable
    })
}

fn look(args: &VerifyArgs) -> Look {
    if args.plain { Look::plain() } else { Look::stdout() }
}

fn show(args: &VerifyArgs, loaded: &Loaded, verified: &[Verified]) -> Exit {
    let (program, sources) = (&loaded.program, &loaded.sources);
    let unused = unused(&loaded.allows.allows, verified);
    perform::say(&match args.format {
        ReportFormat::Terminal | ReportFormat::Markdown => verdict(&look(args), program, sources, verified, &unused),
        ReportFormat::Json => verdict_json(program, sources, verified, &unused),
    });
    let broken = verified.iter().any(|one| !one.report.broken.is_empty());
    let whole = verified.iter().all(|one| one.report.explored.cut_short == 0);
    match (broken, whole) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Done,
        (false, false) => Exit::NotExplored,
    }
}

/// The comments that allow a property which nothing breaks there: said where all was explored that usually is. What a library
/// allows another runbook may need.
fn unused(allows: &[Allow], verified: &[Verified]) -> Vec<Finding> {
    let usual = Bounds::default();
    let enough = |one: &Verified| {
        let Bounds { faults, kills, .. } = one.bounds;
        faults >= usual.faults && kills >= usual.kills && one.report.explored.cut_short == 0 && one.asked.is_empty()
    };
    if !verified.iter().all(enough) {
        return Vec::new();
    }
    let used = |allow: &Allow| verified.iter().flat_map(|one| &one.report.allowed).any(|it| it.named == allow.named);
    let own = |allow: &&Allow| allow.is_of_verify() && allow.named.source == SourceId(0);
    allows.iter().filter(own).filter(|allow| !used(allow)).map(allow::unused).collect()
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
        log_lasts: site.log_lasts,
        ..Settings::default()
    })
}

/// What the site says of its pair.
pub fn known(site: Option<&Site>) -> Known {
    let settings = site.map(|site| site.settings).unwrap_or_default();
    let safeness = settings.safeness.and_then(|safeness| match safeness {
        Safeness::OneSafe => Some(model::Safeness::OneSafe),
        Safeness::TwoSafe => Some(model::Safeness::TwoSafe),
        Safeness::Auto => None,
    });
    Known { auto_primary_alone: settings.auto_primary_alone, safeness, reference: None }
}
