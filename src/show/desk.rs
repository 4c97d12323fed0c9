//! A person at a terminal who is asked for approvals; and nobody, where there is no terminal.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::{Decision, Question};
use crate::run::{Desk, Interrupt};

use super::clock;
use super::look::{Look, Paint};
use super::wrap::wrap;
use crate::text::inert;

/// Before every line of a question.
const MARGIN: &str = "    ";
/// How soon an interrupt ends a question.
const SLICE: Duration = Duration::from_millis(100);

/// Nobody can be asked here.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Desk for Nobody {
    fn ask(&mut self, _question: &Question, _interrupt: &Interrupt) -> Option<Decision> {
        Some(Decision::Park)
    }
}

/// The person at the terminal of this process.
#[derive(Debug)]
pub struct Terminal {
    look: Look,
    /// Who answers, for the journal.
    who: String,
    /// Lines of standard input; none before the first question, for nothing is read before.
    lines: Option<Receiver<String>>,
}

impl Terminal {
    #[must_use]
    pub fn new(look: Look, who: impl Into<String>) -> Self {
        Self { look, who: who.into(), lines: None }
    }

    fn lines(&mut self) -> &Receiver<String> {
        self.lines.get_or_insert_with(|| {
            let (send, receive) = channel();
            // It ends with the process: a read that waits for a person cannot be called off.
            thread::spawn(move || {
                for line in io::stdin().lock().lines().map_while(Result::ok) {
                    if send.send(line).is_err() {
                        break;
                    }
                }
            });
            receive
        })
    }

    fn question(&self, question: &Question) {
        let id = self.look.paint(Paint::Strong, &inert(&question.id));
        let text = wrap(&inert(&question.text), MARGIN, self.look.width);
        tell(&format!("\n{text}{MARGIN}The run stands still here until you approve it as {id}.\n"));
    }

    fn prompt(&self, left: Duration) {
        let words = format!("Type yes or no, then Enter ({} left): ", clock::took(left));
        tell(&format!("{MARGIN}{}", self.look.paint(Paint::Strong, &words)));
    }
}

/// A terminal that is gone hears nothing, and the limit ends the question.
fn tell(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

impl Desk for Terminal {
    fn ask(&mut self, question: &Question, interrupt: &Interrupt) -> Option<Decision> {
        let begun = Instant::now();
        let by = format!("{} at the terminal", self.who);
        // What was typed before the question is no answer to it.
        while self.lines().try_recv().is_ok() {}
        self.question(question);
        self.prompt(question.limit);
        loop {
            let left = question.limit.saturating_sub(begun.elapsed());
            if interrupt.came() || left.is_zero() {
                tell("\n");
            }
            if interrupt.came() {
                return None;
            }
            if left.is_zero() {
                return Some(Decision::Late);
            }
            match self.lines().recv_timeout(left.min(SLICE)) {
                Ok(line) => match line.trim().to_lowercase().as_str() {
                    "yes" => return Some(Decision::Approved { by }),
                    "no" => return Some(Decision::Declined { by }),
                    _ => self.prompt(left),
                },
                Err(RecvTimeoutError::Timeout) => {}
                // The end of the input: the person has gone.
                Err(RecvTimeoutError::Disconnected) => {
                    tell("\n");
                    return Some(Decision::Park);
                }
            }
        }
    }
}
