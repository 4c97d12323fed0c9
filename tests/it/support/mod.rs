//! What several integration tests need: a pair of real server processes, an application that commits on it, and lines
//! that break.

pub mod application;
pub mod pair;
pub mod proxy;
