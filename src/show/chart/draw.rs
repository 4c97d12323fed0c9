//! The drawing itself, as SVG text.

use std::fmt::Write;

use crate::pair::model::Side;
use crate::text::inert;

use super::super::telling::{Kind, Who, state_word};
use super::super::wrap::lines;
use super::layout::{LINE, Layout, Lifeline, MARGIN, PAD, Placed, TEXT, TOP};
use super::palette::{FAINT, HSBRUN, INK, RULE, STRIPE, USERS, WATCHDOG, WRONG, WRONG_GROUND, band};

/// Half the width of a server's band.
const BAND: f32 = 6.0;
/// Characters of a line across the whole chart.
const WIDE_CHARACTERS: usize = 150;

/// What stands around the story.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) broken: String,
    pub(super) what: String,
    pub(super) why: String,
    pub(super) place: String,
    pub(super) with: String,
}

/// A text that neither a reader of XML nor one of texts acts on.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in inert(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no way to write these.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

/// The same of a text that goes on behind its last blank.
fn safe_in_line(text: &str) -> String {
    let end = if text.ends_with(' ') { " " } else { "" };
    format!("{}{end}", safe(text))
}

pub(super) fn draw(page: &Page, layout: &Layout) -> String {
    let mut svg = Svg(String::new());
    let why = lines(&page.why, WIDE_CHARACTERS);
    let end = layout.bottom + 20.0;
    let height = end + 44.0 + why.len() as f32 * LINE + 52.0;
    svg.open(page, layout, height);
    svg.head(page, layout);
    svg.stripes(layout);
    svg.lifelines(layout);
    for side in [Side::First, Side::Second] {
        svg.bands(layout, side);
    }
    svg.watchdog(layout);
    layout.rows.iter().for_each(|row| svg.row(layout, row));
    svg.verdict(page, layout, end, &why);
    svg.legend(layout, height - 22.0);
    svg.0.push_str("</svg>\n");
    svg.0
}

struct Svg(String);

impl Svg {
    fn put(&mut self, line: std::fmt::Arguments<'_>) {
        self.0.write_fmt(line).expect("because writing to a string cannot fail");
        self.0.push('\n');
    }

