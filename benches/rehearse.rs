//! `hsbrun rehearse` of the whole migration, as a process: at most 50 ms.

use crate::figures::processes;

pub fn measure() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/hot-migration-netcopy.hsbrun");
    for upgrade in ["version_level", "fix_pack"] {
        let figures = processes(30, &["rehearse", shipped, "--set", &format!("upgrade={upgrade}")]);
        println!("{upgrade:>13}: {figures}  (aim: at most 50 ms)");
    }
}
