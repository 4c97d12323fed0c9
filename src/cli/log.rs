//! The diagnostic log, on standard error. Not the run's record: that is the journal.

use tracing_subscriber::EnvFilter;

/// `HSBRUN_LOG` decides, else the number of `-v`.
pub fn init(verbose: u8) {
    let wanted = std::env::var("HSBRUN_LOG").ok().filter(|filter| !filter.is_empty());
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = wanted
        .and_then(|filter| EnvFilter::try_new(filter).ok())
        .unwrap_or_else(|| EnvFilter::new(format!("hsbrun={level}")));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
