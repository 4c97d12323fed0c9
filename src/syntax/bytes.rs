//! From bytes to text: what is no runbook is said before anything is parsed.

use crate::diag::Finding;

use super::diagnostics;

/// The largest runbook that is read.
pub const MAX_BYTES: usize = 4 << 20;

/// The text of a file. A byte-order mark and CRLF stay in it; `parse` accepts both.
///
/// # Errors
/// One finding, without a place in a text: too large, binary, or not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, Box<Finding>> {
    if bytes.len() > MAX_BYTES {
        return Err(Box::new(diagnostics::file_too_large(bytes.len(), MAX_BYTES)));
    }
    if bytes.contains(&0) {
        let offset = bytes.iter().take_while(|byte| **byte != 0).count();
        return Err(Box::new(diagnostics::binary_file(offset)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let offset = error.valid_up_to();
            let line = bytes[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(Box::new(diagnostics::not_utf8(line, offset, bytes[offset])))
        }
    }
}
