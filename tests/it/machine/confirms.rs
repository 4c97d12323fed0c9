//! confirms
