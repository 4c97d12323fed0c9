//! What several integration tests need: expectations in fixtures, a pair of real server processes, an application that
//! commits on it, and lines that break.

pub mod application;
pub mod expected;
pub mod pair;
pub mod proxy;
