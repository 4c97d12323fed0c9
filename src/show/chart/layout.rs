//! Where everything of a chart stands.

use crate::pair::model::Side;

use super::super::telling::{Kind, Row, Who, name_of, server_name};
use super::super::words::Words;
use super::super::wrap::{cut, lines};

/// All lengths are in the units of the drawing, which are pixels at its natural size.
pub(super) const MARGIN: f32 = 28.0;
pub(super) const LINE: f32 = 17.0;
/// Above and below the text of a row.
pub(super) const PAD: f32 = 6.0;
/// Where the text of a row begins.
pub(super) const TEXT: f32 = MARGIN + 34.0;
/// Where the first lifeline's column begins.
const LIFELINES: f32 = TEXT + 452.0;
const NARROW: f32 = 88.0;
const WIDE: f32 = 184.0;
/// Characters that fit into a line of a row's text, at its size.
const TEXT_CHARACTERS: usize = 62;
/// Characters of a name at the head of a lifeline.
const NAME_CHARACTERS: usize = 16;

/// A row with its place.
pub(super) struct Placed {
    pub(super) number: usize,
    pub(super) row: Row,
    pub(super) lines: Vec<String>,
    pub(super) who: String,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Placed {
    /// Where arrows and marks stand.
    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }
}

/// A vertical line of the chart.
pub(super) struct Lifeline {
    pub(super) who: Who,
    pub(super) name: String,
    pub(super) x: f32,
}

pub(super) struct Layout {
    pub(super) rows: Vec<Placed>,
    pub(super) lifelines: Vec<Lifeline>,
    pub(super) width: f32,
    /// Where the rows end.
    pub(super) bottom: f32,
}

/// Where the rows begin: below the headline and the heads of the lifelines.
pub(super) const TOP: f32 = 178.0;

impl Layout {
    pub(super) fn of(words: Words<'_>, rows: Vec<Row>) -> Layout {
        let servers = Side::BOTH.into_iter().take(words.code.servers().len().max(1));
        let mut order = vec![Who::Hsbrun];
        order.extend(servers.map(Who::Server));
        order.extend([Who::Users, Who::Watchdog]);
        let mut left = LIFELINES;
        let mut lifelines = Vec::new();
        for who in order {
            let (width, at) =
                if let Who::Server(_) = who { (WIDE, left + 34.0) } else { (NARROW, left + NARROW / 2.0) };
            let name = match who {
                Who::Server(side) => server_name(words, side),
                Who::Start | Who::Hsbrun | Who::Users | Who::Watchdog | Who::Fault => name_of(words, who),
            };
            lifelines.push(Lifeline { who, name: cut(name, NAME_CHARACTERS, "…"), x: at });
            left += width;
        }
        let mut top = TOP;
        let rows: Vec<Placed> = (1..)
            .zip(rows)
            .map(|(number, row)| {
                let lead = if matches!(row.who, Who::Users | Who::Watchdog) {
                    format!("{}: ", name_of(words, row.who))
                } else {
                    String::new()
                };
                let lines = lines(&format!("{lead}{}", row.text()), TEXT_CHARACTERS);
                let lines: Vec<String> = lines.iter().map(|line| cut(line, TEXT_CHARACTERS, "…")).collect();
                let extra = if row.kind == Kind::Step { PAD } else { 0.0 };
                let height = lines.len() as f32 * LINE + 2.0 * PAD + extra;
                let placed =
                    Placed { number, who: name_of(words, row.who).to_owned(), row, lines, top, bottom: top + height };
                top += height;
                placed
            })
            .collect();
        Layout { rows, lifelines, width: left + MARGIN - 12.0, bottom: top }
    }

    /// Where a lifeline stands; none for what has no line of its own.
    pub(super) fn x(&self, who: Who) -> Option<f32> {
        self.lifelines.iter().find(|line| line.who == who).map(|line| line.x)
    }
}
