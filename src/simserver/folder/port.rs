//! Free ports for servers that come and go.

use std::net::TcpListener;
use std::time::SystemTime;

use crate::simserver::stop::{Stop, exit};

/// Somebody else may take a port between the look and the start; as often it is tried in all.
const ATTEMPTS: usize = 5;
/// Below the ports that systems hand out to connections, so that none takes a server's while it is down.
const RANGE: std::ops::Range<u32> = 20_000..32_000;

/// Starts something on two free ports; where somebody was quicker to take one of them, on two others.
///
/// # Errors
/// No port is free, or it does not start for another reason.
pub(super) fn start_on_two(mut start: impl FnMut([u16; 2]) -> Result<(), Stop>) -> Result<[u16; 2], Stop> {
    let mut attempt = 1;
    loop {
        let ports = two().ok_or_else(|| Stop::new(exit::LISTEN, "no port is free on 127.0.0.1"))?;
        match start(ports) {
            Ok(()) => return Ok(ports),
            Err(stop) if stop.is_of_a_taken_port() && attempt < ATTEMPTS => attempt += 1,
            Err(stop) => return Err(stop),
        }
    }
}

/// Two different ports on which nobody listens on 127.0.0.1 now.
fn two() -> Option<[u16; 2]> {
    let mut free = candidates().filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    Some([free.next()?, free.next()?])
}

/// The whole range, from a place that differs from process to process.
fn candidates() -> impl Iterator<Item = u16> {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |age| age.subsec_nanos());
    let width = RANGE.end - RANGE.start;
    let start = nanos.wrapping_add(std::process::id().wrapping_mul(2_654_435_761)) % width;
    (0..width).filter_map(move |step| u16::try_from(RANGE.start + (start + step * 7919) % width).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn where_a_port_was_taken_others_are_tried_and_any_other_failure_is_told_at_once() {
        let mut times = 0;
        let ports = start_on_two(|_| {
            times += 1;
            if times < 3 { Err(Stop::new(exit::LISTEN, "taken")) } else { Ok(()) }
        });
        assert!(ports.is_ok_and(|[first, second]| first != second));
        assert_eq!(times, 3);
        let mut times = 0;
        let refused = start_on_two(|_| {
            times += 1;
            Err(Stop::new(exit::NO_DATABASE, "there is none"))
        });
        assert_eq!((refused.map_err(|stop| stop.code), times), (Err(exit::NO_DATABASE), 1));
    }

    #[test]
    fn every_port_of_the_range_is_tried_once() {
        let tried: BTreeSet<u16> = candidates().collect();
        assert_eq!(tried.len(), RANGE.len());
    }
}
