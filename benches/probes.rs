//! A probe by the interpreter over ODBC, its worker thread included, against the same statement in a bare odbc-api loop:
//! at most 1.4 times, the aim is 1.1.

use std::time::{Duration, Instant};

use hsbrun::odbc::{Password, Server, Target};
use odbc_api::{Cursor, Nullable};

use crate::figures::Figures;
use crate::pair::Pair;

const STATEMENT: &str = "ADMIN COMMAND 'hsb state'";
const COMMAND: &str = "hsb state";
/// Each side takes turns of so many round trips.
const TURN: usize = 200;
const TURNS: usize = 50;

pub fn measure() {
    let pair = Pair::up(&[]);
    let bare = pair.client();
    let target = Target::new(pair.connection_string(), Some(Password::new("dba")));
    let mut server = Server::new(target);

    let mut theirs = Vec::with_capacity(TURN * TURNS);
    let mut ours = Vec::with_capacity(TURN * TURNS);
    for _ in 0..TURNS {
        for _ in 0..TURN {
            let began = Instant::now();
            let mut cursor =
                bare.execute(STATEMENT, (), None).expect("because it answers").expect("because it has rows");
            let mut rows = Vec::new();
            while let Some(mut row) = cursor.next_row().expect("because it answers") {
                let mut rc = Nullable::<i32>::null();
                let mut text = Vec::new();
                row.get_data(1, &mut rc).expect("because RC is a number");
                row.get_text(2, &mut text).expect("because TEXT is a text");
                rows.push((rc.into_opt(), String::from_utf8_lossy(&text).into_owned()));
            }
            assert!(!rows.is_empty(), "no rows");
            theirs.push(began.elapsed());
        }
        for _ in 0..TURN {
            let began = Instant::now();
            let rows = server.ask(COMMAND, Duration::from_secs(30)).expect("because it answers");
            assert!(!rows.is_empty(), "no rows");
            ours.push(began.elapsed());
        }
    }
    let (theirs, ours) = (Figures::of(theirs), Figures::of(ours));
    println!("bare odbc-api: {theirs}");
    println!("       hsbrun: {ours}");
    println!(
        "        ratio of the medians: {:.2} x  (at most 1.4, aim 1.1; {} round trips each)",
        ours.median.as_secs_f64() / theirs.median.as_secs_f64(),
        TURN * TURNS
    );
}
