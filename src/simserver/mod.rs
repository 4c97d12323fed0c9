//! simserver
