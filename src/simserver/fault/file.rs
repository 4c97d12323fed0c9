//! The file of faults in the folder of one server: a line for each.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::{Fault, FaultKind, LinkCondition};

/// `faults` in a server's folder.
#[derive(Debug, Clone)]
pub struct FaultFile {
    path: PathBuf,
}

impl FaultFile {
    pub fn of(dir: &Path) -> FaultFile {
        FaultFile { path: dir.join("faults") }
    }

    /// Everything that is asked for and not used up.
    pub fn list(&self) -> io::Result<Vec<Fault>> {
        if std::fs::metadata(&self.path).map_or(0, |file| file.len()) == 0 {
            return Ok(Vec::new());
        }
        self.change(|_| false)
    }

    /// Asks for one more; a condition of the link takes the place of the one before it.
    pub fn add(&self, fault: Fault) -> io::Result<()> {
        self.change(|faults| {
            if let Fault::Link(_) = fault {
                faults.retain(|other| !matches!(other, Fault::Link(_)));
            }
            if fault != Fault::Link(LinkCondition::Whole) {
                faults.push(fault);
            }
            true
        })
        .map(|_| ())
    }

    pub fn clear(&self) -> io::Result<()> {
        self.change(|faults| {
            faults.clear();
            true
        })
        .map(|_| ())
    }

    /// Whether that is to go wrong now; if so, it is used up by one. A file that cannot be read asks for nothing.
    pub fn strike(&self, kind: FaultKind) -> bool {
        let mut strikes = false;
        let wanted = self.list().unwrap_or_default();
        if !wanted.iter().any(|fault| matches!(fault, Fault::Counted(one, _) if *one == kind)) {
            return false;
        }
        let used_up = self.change(|faults| {
            let found = faults.iter_mut().find_map(|fault| match fault {
                Fault::Counted(one, count) if *one == kind && *count > 0 => Some(count),
                Fault::Counted(..) | Fault::Link(_) => None,
            });
            strikes = found.is_some();
            if let Some(count) = found {
                *count -= 1;
            }
            faults.retain(|fault| !matches!(fault, Fault::Counted(_, 0)));
            strikes
        });
        used_up.is_ok() && strikes
    }

    /// The condition of the link.
    pub fn link(&self) -> LinkCondition {
        let asked = self.list().unwrap_or_default().into_iter().find_map(|fault| match fault {
            Fault::Link(condition) => Some(condition),
            Fault::Counted(..) => None,
        });
        asked.unwrap_or(LinkCondition::Whole)
    }

    /// Reads the file, lets it be changed, and writes it if the change says so; what it holds then.
    fn change(&self, change: impl FnOnce(&mut Vec<Fault>) -> bool) -> io::Result<Vec<Fault>> {
        let mut file = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&self.path)?;
        file.lock()?;
        let mut faults = read(&mut file)?;
        if change(&mut faults) {
            let text: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
            // Over what stood there, and only then shorter: an empty file means that nothing is asked for, to whoever looks
            // at its length alone.
            file.rewind()?;
            file.write_all(text.as_bytes())?;
            file.set_len(text.len() as u64)?;
        }
        Ok(faults)
    }
}

/// A line that is not understood is no fault.
fn read(file: &mut File) -> io::Result<Vec<Fault>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_was_asked_for() {
        let dir = tempfile::tempdir().expect("because there is room");
        let file = FaultFile::of(dir.path());
        assert!(!file.strike(FaultKind::CopyFails));
        file.add(Fault::Counted(FaultKind::CopyFails, 2)).expect("because there is room");
        file.add(Fault::Counted(FaultKind::SwitchFails, 1)).expect("because there is room");
        assert!(file.strike(FaultKind::CopyFails) && file.strike(FaultKind::CopyFails));
        assert!(!file.strike(FaultKind::CopyFails));
        assert_eq!(file.list().expect("because it is ours"), [Fault::Counted(FaultKind::SwitchFails, 1)]);
        file.clear().expect("because it is ours");
        assert!(!file.strike(FaultKind::SwitchFails));
    }

    #[test]
    fn a_condition_holds_while_other_faults_come_and_go() {
        let dir = tempfile::tempdir().expect("because there is room");
        let file = FaultFile::of(dir.path());
        file.add(Fault::Link(LinkCondition::HalfOpen)).expect("because there is room");
        std::thread::scope(|threads| {
            let writer = threads.spawn(|| {
                for _ in 0..500 {
                    file.add(Fault::Counted(FaultKind::CopyFails, 1)).expect("because there is room");
                    assert!(file.strike(FaultKind::CopyFails));
                }
            });
            while !writer.is_finished() {
                assert_eq!(file.link(), LinkCondition::HalfOpen);
            }
        });
    }

    #[test]
    fn the_link_has_one_condition() {
        let dir = tempfile::tempdir().expect("because there is room");
        let file = FaultFile::of(dir.path());
        for condition in [LinkCondition::Cut, LinkCondition::HalfOpen, LinkCondition::Whole] {
            file.add(Fault::Link(condition)).expect("because there is room");
            assert_eq!(file.link(), condition);
        }
        assert_eq!(file.list().expect("because it is ours"), []);
    }
}
