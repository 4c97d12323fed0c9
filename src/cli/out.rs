//! Standard output that holds nobody up: a pipe that is not read, or a terminal that was stopped, must not stop a run between
//! two commands.

use std::io::{self, Write};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a reader who is slow is waited for, once.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many messages are out.
#[derive(Debug, Default)]
struct Written {
    count: Mutex<u64>,
    more: Condvar,
}

/// The thread that writes, and what was given to it.
#[derive(Debug)]
struct Writing {
    messages: Sender<Vec<u8>>,
    given: u64,
    /// The reader was waited for in vain, and has not caught up.
    late: bool,
}

/// Standard output of this process; every handle gives to the same thread, in order.
#[derive(Debug, Clone, Copy)]
pub struct Out;

static WRITTEN: OnceLock<Arc<Written>> = OnceLock::new();
static WRITING: OnceLock<Mutex<Writing>> = OnceLock::new();

impl Out {
    /// Waits until everything is out, however long that takes: for what is said before a run, and behind it.
    pub fn wait(self) {
        self.out_within(Duration::MAX);
    }

    /// What is to be out before the process ends. A reader who is slow is waited for as long as for any message.
    pub fn last(mut self) {
        // The thread may hold standard output for one who never reads; it leaves nothing in a buffer.
        let threaded = WRITING.get().is_some();
        // A closed pipe behind standard output is nobody's mistake.
        let _ = if threaded { self.flush() } else { io::stdout().flush() };
    }

    /// Whether everything is out by then.
    fn out_within(self, limit: Duration) -> bool {
        let given = lock(writing()).given;
        let written = written();
        let count = lock(&written.count);
        if limit == Duration::MAX {
            let all = written.more.wait_while(count, |count| *count < given);
            return *all.unwrap_or_else(PoisonError::into_inner) >= given;
        }
        let waited = written.more.wait_timeout_while(count, limit, |count| *count < given);
        let (count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *count >= given
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writing = lock(writing());
        writing.given += 1;
        writing.messages.send(bytes.to_vec()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let patience = if lock(writing()).late { Duration::ZERO } else { PATIENCE };
        let out = self.out_within(patience);
        lock(writing()).late = !out;
        Ok(())
    }
}

fn written() -> &'static Arc<Written> {
    WRITTEN.get_or_init(Arc::default)
}

fn writing() -> &'static Mutex<Writing> {
    WRITING.get_or_init(|| {
        let (messages, inbox) = channel::<Vec<u8>>();
        let written = Arc::clone(written());
        // A closed pipe behind standard output is nobody's mistake; what is written into it counts as out.
        thread::spawn(move || {
            for message in inbox {
                let mut out = io::stdout();
                let _ = out.write_all(&message).and_then(|()| out.flush());
                *lock(&written.count) += 1;
                written.more.notify_all();
            }
        });
        Mutex::new(Writing { messages, given: 0, late: false })
    })
}

/// A panic elsewhere must not silence the console.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
