//! The end of the process.

use super::out::Out;

/// Ends this process at once, when what was said is out.
///
/// A call to a server that was given up, or that nobody waits for any more, has left its thread inside the driver. What
/// libraries do on an orderly exit would take their locks and tables away from under that thread, and a run that is done would
/// end in an abort. So nothing of theirs is run: whatever must outlive this process was written before.
pub fn leave(code: u8) -> ! {
    Out.last();
    signal_hook::low_level::exit(code.into())
}
