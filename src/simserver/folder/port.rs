//! Free ports for servers that come and go.

use std::net::TcpListener;
use std::time::SystemTime;

/// Below the ports that systems hand out to connections, so that none takes a server's while it is down.
const RANGE: std::ops::Range<u32> = 20_000..32_000;

/// Two different ports on which nobody listens on 127.0.0.1 now.
pub(super) fn two() -> Option<[u16; 2]> {
    let mut free = candidates().filter(|port| is_free(*port));
    Some([free.next()?, free.next()?])
}

/// Nobody listens there now; a moment later somebody may.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
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
    fn every_port_of_the_range_is_tried_once() {
        let tried: BTreeSet<u16> = candidates().collect();
        assert_eq!(tried.len(), RANGE.len());
    }
}
