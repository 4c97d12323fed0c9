//! Where a console writes: whole lines, and on a terminal one line below them that is drawn anew while something takes
//! its time. In a log that line becomes a plain line every so often.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::run::Interrupt;

use super::clock;
use super::look::{Look, Paint};
use super::wrap::{cut, wrap};

/// How often the line on a terminal is drawn anew.
const FRAME: Duration = Duration::from_millis(120);
/// What takes no longer than this is not announced.
const PATIENCE: Duration = Duration::from_millis(400);
/// In a log: when a wait is mentioned first, and after that how far apart at most.
const FIRST_NOTE: Duration = Duration::from_secs(10);
const NOTES_APART: Duration = Duration::from_secs(300);

const NOTICED: &str = "\n  Interrupted: what is under way is finished first. A second one kills hsbrun at once.\n\n";

/// How progress is shown while something takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not at all: the whole run takes milliseconds.
    Off,
    /// As the world's clock moves.
    ByWorld,
    /// By the real clock, between the events too.
    ByClock,
}

/// What is going on now.
#[derive(Debug, Clone)]
struct Activity {
    what: String,
    /// What was read last.
    note: String,
    began: Duration,
    limit: Option<Duration>,
    next_note: Duration,
}

struct Inner {
    out: Box<dyn Write + Send>,
    look: Look,
    /// Stands before what is going on: the step.
    place: String,
    activity: Option<Activity>,
    /// The world's clock, and when it was read.
    now: (Duration, Instant),
    runs: bool,
    drawn: bool,
    frame: usize,
    interrupt: Interrupt,
    /// The person was told that the interrupt was noticed.
    noticed: bool,
}

/// A stream of lines with a line of progress.
pub struct Screen {
    inner: Arc<Mutex<Inner>>,
    stop: Arc<AtomicBool>,
    ticker: Option<JoinHandle<()>>,
    progress: Progress,
}

impl Screen {
    #[must_use]
    pub fn new(out: Box<dyn Write + Send>, look: Look, progress: Progress, interrupt: Interrupt) -> Self {
        let inner = Inner {
            out,
            look,
            place: String::new(),
            activity: None,
            now: (Duration::ZERO, Instant::now()),
            runs: progress == Progress::ByClock,
            drawn: false,
            frame: 0,
            interrupt,
            noticed: false,
        };
        let inner = Arc::new(Mutex::new(inner));
        let stop = Arc::new(AtomicBool::new(false));
        let ticker = (progress == Progress::ByClock).then(|| {
            let (inner, stop) = (Arc::clone(&inner), Arc::clone(&stop));
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    lock(&inner).tick();
                    thread::park_timeout(FRAME);
                }
            })
        });
        Self { inner, stop, ticker, progress }
    }

    /// Whole lines, with their line ends.
    pub fn print(&self, lines: &str) {
        lock(&self.inner).print(lines);
    }

    /// The step or part that runs now.
    pub fn place(&self, place: &str) {
        place.clone_into(&mut lock(&self.inner).place);
    }

    /// Something begins that may take its time.
    pub fn begin(&self, what: &str, now: Duration, limit: Option<Duration>) {
        let mut inner = lock(&self.inner);
        inner.activity =
            Some(Activity { what: what.to_owned(), note: String::new(), began: now, limit, next_note: FIRST_NOTE });
        inner.now = (now, Instant::now());
    }

    /// What was read last.
    pub fn note(&self, note: &str) {
        if let Some(activity) = &mut lock(&self.inner).activity {
            note.clone_into(&mut activity.note);
        }
    }

    /// It is over.
    pub fn end(&self) {
        let mut inner = lock(&self.inner);
        inner.activity = None;
        inner.erase();
    }

    /// The interrupt has had its effect: that it was noticed need not be said any more.
    pub fn answered_interrupt(&self) {
        lock(&self.inner).noticed = true;
    }

    /// The world's clock shows this.
    pub fn at(&self, now: Duration) {
        let mut inner = lock(&self.inner);
        inner.now = (now, Instant::now());
        if self.progress == Progress::ByWorld {
            inner.tick();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(ticker) = self.ticker.take() {
            ticker.thread().unpark();
            // A ticker that panicked has nothing more to draw.
            let _ = ticker.join();
        }
        lock(&self.inner).erase();
    }
}

