//! The database in a server's directory: where it is, and by which rules a server of a version opens it.
//!
//! Source: section 7 of the facts (version rules), SRC (exit codes 10, 15, 16, 24).

use std::io;
use std::path::PathBuf;

use super::Stop;
use super::config::Config;
use super::messages::Messages;
use super::start::StartRequest;
use super::stop::exit;
use super::store::{self, Database, Store};
use super::wording::{self, Code};
use crate::pair::Version;

/// Stands beside a database that a netcopy has begun to overwrite and has not completed.
const INCOMPLETE: &str = "solid.db.incomplete";

/// The file that holds the database.
pub(super) fn path(config: &Config) -> PathBuf {
    config.dir.join(&config.files[0])
}

/// The other files that `FileSpec` names.
pub(super) fn other_files(config: &Config) -> impl Iterator<Item = PathBuf> {
    config.files[1..].iter().map(|name| config.dir.join(name))
}

fn create_other_files(config: &Config) -> io::Result<()> {
    other_files(config).try_for_each(|path| std::fs::File::create(path).map(|_| ()))
}

/// Whether there is a database. Source: SRC exit 23.
fn exists(config: &Config) -> Result<bool, Stop> {
    let files: Vec<PathBuf> = std::iter::once(path(config)).chain(other_files(config)).collect();
    let missing: Vec<String> =
        files.iter().filter(|file| !file.exists()).map(|file| file.display().to_string()).collect();
    if missing.is_empty() || missing.len() == files.len() {
        return Ok(missing.is_empty());
    }
    let text = format!("Not all files of the database are there: {} missing. See [IndexFile].", missing.join(", "));
    Err(Stop::new(exit::FILES_MISSING, text))
}

/// Marks the database as incomplete, and removes it.
pub(super) fn begin_overwriting(config: &Config) -> io::Result<()> {
    let mark = std::fs::File::create(config.dir.join(INCOMPLETE))?;
    mark.sync_all()?;
    Database::remove(&path(config))
}

/// A copy that came whole and cannot be used here.
pub(super) struct Unusable {
    /// What the sender is told.
    pub code: Code,
    pub stop: Stop,
}

impl From<Stop> for Unusable {
    fn from(stop: Stop) -> Self {
        Unusable { code: wording::VERSION_MISMATCH, stop }
    }
}

/// Opens what a netcopy has brought, complete. An older format is converted where the server was started with
/// autoconvert (INF). Blocks.
pub(super) fn open_received(
    config: &Config,
    version: Version,
    autoconvert: bool,
    messages: Messages,
) -> Result<Store, Unusable> {
    let mut database = open_file(config)?;
    let stopped = |error: rusqlite::Error| Stop::database(error.to_string());
    expect_room(&database, config)?;
    // The snapshot is as consistent as a closed database.
    database.end_use().map_err(stopped)?;
    let complete = create_other_files(config).and_then(|()| std::fs::remove_file(config.dir.join(INCOMPLETE)));
    complete.map_err(|error| Stop::database(error.to_string()))?;
    accept_format(&mut database, version, autoconvert, Base::Kept, config)?;
    database.forget_log().map_err(stopped)?;
    database.begin_use().map_err(stopped)?;
    let store = Store::start(database, config.sim.limits, config.levels, messages);
    Ok(store.map_err(|stop| Stop::database(format!("{stop:?}")))?)
}

/// A copy that is larger than the files may be stays incomplete. Source: 7 (sizes in `FileSpec` must be the same on both
/// servers); 11003 to the sender INF.
fn expect_room(database: &Database, config: &Config) -> Result<(), Unusable> {
    let size = store::of_data(&database.connection).map_err(|error| Stop::database(error.to_string()))?;
    let limit = config.sim.limits.database;
    if size <= limit {
        return Ok(());
    }
    let code = wording::DATABASE_FULL;
    let text = format!("SOLID System Error {}: {}: a copy of {size} bytes, FileSpec {limit}", code.0, code.text());
    Err(Unusable { code, stop: Stop::database(text) })
}

