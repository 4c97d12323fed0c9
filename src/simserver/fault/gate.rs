//! The gate that everything passes which a server receives from its peer: it stands as the condition of the link says.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::{FaultFile, LinkCondition};

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Knows the condition of the link, and tells it to all connections.
#[derive(Debug)]
pub struct Watch {
    file: FaultFile,
    condition: watch::Sender<LinkCondition>,
}

impl Watch {
    pub fn new(file: FaultFile) -> Watch {
        let (condition, _) = watch::channel(file.link());
        Watch { file, condition }
    }

    pub fn file(&self) -> &FaultFile {
        &self.file
    }

    /// For a new connection: what was asked for before holds for it at once.
    pub fn gate(&self) -> Gate {
        self.refresh();
        Gate(self.condition.subscribe())
    }

    /// Looks at the file for ever.
    pub async fn look(&self) {
        loop {
            self.refresh();
            sleep(LOOK).await;
        }
    }

    fn refresh(&self) {
        let now = self.file.link();
        self.condition.send_if_modified(|condition| std::mem::replace(condition, now) != now);
    }

    /// Whether no connection can come about.
    pub fn is_cut(&self) -> bool {
        self.file.link() == LinkCondition::Cut
    }
}

/// One connection's view of it.
#[derive(Debug)]
pub struct Gate(watch::Receiver<LinkCondition>);

impl Gate {
    /// Lets something through in its time; false: the link is cut.
    pub async fn pass(&mut self) -> bool {
        loop {
            let condition = *self.0.borrow_and_update();
            match condition {
                LinkCondition::Whole => return true,
                LinkCondition::Cut => return false,
                LinkCondition::Slow(delay) => {
                    sleep(delay).await;
                    return true;
                }
                LinkCondition::HalfOpen => {
                    if self.0.changed().await.is_err() {
                        return false;
                    }
                }
            }
        }
    }

    /// Comes when the link is cut.
    pub async fn cut(&mut self) {
        let _ = self.0.wait_for(|condition| *condition == LinkCondition::Cut).await;
    }
}
