//! Curves as SVG, for the docs: the states on a scale of powers of ten.

use std::fmt::Write as _;

/// Points from left to right: what grows, and how many states that makes.
pub struct Curve {
    pub title: &'static str,
    pub across: &'static str,
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 60.0;
const INFALLIBLE: &str = "because a String takes everything";

/// The curves beside each other.
pub fn page(curves: &[Curve]) -> String {
    let width = WIDTH * curves.len() as f64;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\" role=\"img\">\n<title>How the states grow</title>\n\
         <rect width=\"{width}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    for (at, curve) in curves.iter().enumerate() {
        writeln!(text, "<g transform=\"translate({} 0)\">", WIDTH * at as f64).expect(INFALLIBLE);
        draw(&mut text, curve);
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    text
}

fn draw(text: &mut String, curve: &Curve) {
    let most_across = curve.points.iter().map(|point| point.0).fold(1.0, f64::max);
    let logs = || curve.points.iter().map(|point| point.1.log10());
    let (low, high) = (logs().fold(f64::MAX, f64::min).floor(), logs().fold(0.0, f64::max).ceil());
    let x = |value: f64| MARGIN + value / most_across * (WIDTH - 1.5 * MARGIN);
    let y = |log: f64| HEIGHT - MARGIN - (log - low) / (high - low).max(1.0) * (HEIGHT - 1.7 * MARGIN);
    writeln!(text, "<text x=\"{MARGIN}\" y=\"20\" font-weight=\"bold\">{}</text>", curve.title).expect(INFALLIBLE);
    let mut power = low;
    while power <= high {
        let line =
            format!("x1=\"{MARGIN}\" x2=\"{:.0}\" y1=\"{:.0}\" y2=\"{:.0}\"", x(most_across), y(power), y(power));
        let label = format!("x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\"", MARGIN - 6.0, y(power) + 4.0);
        writeln!(text, "<line {line} stroke=\"#ccc\"/><text {label}>10^{power}</text>").expect(INFALLIBLE);
        power += 1.0;
    }
    let points: Vec<(f64, f64)> = curve.points.iter().map(|(value, states)| (x(*value), y(states.log10()))).collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.0},{y:.0}")).collect();
    writeln!(text, "<polyline points=\"{}\" fill=\"none\" stroke=\"#0057b7\" stroke-width=\"2\"/>", path.join(" "))
        .expect(INFALLIBLE);
    for ((x, y), (value, states)) in points.iter().zip(&curve.points) {
        writeln!(text, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"3\" fill=\"#0057b7\"/>").expect(INFALLIBLE);
        let below = HEIGHT - MARGIN + 18.0;
        writeln!(text, "<text x=\"{x:.0}\" y=\"{below:.0}\" text-anchor=\"middle\">{value}</text>").expect(INFALLIBLE);
        writeln!(
            text,
            "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\" font-size=\"10\">{states}</text>",
            y - 8.0
        )
        .expect(INFALLIBLE);
    }
    let foot = HEIGHT - 18.0;
    writeln!(
        text,
        "<text x=\"{:.0}\" y=\"{foot:.0}\" text-anchor=\"middle\">{}</text>",
        x(most_across / 2.0),
        curve.across
    )
    .expect(INFALLIBLE);
}
