//! Free room on a disk.

use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Bytes that a process without privileges may still write into a folder. Asked in a thread of its own: a network file
/// system may not answer.
///
/// # Errors
/// Why it is not known, in a sentence for people.
pub fn free_space(folder: &Path, limit: Duration) -> Result<u64, String> {
    let (answer, answered) = channel();
    let asked = folder.to_owned();
    thread::Builder::new()
        .name("space".to_owned())
        .spawn(move || answer.send(rustix::fs::statvfs(&asked)))
        .map_err(|why| why.to_string())?;
    let name = folder.display();
    let room = answered
        .recv_timeout(limit)
        .map_err(|_| format!("{name}: no answer within {} s", limit.as_secs_f64()))?
        .map_err(|why| format!("{name}: {why}"))?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}