/// Opens the database at the start of a server, creating or converting it. None: the server waits for a netcopy.
pub(super) fn open(
    request: &StartRequest,
    config: &Config,
    version: Version,
    messages: &Messages,
) -> Result<Option<Database>, Stop> {
    let dir = &config.dir;
    if request.has_option("backupserver") {
        return Ok(None);
    }
    if dir.join(INCOMPLETE).exists() {
        let text = "Database is a broken HSB copy or netcopy database. (30254) Start it with -x backupserver and netcopy again.";
        messages.write(30254, text);
        return Err(Stop::new(exit::BROKEN_NETCOPY, text));
    }
    if !exists(config)? {
        create(request, config, version)?;
        messages.write(30200, "Creating a new database");
    }
    let mut database = open_file(config)?;
    let convert = request.has_option("autoconvert") || request.has_option("convert");
    let before = database.identity.format;
    if before < version.level() && convert {
        messages.note(30203);
    }
    if !database.identity.clean {
        messages.note(30230);
        messages.note(30232);
    }
    let accepted = accept_format(&mut database, version, convert, Base::OfOwn, config);
    if let Err(stop) = &accepted {
        messages.write(if stop.code == exit::MUST_BE_CONVERTED { 30204 } else { 10058 }, stop);
    }
    accepted?;
    if database.identity.format != before {
        messages.note(30201);
    }
    Ok(Some(database))
}

/// Creates a database and nothing else. Source: RCL `-x exit`; SRC exit 17; that they belong together INF.
pub(super) fn create_only(
    request: &StartRequest,
    config: &Config,
    version: Version,
    messages: &Messages,
) -> Result<(), Stop> {
    if exists(config)? {
        return Err(Stop::new(exit::EXISTS, format!("There is a database already: {}", path(config).display())));
    }
    create(request, config, version)?;
    messages.write(30200, "Creating a new database");
    Ok(())
}

/// Tests whether the database is sound. Source: RCL `-x testblocks`, `-x testindex`; SRC exit 12.
pub(super) fn test(config: &Config, messages: &Messages) -> Result<(), Stop> {
    if !exists(config)? {
        return Err(Stop::new(exit::NO_DATABASE, "There is no database to test. (30206)"));
    }
    let outcome = open_file(config)?.test();
    outcome.map_err(|what| {
        let text = format!("The test of {} has failed: {what}", path(config).display());
        messages.write(10081, &text);
        Stop::new(exit::TEST_FAILED, text)
    })
}

fn open_file(config: &Config) -> Result<Database, Stop> {
    let path = path(config);
    Database::open(&path, config.sim.sync, config.sim.limits.memory).map_err(|error| {
        let text = "SOLID Database Error 10081: the database file is incomplete or corrupt";
        Stop::database(format!("{text}: {}: {error}", path.display()))
    })
}

/// What a conversion does to the base.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    /// A copy that was received comes from the Primary, and goes on from its log.
    Kept,
    /// The server's own database: see `ConvertKeepsBase`.
    OfOwn,
}

/// Older formats are converted on demand, newer ones refused; a fix pack has the format of its level.
fn accept_format(
    database: &mut Database,
    version: Version,
    convert: bool,
    base: Base,
    config: &Config,
) -> Result<(), Stop> {
    let format = database.identity.format;
    let (major, minor) = format;
    if format == version.level() {
        return Ok(());
    }
    if format > version.level() {
        return Err(Stop::database(format!(
            "SOLID Database Error 10058: Database version ({major}.{minor}) does not match with SOLID version {version}."
        )));
    }
    if !convert {
        return Err(Stop::new(
            exit::MUST_BE_CONVERTED,
            format!(
                "The database is of version {major}.{minor} and must be converted for {version}. (30204) Start with -x autoconvert."
            ),
        ));
    }
    if !database.identity.clean {
        return Err(Stop::database(
            "SOLID Database Error 10052: an abnormally closed database cannot be converted; recover it with the old version first",
        ));
    }
    std::thread::sleep(config.sim.convert_delay);
    let keeps_base = base == Base::Kept || config.readings.convert_keeps_base;
    database.convert(version, keeps_base).map_err(|error| Stop::database(error.to_string()))
}

fn create(request: &StartRequest, config: &Config, version: Version) -> Result<(), Stop> {
    let (Some(user), Some(password)) = (&request.user, &request.password) else {
        return Err(Stop::new(exit::NO_DATABASE, "There is no database. (30206) Give -U and -P to create one."));
    };
    let path = path(config);
    let failed = |error: &dyn std::fmt::Display| Stop::new(exit::NOT_CREATED, format!("{}: {error}", path.display()));
    create_other_files(config).map_err(|error| failed(&error))?;
    Database::create(&path, user, password, version).map_err(|error| failed(&error))
}
