//! What several integration tests need: a pair of real server processes, and an application that commits on it.

pub mod application;
pub mod pair;
