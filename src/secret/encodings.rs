//! The forms in which a value may appear in a text: as it is, and as the usual encodings write it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Fewer characters of base64 would be found everywhere.
const LEAST_BASE64: usize = 4;

/// Every form of a value, each once, none empty.
pub(super) fn forms(value: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([
        value.to_owned(),
        json(value),
        value.escape_debug().to_string(),
        value.escape_default().to_string(),
        value.replace('}', "}}"),
        value.replace('\'', "''"),
        markup(value),
        hex(value, false),
        hex(value, true),
    ]);
    for upper in [true, false] {
        for everything in [true, false] {
            let percent = percent(value, upper, everything);
            forms.insert(percent.replace("%20", "+"));
            forms.insert(percent);
        }
    }
    for shift in 0..3 {
        let inner = base64_inside(value.as_bytes(), shift);
        if inner.len() >= LEAST_BASE64 {
            forms.insert(inner.replace('+', "-").replace('/', "_"));
            forms.insert(inner);
        }
    }
    forms.remove("");
    forms
}

fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn markup(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn hex(value: &str, upper: bool) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        let written = if upper { write!(text, "{byte:02X}") } else { write!(text, "{byte:02x}") };
        written.expect("because a String takes everything");
        text
    })
}

/// `%2F`: every byte but letters, digits and `-_.~`, or also all of them.
fn percent(value: &str, upper: bool, everything: bool) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain && !everything {
            text.push(char::from(byte));
        } else {
            let written = if upper { write!(text, "%{byte:02X}") } else { write!(text, "%{byte:02x}") };
            written.expect("because a String takes everything");
        }
        text
    })
}

/// The characters of base64 that depend on the value alone when `shift` bytes stand before it and others behind it:
/// what a longer encoded text (`user:password`) has in its middle.
fn base64_inside(value: &[u8], shift: usize) -> String {
    let bits: Vec<bool> = value.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    // Up to the next border of six bits, the bits belong to a character that is shared with what stands before.
    let skip = (6 - shift * 8 % 6) % 6;
    bits.get(skip..)
        .unwrap_or_default()
        .chunks_exact(6)
        .map(|six| six.iter().fold(0, |index, bit| index << 1 | usize::from(*bit)))
        .map(|index| char::from(BASE64[index]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_wherever_it_begins() {
        // base64("admin:s3cr3t!") and of the value with one and two bytes before it.
        let forms = forms("s3cr3t!");
        for encoded in ["YWRtaW46czNjcjN0IQ==", "OnMzY3IzdCE=", "czNjcjN0IQ=="] {
            assert!(forms.iter().any(|form| form.len() > 4 && encoded.contains(form.as_str())), "{encoded}");
        }
    }

    #[test]
    fn the_usual_encodings_are_known() {
        let forms = forms("a\"b/c d'é}");
        for form in
            ["a\\\"b/c d'é}", "a%22b%2Fc%20d%27%C3%A9%7D", "a%22b%2fc+d%27%c3%a9%7d", "a\"b/c d''é}", "a\"b/c d'é}}"]
        {
            assert!(forms.contains(form), "{form}");
        }
        assert!(super::forms("").is_empty());
    }
}
