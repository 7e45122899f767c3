//! Builds all, spawns, waits, stops in order.
//!
//! Invariant: whatever was started is stopped in reverse order. Never: holds logic of its own.
