//! What waits for one client: a bounded queue that costs nothing while it is empty.
//!
//! Ten thousand of them stand around most of the time; a channel takes a kilobyte each.
//!
//! Invariant: after an overflow the reader learns of it before anything newer.
//! Never: holds its lock for more than one push or pop.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Notice;

/// What an emptied queue may keep of its memory, in entries.
const KEPT: usize = 8;

/// Some notices did not fit and are gone, with all that waited then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflowed;

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Arc<Notice>>,
    overflowed: bool,
    closed: bool,
    reader: Option<Waker>,
}

impl Queue {
    /// Adds a notice, unless `most` wait already.
    pub(super) fn put(&self, notice: &Arc<Notice>, most: usize) {
        let mut state = self.lock();
        if state.overflowed || state.closed {
            return;
        }
        if state.waiting.len() >= most {
            state.overflowed = true;
            state.waiting = VecDeque::new();
        } else {
            state.waiting.push_back(Arc::clone(notice));
        }
        wake(state);
    }

    /// Nothing comes after what waits now.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        wake(state);
    }

    /// The next notice; `None` = the end.
    pub(super) fn poll(
        &self,
        context: &Context<'_>,
    ) -> Poll<Option<Result<Arc<Notice>, Overflowed>>> {
        let mut state = self.lock();
        if std::mem::take(&mut state.overflowed) {
            return Poll::Ready(Some(Err(Overflowed)));
        }
        if let Some(next) = state.waiting.pop_front() {
            if state.waiting.is_empty() && state.waiting.capacity() > KEPT {
                state.waiting = VecDeque::new();
            }
            return Poll::Ready(Some(Ok(next)));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        if !state.reader.as_ref().is_some_and(|reader| reader.will_wake(context.waker())) {
            state.reader = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// The state stays whole when a holder panics: each change is a single call.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the reader, who needs the lock.
fn wake(mut state: MutexGuard<'_, State>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}
