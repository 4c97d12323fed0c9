//! back_out
