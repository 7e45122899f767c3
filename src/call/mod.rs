//! From ringing to record: an event of the telephone side becomes one transaction, then push and wake.
//!
//! Invariant: one call, one record. Never: sends anything itself.
