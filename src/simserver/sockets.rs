//! How many connections stand at once: a bound that may change while somebody waits for room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// The connections of a server.
#[derive(Debug, Default)]
pub(super) struct Sockets(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    taken: AtomicUsize,
    /// Fewer are taken, or the bound may be another. One task waits; what it is told before it waits is kept.
    changed: Notify,
}

/// Stands for one connection; it ends with it.
#[derive(Debug)]
pub(super) struct Place(Arc<Shared>);

impl Sockets {
    /// Comes back when fewer are taken than the bound, as it is then.
    pub async fn room(&self, bound: impl Fn() -> usize) {
        while self.0.taken.load(Ordering::SeqCst) >= bound() {
            self.0.changed.notified().await;
        }
    }

    pub fn take(&self) -> Place {
        self.0.taken.fetch_add(1, Ordering::SeqCst);
        Place(self.0.clone())
    }

    /// The bound may have changed.
    pub fn look_again(&self) {
        self.0.changed.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::SeqCst);
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn who_waits_for_room_gets_it_when_one_leaves_or_the_bound_is_raised() {
        let (sockets, bound) = (Sockets::default(), AtomicUsize::new(1));
        let room = || sockets.room(|| bound.load(Ordering::SeqCst));
        let first = sockets.take();
        let mut waiting = Box::pin(room());
        assert_eq!(waiting.as_mut().now_or_never(), None);
        drop(first);
        assert_eq!(waiting.now_or_never(), Some(()));
        let _second = sockets.take();
        let mut waiting = Box::pin(room());
        assert_eq!(waiting.as_mut().now_or_never(), None);
        bound.store(2, Ordering::SeqCst);
        sockets.look_again();
        assert_eq!(waiting.now_or_never(), Some(()));
    }
}