/// A panic elsewhere must not silence the console.
fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    // A console that cannot write (a closed pipe, a full disk) must not stop a run: errors are passed over here.

    fn print(&mut self, lines: &str) {
        // On a terminal whatever stands on the line goes, a `^C` of the person too.
        self.drawn |= self.look.terminal;
        self.erase();
        let _ = self.out.write_all(lines.as_bytes());
        let _ = self.out.flush();
    }

    fn erase(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = self.out.write_all(b"\r\x1b[2K");
            let _ = self.out.flush();
        }
    }

    fn elapsed(&self) -> Duration {
        let since = if self.runs { self.now.1.elapsed() } else { Duration::ZERO };
        self.now.0 + since
    }

    fn tick(&mut self) {
        let elapsed = self.elapsed();
        if self.interrupt.came() && !std::mem::replace(&mut self.noticed, true) {
            self.print(NOTICED);
        }
        let Some(activity) = &self.activity else { return };
        let waited = elapsed.saturating_sub(activity.began);
        if self.look.terminal {
            if waited >= PATIENCE {
                self.draw(waited);
            }
        } else if waited >= activity.next_note {
            self.mention(elapsed, waited);
        }
    }

    fn draw(&mut self, waited: Duration) {
        let Some(activity) = &self.activity else { return };
        let frames: &[&str] = if self.look.unicode {
            &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        } else {
            &["|", "/", "-", "\\"]
        };
        self.frame = (self.frame + 1) % frames.len();
        let time = match activity.limit {
            Some(limit) => format!("{} of at most {}", clock::took(floor(waited)), clock::limit(limit)),
            None => clock::took(floor(waited)),
        };
        let lead = format!(" {} {time} ", frames[self.frame]);
        let middle = [self.place.as_str(), activity.note.as_str(), activity.what.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(self.look.sign(" · ", " - "));
        // The last column stays free: some terminals wrap when it is written to.
        let room = self.look.width.saturating_sub(lead.chars().count() + 3);
        let middle = cut(&middle, room, self.look.sign("…", "..."));
        let line = format!(
            "\r\x1b[2K{}  {}",
            self.look.paint(Paint::Accent, lead.trim_end()),
            self.look.paint(Paint::Faint, &middle)
        );
        let _ = self.out.write_all(line.as_bytes());
        let _ = self.out.flush();
        self.drawn = true;
    }

    /// A plain line in a log, further and further apart.
    fn mention(&mut self, elapsed: Duration, waited: Duration) {
        let Some(activity) = &mut self.activity else { return };
        while activity.next_note <= waited {
            activity.next_note += (activity.next_note * 2).min(NOTES_APART);
        }
        let limit = activity.limit.map(|limit| format!(" of at most {}", clock::limit(limit))).unwrap_or_default();
        let note = if activity.note.is_empty() { String::new() } else { format!("; {}", activity.note) };
        let lead = format!("{:>8}  ", clock::stamp(elapsed));
        let text = format!("still waiting, {}{limit}: {}{note}", clock::took(floor(waited)), activity.what);
        let line = wrap(&text, &lead, self.look.width);
        let _ = self.out.write_all(line.as_bytes());
        let _ = self.out.flush();
    }
}

/// Whole seconds: tenths that flicker help nobody.
fn floor(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written, for the test to read.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("because no test panics with it").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn text(&self) -> String {
            let bytes = self.0.lock().expect("because no test panics with it").clone();
            String::from_utf8(bytes).expect("because only text is written")
        }
    }

    fn screen(look: Look, interrupt: Interrupt) -> (Screen, Paper) {
        let paper = Paper::default();
        (Screen::new(Box::new(paper.clone()), look, Progress::ByWorld, interrupt), paper)
    }

    #[test]
    fn a_log_mentions_a_long_wait_further_and_further_apart() {
        let (screen, paper) = screen(Look::plain(), Interrupt::default());
        screen.begin("until S1.copy is SUCCESS", Duration::ZERO, Some(Duration::from_secs(4 * 3600)));
        screen.note("S1.copy ACTIVE");
        (1..=3600).for_each(|second| screen.at(Duration::from_secs(second)));
        let stamps: Vec<String> = paper.text().lines().map(|line| line[..8].trim().to_owned()).collect();
        assert_eq!(stamps[..5], ["00:10", "00:30", "01:30", "04:30", "09:30"]);
        let first = "   00:10  still waiting, 10s of at most 4h: until S1.copy is SUCCESS; S1.copy ACTIVE\n";
        assert!(paper.text().starts_with(first), "{}", paper.text());
    }

    #[test]
    fn a_terminal_has_one_line_that_is_drawn_anew_and_gone_at_the_end() {
        let look = Look { terminal: true, width: 60, ..Look::plain() };
        let (screen, paper) = screen(look, Interrupt::default());
        screen.place("step 7");
        screen.begin("until S1.copy is SUCCESS and S2 is SECONDARY ALONE", Duration::ZERO, None);
        screen.at(Duration::from_secs(3));
        screen.end();
        let text = paper.text();
        assert!(text.starts_with("\r\x1b[2K") && text.ends_with("\r\x1b[2K"), "{text:?}");
        let line = text.trim_start_matches("\r\x1b[2K").trim_end_matches("\r\x1b[2K");
        assert!(line.contains("3s  step 7 - until S1.copy") && line.chars().count() < 60, "{line:?}");
    }

    #[test]
    fn an_interrupt_that_has_had_its_effect_is_not_announced_afterwards() {
        let interrupt = Interrupt::default();
        let (screen, paper) = screen(Look::plain(), interrupt.clone());
        interrupt.interrupt();
        screen.answered_interrupt();
        screen.at(Duration::from_secs(1));
        assert_eq!(paper.text(), "");
    }

    #[test]
    fn an_interrupt_is_acknowledged_once() {
        let interrupt = Interrupt::default();
        let (screen, paper) = screen(Look::plain(), interrupt.clone());
        interrupt.interrupt();
        (0..5).for_each(|second| screen.at(Duration::from_secs(second)));
        assert_eq!(paper.text().matches("Interrupted").count(), 1);
    }
}