    fn text(&mut self, x: f32, y: f32, class: &str, text: &str) {
        self.put(format_args!(r#"<text x="{x:.1}" y="{y:.1}" class="{class}">{}</text>"#, safe(text)));
    }

    fn open(&mut self, page: &Page, layout: &Layout, height: f32) {
        let width = layout.width;
        self.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="title story">"#
        ));
        self.put(format_args!(r#"<title id="title">{}: {}</title>"#, safe(&page.broken), safe(&page.what)));
        let told: Vec<String> =
            layout.rows.iter().map(|row| format!("{} {}: {}.", row.number, row.who, row.row.text())).collect();
        self.put(format_args!(r#"<desc id="story">{}</desc>"#, safe(&told.join(" "))));
        self.put(format_args!(
            "<style>svg{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\
             text{{font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif;font-size:13px;fill:{INK}}}\
             .h{{font-size:21px;font-weight:700}}.b{{font-weight:700}}.f{{fill:{FAINT}}}.s{{font-size:11px}}\
             .w{{fill:{WRONG};font-weight:700}}.r{{text-anchor:end}}.m{{text-anchor:middle}}\
             .st{{font-size:10.5px;font-weight:700;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}}</style>"
        ));
        self.put(format_args!(r##"<rect width="{width:.0}" height="{height:.0}" fill="#ffffff"/>"##));
    }

    fn head(&mut self, page: &Page, layout: &Layout) {
        self.text(MARGIN, 42.0, "h", &page.title);
        self.put(format_args!(
            r#"<text x="{MARGIN}" y="70"><tspan class="w">{}</tspan><tspan dx="10" class="b">{}</tspan></text>"#,
            safe(&page.broken),
            safe(&page.what)
        ));
        self.text(MARGIN, 90.0, "f", &format!("{} · {}", page.place, page.with));
        let y = TOP - 26.0;
        for Lifeline { who, name, x } in &layout.lifelines {
            let width = name.chars().count() as f32 * 8.0 + 22.0;
            let (fill, ink) = match who {
                Who::Server(_) => (INK, "#ffffff"),
                Who::Start | Who::Hsbrun | Who::Users | Who::Watchdog | Who::Fault => ("#ffffff", INK),
            };
            self.put(format_args!(
                r#"<rect x="{:.1}" y="{:.1}" width="{width:.1}" height="26" rx="5" fill="{fill}" stroke="{INK}"/>"#,
                x - width / 2.0,
                y - 18.0
            ));
            self.put(format_args!(
                r#"<text x="{x:.1}" y="{y:.1}" class="b m" style="fill:{ink}">{}</text>"#,
                safe(name)
            ));
        }
    }

    /// Steps and what goes wrong have a ground of their own.
    fn stripes(&mut self, layout: &Layout) {
        for row in &layout.rows {
            let ground = match row.row.kind {
                Kind::Step => STRIPE,
                Kind::Wrong | Kind::Killed | Kind::NoAnswer => WRONG_GROUND,
                Kind::Start | Kind::Done | Kind::Refused | Kind::Goes | Kind::Happens => continue,
            };
            let (top, height, width) = (row.top, row.bottom - row.top, layout.width - 2.0 * MARGIN + 24.0);
            self.put(format_args!(
                r#"<rect x="{:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="4" fill="{ground}"/>"#,
                MARGIN - 12.0
            ));
            if row.row.kind == Kind::Step {
                self.put(format_args!(
                    r#"<line x1="{:.1}" y1="{top:.1}" x2="{:.1}" y2="{top:.1}" stroke="{RULE}"/>"#,
                    MARGIN - 12.0,
                    layout.width - MARGIN + 12.0
                ));
            }
        }
    }

    fn lifelines(&mut self, layout: &Layout) {
        for line in &layout.lifelines {
            let (x, bottom) = (line.x, layout.bottom + 8.0);
            self.put(format_args!(
                r##"<line x1="{x:.1}" y1="{:.1}" x2="{x:.1}" y2="{bottom:.1}" stroke="#98a2b3" stroke-dasharray="2 4"/>"##,
                TOP - 18.0
            ));
        }
    }

    /// What a server is in, as a band along its lifeline; its word where it begins.
    fn bands(&mut self, layout: &Layout, side: Side) {
        let Some(x) = layout.x(Who::Server(side)) else { return };
        let mut from = 0;
        while let Some(first) = layout.rows.get(from) {
            let looks = |row: &Placed| (state_word(&row.row.pair, side), row.row.pair.is_ahead(side));
            let until = layout.rows[from..].iter().position(|row| looks(row) != looks(first));
            let until = until.map_or(layout.rows.len(), |count| from + count);
            let top = if from == 0 { first.top } else { first.middle() };
            let bottom = layout.rows.get(until).map_or(layout.bottom + 6.0, Placed::middle);
            let (colour, outline) = band(&first.row.pair, side);
            let (fill, dash) = if outline { ("#ffffff", r#" stroke-dasharray="4 2""#) } else { (colour, "") };
            self.put(format_args!(
                r#"<rect x="{:.1}" y="{top:.1}" width="{:.1}" height="{:.1}" rx="2" fill="{fill}" stroke="{colour}" stroke-width="1.4"{dash}/>"#,
                x - BAND,
                2.0 * BAND,
                bottom - top
            ));
            let (word, ahead) = looks(first);
            if ahead {
                self.put(format_args!(
                    r#"<rect x="{:.1}" y="{top:.1}" width="3.4" height="{:.1}" fill="{WRONG}"/>"#,
                    x + BAND + 1.6,
                    bottom - top
                ));
            }
            let earlier = from.checked_sub(1).and_then(|at| layout.rows.get(at)).map(looks);
            if earlier.is_none_or(|(earlier, _)| earlier != word) {
                let y = if from == 0 { first.middle() + 4.0 } else { first.middle() + 14.0 };
                self.text(x + BAND + 9.0, y, "st", word);
            } else if ahead {
                self.put(format_args!(
                    r#"<text x="{:.1}" y="{:.1}" class="st" style="fill:{WRONG}">+ commits of its own</text>"#,
                    x + BAND + 9.0,
                    first.middle() + 14.0
                ));
            }
            from = until;
        }
    }

    /// While it acts.
    fn watchdog(&mut self, layout: &Layout) {
        let Some(x) = layout.x(Who::Watchdog) else { return };
        let mut top = layout.rows.first().map_or(TOP, |row| row.top);
        for run in layout.rows.chunk_by(|one, two| one.row.pair.watchdog_is_on() == two.row.pair.watchdog_is_on()) {
            let on = run.first().is_some_and(|row| row.row.pair.watchdog_is_on());
            let after = run.last().and_then(|last| layout.rows.get(last.number));
            let bottom = after.map_or(layout.bottom + 6.0, Placed::middle);
            if on {
                self.put(format_args!(
                    r#"<rect x="{:.1}" y="{top:.1}" width="5" height="{:.1}" rx="2" fill="{WATCHDOG}" fill-opacity="0.55"/>"#,
                    x - 2.5,
                    bottom - top
                ));
            }
            self.text(x + 7.0, top + 13.0, "st", if on { "on" } else { "off" });
            top = bottom;
        }
    }

    fn row(&mut self, layout: &Layout, placed: &Placed) {
        let row = &placed.row;
        self.put(format_args!(r#"<g id="entry-{}">"#, placed.number));
        self.put(format_args!("<title>{} {}: {}</title>", placed.number, safe(&placed.who), safe(&row.text())));
        let extra = if row.kind == Kind::Step { PAD / 2.0 } else { 0.0 };
        let mut y = placed.top + PAD + extra + 12.5;
        self.text(MARGIN + 20.0, y, "f s r", &placed.number.to_string());
        let class = match row.kind {
            Kind::Step => "b",
            Kind::Wrong | Kind::Killed | Kind::NoAnswer => "w",
            Kind::Start => "f",
            Kind::Refused | Kind::Done | Kind::Goes | Kind::Happens => "",
        };
        let lead = match row.who {
            Who::Watchdog | Who::Users => Some(format!("{}: ", placed.who)),
            Who::Start | Who::Hsbrun | Who::Server(_) | Who::Fault => {
                row.place.as_ref().map(|it| format!("{}: ", it.short()))
            }
        };
        for (at, line) in placed.lines.iter().enumerate() {
            let lead = lead.as_deref().filter(|_| at == 0).unwrap_or_default();
            let line = line.strip_prefix(lead).unwrap_or(line);
            self.put(format_args!(
                r#"<text x="{TEXT:.1}" y="{y:.1}" class="{class}"><tspan class="f">{}</tspan>{}</text>"#,
                safe_in_line(lead),
                safe(line)
            ));
            y += LINE;
        }
        self.mark(layout, placed);
        self.0.push_str("</g>\n");
    }

    /// An arrow to whom it is done, a dot where it stays with its actor, a cross where something goes wrong.
    fn mark(&mut self, layout: &Layout, placed: &Placed) {
        let (row, y) = (&placed.row, placed.middle());
        let to = row.to.and_then(|who| layout.x(who));
        let colour = match row.who {
            Who::Hsbrun => HSBRUN,
            Who::Watchdog => WATCHDOG,
            Who::Fault => WRONG,
            Who::Users | Who::Start | Who::Server(_) => USERS,
        };
        match (row.kind, layout.x(row.who), to) {
            (Kind::Start | Kind::Step, _, _) => {}
            (Kind::Wrong, _, Some(x)) => self.cross(x, y),
            (Kind::Killed, _, _) => self.cross(layout.x(Who::Hsbrun).unwrap_or(MARGIN), y),
            (Kind::Wrong, _, None) => self.broken_link(layout, y),
            (_, Some(from), Some(x)) if row.to != Some(row.who) => {
                self.arrow(from, x, y, colour, row.kind);
            }
            (_, Some(x), _) => {
                self.put(format_args!(r##"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{colour}" stroke="#fff"/>"##));
            }
            (_, None, _) => {}
        }
    }

    fn arrow(&mut self, from: f32, to: f32, y: f32, colour: &str, kind: Kind) {
        let right = if to > from { 1.0 } else { -1.0 };
        let tip = to - right * (BAND + 2.0);
        let (colour, dash) = match kind {
            Kind::NoAnswer => (WRONG, r#" stroke-dasharray="5 3""#),
            Kind::Refused => (WRONG, ""),
            Kind::Start | Kind::Step | Kind::Done | Kind::Goes | Kind::Happens | Kind::Wrong | Kind::Killed => {
                (colour, "")
            }
        };
        self.put(format_args!(r#"<circle cx="{from:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#));
        self.put(format_args!(
            r#"<line x1="{from:.1}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}" stroke="{colour}" stroke-width="1.6"{dash}/>"#,
            tip - right * 6.0
        ));
        self.put(format_args!(r#"<path d="M{tip:.1} {y:.1} l{:.1} -4.5 v9 z" fill="{colour}"/>"#, -right * 9.0));
        if kind == Kind::Refused {
            self.cross(tip - right * 16.0, y);
        }
    }

    fn cross(&mut self, x: f32, y: f32) {
        self.put(format_args!(
            r##"<g stroke-linecap="round"><circle cx="{x:.1}" cy="{y:.1}" r="8.5" fill="#fff" stroke="{WRONG}" stroke-width="1.6"/><path d="M{:.1} {:.1} l7 7 m0 -7 l-7 7" stroke="{WRONG}" stroke-width="2.2" fill="none"/></g>"##,
            x - 3.5,
            y - 3.5
        ));
    }

    /// Between the two servers.
    fn broken_link(&mut self, layout: &Layout, y: f32) {
        let (Some(first), Some(second)) = (layout.x(Who::Server(Side::First)), layout.x(Who::Server(Side::Second)))
        else {
            return;
        };
        self.put(format_args!(
            r#"<line x1="{:.1}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}" stroke="{WRONG}" stroke-width="1.6" stroke-dasharray="2 3"/>"#,
            first + BAND + 2.0,
            second - BAND - 2.0
        ));
        self.cross(f32::midpoint(first, second), y);
    }

    fn verdict(&mut self, page: &Page, layout: &Layout, top: f32, why: &[String]) {
        let (width, height) = (layout.width - 2.0 * MARGIN + 24.0, 34.0 + why.len() as f32 * LINE);
        self.put(format_args!(
            r#"<rect x="{:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="6" fill="{WRONG_GROUND}" stroke="{WRONG}"/>"#,
            MARGIN - 12.0
        ));
        self.put(format_args!(
            r#"<text x="{:.1}" y="{:.1}" class="w">{}: {}</text>"#,
            MARGIN + 4.0,
            top + 22.0,
            safe(&page.broken),
            safe(&page.what)
        ));
        for (at, line) in why.iter().enumerate() {
            self.text(MARGIN + 4.0, top + 22.0 + (at as f32 + 1.0) * LINE, "", line);
        }
    }

    fn legend(&mut self, layout: &Layout, y: f32) {
        self.text(
            MARGIN,
            y,
            "f s",
            "Numbers before a text are lines of the runbook. A red stripe beside a band: the server holds commits that the other one lacks.",
        );
        let x = layout.width - MARGIN;
        self.put(format_args!(r#"<text x="{x:.1}" y="{y:.1}" class="f s r">found by hsbrun verify</text>"#));
    }
}
