//! `hsbrun demo --live`: the shipped runbook over ODBC on two server processes, while an application goes on committing.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::odbc::Target;
use crate::show::{inert, ledger, paragraph, took};
use crate::simserver::{self, Setting, UpRequest};

use super::application::Application;
use super::args::{DemoArgs, RunArgs, Upgrade};
use super::builtin;
use super::exit::Exit;
use super::log::tell;
use super::perform::{self, say};
use super::run;

/// Everything that the runbook asks for on its way.
const APPROVALS: [&str; 4] = ["users_told", "machines_ready", "convert_s2", "convert_s1"];
/// The disk of a demonstration need not hold the log of a working day.
const LOG_NEEDED: &str = "1 MiB";
/// The servers' part of the folder.
const PAIR: &str = "pair";
/// Everything takes long enough to be seen. A demonstration that is killed leaves servers that end by themselves.
const SETTINGS: [&str; 9] = [
    "MaxLifetime=900000",
    "AcceptDelay=200",
    "ConnectDelay=700",
    "DisconnectDelay=300",
    "CatchupDelay=1000",
    "SwitchDelay=600",
    "NetcopyDelay=3000",
    "StartDelay=1000",
    "ConvertDelay=1500",
];

pub fn run(args: &DemoArgs) -> Exit {
    if simserver::find_driver().is_none() {
        tell(
            "hsbrun: no ODBC driver reaches the simulated servers: psqlodbc is not installed.\n\n\
             On Debian and Ubuntu: apt-get install odbc-postgresql\n\
             Without it, `hsbrun demo` shows the same runbook on the model of a pair.\n",
        );
        return Exit::NotInstalled;
    }
    match Stage::set(args.upgrade) {
        Ok(stage) => perform_on(&stage, args),
        Err(why) => {
            tell(&format!("hsbrun: the simulated servers cannot be started: {why}\n"));
            Exit::NotInstalled
        }
    }
}

fn perform_on(stage: &Stage, args: &DemoArgs) -> Exit {
    let look = perform::look(args.plain);
    let folder = inert(&stage.folder.display().to_string());
    let begins = format!("Two simulated servers run in {folder}, and an application commits on them.");
    say(&format!("{}\n", paragraph(&look, &begins)));
    let args = stage.run_args(args.plain);
    let ready = match builtin::load().and_then(|loaded| run::ready(loaded, &args)) {
        Ok(ready) => ready,
        Err(exit) => return exit,
    };
    let Ok(targets) = <[Target; 2]>::try_from(ready.targets()) else {
        unreachable!("because the shipped runbook has two servers")
    };
    let application = Application::start(targets);
    let exit = run::start(&args, &ready).unwrap_or_else(|exit| exit);
    say("\nEvery acknowledged commit is looked for on both servers.\n");
    let counted = application.stop(["S1", "S2"]);
    say(&ledger(&look, &counted.ledger));
    say(&format!("\nThe longest time without a commit was {}.\n", took(counted.longest_gap)));
    exit
}

/// A pair of server processes in a folder of their own; both are gone when it is dropped.
struct Stage {
    folder: PathBuf,
    site: PathBuf,
}

impl Stage {
    fn set(upgrade: Upgrade) -> Result<Stage, String> {
        let folder = env::temp_dir().join(format!("hsbrun-demo-{}", std::process::id()));
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let upgrade = match upgrade {
            Upgrade::VersionLevel => simserver::Upgrade::VersionLevel,
            Upgrade::FixPack => simserver::Upgrade::FixPack,
        };
        let settings =
            SETTINGS.iter().map(|setting| Setting::parse(setting)).collect::<Result<Vec<Setting>, String>>()?;
        let request = UpRequest { dir: folder.join(PAIR), upgrade, settings, watchdog: false, program };
        let stage = Stage { site: request.dir.join("site.yaml"), folder };
        // What was made before it failed goes with the stage.
        simserver::up(&request).map_err(|stop| stop.to_string())?;
        Ok(stage)
    }

    fn run_args(&self, plain: bool) -> RunArgs {
        RunArgs {
            file: PathBuf::from(builtin::NAME),
            site: self.site.clone(),
            set: vec![("log_needed".into(), LOG_NEEDED.into())],
            servers: Vec::new(),
            approve: APPROVALS.map(str::to_owned).to_vec(),
            park: false,
            from: None,
            no_guard: None,
            journal: Some(self.folder.join("journal")),
            plain,
        }
    }
}

impl Drop for Stage {
    /// The journal stays.
    fn drop(&mut self) {
        let pair = self.folder.join(PAIR);
        if let Err(stop) = simserver::down(&pair) {
            tracing::warn!(%stop, "the simulated servers could not be stopped");
        }
        if let Err(error) = fs::remove_dir_all(&pair) {
            tracing::warn!(%error, "the folder of the simulated servers could not be removed");
        }
        // Where there is a journal in it, it is not empty and stays.
        let _ = fs::remove_dir(&self.folder);
    }
}
