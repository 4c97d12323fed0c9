//! Copies of the database on this machine: `backup` and `hsb copy`.
//!
//! Source: 100 AG "What happens during backup"; 200 "Copying a database file".

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::database;
use super::hsb::{Busy, Progress};
use super::process::{Running, running};
use super::server::Server;
use super::store::Database;
use super::wording::{self, Code};
use crate::pair::State;

/// `backup [-s] [directory]`: comes back when it has begun; with `-s` when it is over.
pub(super) async fn backup(server: &Arc<Server>, argument: &str) -> Result<(), Code> {
    let (waits, named) = match argument.strip_prefix("-s") {
        Some(rest) => (true, rest.trim()),
        None => (false, argument),
    };
    let config = server.config();
    let target = directory(server, if named.is_empty() { &config.backup_directory } else { named })?;
    server.hsb().backup = Progress::Active;
    server.messages.note(30300);
    let work = back_up(server.clone(), target);
    if waits {
        return work.await;
    }
    tokio::spawn(work);
    Ok(())
}

/// `hsb copy [directory]`: comes back when it has begun.
pub(super) fn copy(server: &Arc<Server>, named: &str) -> Result<(), Code> {
    let config = server.config();
    let named = if named.is_empty() { config.copy_directory.as_deref() } else { Some(named) };
    let target = directory(server, named.ok_or(wording::NO_COPY_DIRECTORY)?)?;
    // The Secondary must be down (200); a real Primary cannot see that, and the number is INF.
    if matches!(running(&target), Running::Yes(_)) {
        return Err(wording::BAD_DIRECTORY);
    }
    {
        let mut hsb = server.hsb();
        hsb.begin(Busy::Copy);
        if hsb.readings.begins_at_once {
            hsb.copy = Progress::Active;
        }
    }
    let server = server.clone();
    tokio::spawn(async move {
        sleep(server.config().sim.accept_delay).await;
        server.hsb().copy = Progress::Active;
        let outcome = copy_files(&server, &target, &[]).await;
        if let Err(code) = outcome {
            server.messages.note_with(30583, code.0);
        }
        let mut hsb = server.hsb();
        hsb.busy = None;
        hsb.copy = progress(outcome);
    });
    Ok(())
}

async fn back_up(server: Arc<Server>, target: PathBuf) -> Result<(), Code> {
    let outcome = copy_files(&server, &target, &["solmsg.out", "solid.ini"]).await;
    match outcome {
        Ok(()) => {
            delete_copied_log(&server);
            server.messages.note(30302);
        }
        Err(code) => server.messages.note_with(30303, code.0),
    }
    let mut hsb = server.hsb();
    hsb.backup = progress(outcome);
    if outcome.is_ok() {
        hsb.backed_up = Some(jiff::Timestamp::now());
    }
    outcome
}

fn progress(outcome: Result<(), Code>) -> Progress {
    match outcome {
        Ok(()) => Progress::Success,
        Err(code) => Progress::Error(code.0),
    }
}

/// Where the files go. Source: 10024 and 10030 SRC.
fn directory(server: &Server, named: &str) -> Result<PathBuf, Code> {
    let own = &server.config().dir;
    let target = own.join(named.trim_matches(['"', '\'']));
    if !target.exists() {
        return Err(wording::NO_DIRECTORY);
    }
    let is_own = target.canonicalize().ok() == own.canonicalize().ok();
    if is_own || !target.is_dir() { Err(wording::BAD_DIRECTORY) } else { Ok(target) }
}

/// A checkpoint, then the database as it is at this moment, and other files beside it.
async fn copy_files(server: &Server, target: &Path, others: &[&str]) -> Result<(), Code> {
    let begun = Instant::now();
    server.checkpoint().await?;
    let config = server.config();
    let source = database::path(&config);
    let file = target.join(source.file_name().unwrap_or_default());
    let unfinished = target.join("solid.db.copy");
    let others = others.iter().map(|name| config.dir.join(name)).chain(database::other_files(&config));
    let others: Vec<(PathBuf, PathBuf)> =
        others.map(|from| (from.clone(), target.join(from.file_name().unwrap_or_default()))).collect();
    let written = tokio::task::spawn_blocking(move || -> Result<(), Code> {
        let failed = |_: rusqlite::Error| wording::DISK_FULL;
        Database::snapshot(&source, &unfinished).map_err(failed)?;
        Database::finish_copy(&unfinished).map_err(failed)?;
        Database::remove(&file).and_then(|()| std::fs::rename(&unfinished, &file)).map_err(|_| wording::DISK_FULL)?;
        others.iter().try_for_each(|(from, to)| std::fs::copy(from, to).map(|_| ())).map_err(|_| wording::DISK_FULL)
    });
    let written = written.await.unwrap_or(Err(wording::FAILED));
    sleep(config.sim.backup_delay.saturating_sub(begun.elapsed())).await;
    written
}

/// By default the log goes with its backup, and a Secondary that still needs it can then not catch up. Source: 100
/// `General.BackupDeleteLog`; no exception was found for PRIMARY ALONE.
fn delete_copied_log(server: &Server) {
    let needed = {
        let hsb = server.hsb();
        hsb.state() == State::PrimaryAlone && hsb.readings.backup_keeps_needed_log
    };
    if server.config().backup_deletes_log
        && !needed
        && let Some(store) = server.store()
    {
        store.delete_log();
    }
}
