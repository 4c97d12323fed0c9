//! A program driven through a world, with a console before the user and a summary behind.

use std::io::Write;

use crate::engine::{Code, Entry, Machine, World};
use crate::run::{self, Finished, Interrupt, Record, RecordStop};
use crate::show::{Backstage, Console, Look, Progress, Story, Summary, Words};

use super::exit::Exit;
use super::loaded::Loaded;
use super::log::Redacted;
use super::out::Out;

/// What is performed, and how it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Performance<'a> {
    pub loaded: &'a Loaded,
    pub code: &'a Code,
    pub look: &'a Look,
    pub progress: Progress,
    /// Where the record is; none in a rehearsal.
    pub journal: Option<&'a str>,
    /// Where it begins, if not with its first step.
    pub entry: Option<&'a Entry>,
    /// The servers are a model's.
    pub rehearsal: bool,
}

impl Performance<'_> {
    /// Runs it to its end. What is shown goes to standard output.
    pub fn perform(
        &self,
        world: &mut dyn World,
        record: &mut dyn Record,
        backstage: Option<Backstage>,
        interrupt: &Interrupt,
    ) -> Result<(Finished, Story), RecordStop> {
        let out = Box::new(Redacted(Out));
        let mut console =
            Console::new(self.words(), self.look, out, self.progress, interrupt.clone()).with_backstage(backstage);
        let new = || Machine::new(self.code);
        let mut machine = self.entry.map_or_else(new, |entry| Machine::entering(self.code, entry.clone()));
        let servers = self.loaded.program.servers.len();
        let finished = run::drive(self.code, &mut machine, world, servers, record, &mut [&mut console], interrupt)?;
        Ok((finished, console.into_story()))
    }

    /// The last words, and the exit code.
    pub fn sum_up(&self, finished: &Finished, story: &Story) -> Exit {
        let exit = Exit::of(finished);
        let row = exit.row();
        let meaning = format!("{} {}: {}", row.code, row.name, row.meaning);
        let summary = Summary {
            words: self.words(),
            story,
            finished,
            journal: self.journal,
            exit: (exit != Exit::Done).then_some(meaning.as_str()),
            rehearsal: self.rehearsal,
        };
        say(&summary.draw(self.look));
        exit
    }

    fn words(&self) -> Words<'_> {
        Words { program: &self.loaded.program, code: self.code, sources: &self.loaded.sources }
    }
}

/// Writes to standard output, and waits until it is out. A closed pipe behind it is nobody's mistake.
pub fn say(text: &str) {
    let _ = Redacted(Out).write_all(text.as_bytes());
    Out.wait();
}

/// How standard output looks, unless it shall be plain.
pub fn look(plain: bool) -> Look {
    if plain { Look::plain() } else { Look::stdout() }
}
