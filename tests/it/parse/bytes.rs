//! From bytes to text.

use hsbrun::syntax::{MAX_BYTES, decode, parse};
use hsbrun::text::SourceId;

const SMALL: &str = "language 1\nrunbook \"Small\"\nserver S1: any\nrequire S1 is DOWN\n";

fn code(bytes: &[u8]) -> (&'static str, String) {
    let finding = decode(bytes).expect_err("because this is no text");
    (finding.rule.code, finding.what)
}

#[test]
fn bytes_that_are_not_utf8_are_reported_with_their_line_and_byte() {
    let (code, what) = code(b"language 1\nrunbook \"\xFF\"\n");
    assert_eq!((code, what.as_str()), ("HSB1001", "line 2 is not UTF-8: byte 20 of the file is 0xFF"));
}

#[test]
fn a_binary_file_is_told_from_a_wrong_encoding() {
    assert_eq!(code(b"\x7FELF\x02\0\0\xFF").0, "HSB1002");
    assert_eq!(
        code("language 1".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().as_slice()).0,
        "HSB1002"
    );
}

#[test]
fn a_file_of_ten_megabytes_is_one_finding() {
    assert_eq!(code(&vec![b'x'; 10 << 20]).0, "HSB1003");
    assert!(decode(&vec![b'x'; MAX_BYTES]).is_ok());
}

#[test]
fn an_empty_file_is_one_finding_and_so_is_one_of_comments_only() {
    for text in ["", "\n\n", "   ", "# nothing but this", "\u{FEFF}", "\u{FEFF}\r\n# x\r\n"] {
        let codes: Vec<&str> = parse(SourceId(0), text).findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(codes, ["HSB1004"], "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_crlf_are_accepted() {
    let dressed = format!("\u{FEFF}# comment\r\n{}", SMALL.replace('\n', "\r\n"));
    let text = decode(dressed.as_bytes()).expect("because it is UTF-8");
    let parsed = parse(SourceId(0), &text);
    assert_eq!(parsed.findings, []);
    assert_eq!(parsed.tree.items.len(), parse(SourceId(0), SMALL).tree.items.len());
    assert_eq!(parsed.tree.comments[0].text, "# comment");
    assert!(parsed.tree.comments[0].own_line);
}

#[test]
fn spans_never_hold_the_line_end_of_crlf() {
    let text = SMALL.replace('\n', "\r\n");
    for item in parse(SourceId(0), &text).tree.items {
        let written = &text[item.span.start as usize..item.span.end as usize];
        assert_eq!(written, written.trim());
    }
}
