//! editors
