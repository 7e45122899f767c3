//! The answer of a job, on its way from the writer to whoever waits for it.
//!
//! Waking a task of another thread costs a system call, and a commit answers a hundred tasks that
//! live on the same few threads. So the writer lays all answers down and wakes one task of each
//! thread, which wakes the others from inside their own thread, where that costs next to nothing.
//!
//! Invariant: whoever waits is woken once its answer is there, also where the task that should have
//! woken it has gone away. Never: waits with a lock held.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Thread, ThreadId};

/// Both ends of one answer.
pub(super) fn channel<T>() -> (Reply<T>, Answer<T>) {
    let slot = Arc::new(Slot(Mutex::new(State {
        value: None,
        given_up: false,
        waiting: None,
        followers: Vec::new(),
        gone: false,
    })));
    (Reply(Arc::clone(&slot)), Answer(slot))
}

/// The writer's end.
pub(super) struct Reply<T>(Arc<Slot<T>>);

/// The end of whoever waits, as a future: `None` = the writer ended without an answer.
pub(super) struct Answer<T>(Arc<Slot<T>>);

struct Slot<T>(Mutex<State<T>>);

struct State<T> {
    value: Option<T>,
    /// No value will come.
    given_up: bool,
    /// Whom to wake, and the thread on which it was last seen.
    waiting: Option<(ThreadId, Waker)>,
    /// Whom the one who waits wakes in its turn.
    followers: Vec<Waker>,
    /// Nobody looks at this slot any more.
    gone: bool,
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send + 'static> Reply<T> {
    /// Lays the answer down; whoever waits for it is woken by [`Wakes::wake`].
    pub(super) fn lay(self, value: T, wakes: &mut Wakes) {
        let mut state = self.0.lock();
        state.value = Some(value);
        let waiting = state.waiting.take();
        drop(state);
        if let Some((thread, waker)) = waiting {
            wakes.add(thread, waker, || Arc::clone(&self.0) as Arc<dyn Lead>);
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if state.value.is_some() || state.gone {
            return;
        }
        state.given_up = true;
        let waiting = state.waiting.take();
        drop(state);
        if let Some((_, waker)) = waiting {
            waker.wake();
        }
    }
}

impl<T> Answer<T> {
    /// Waits on the calling thread.
    pub(super) fn wait(self) -> Option<T> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut answer = pin!(self);
        loop {
            if let Poll::Ready(value) = answer.as_mut().poll(&mut context) {
                return value;
            }
            std::thread::park();
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        let value = state.value.take();
        if value.is_none() && !state.given_up && !state.gone {
            let thread = std::thread::current().id();
            match &mut state.waiting {
                Some((last_seen, waker)) => {
                    *last_seen = thread;
                    waker.clone_from(context.waker());
                }
                waiting => *waiting = Some((thread, context.waker().clone())),
            }
            return Poll::Pending;
        }
        state.leave();
        Poll::Ready(value)
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        self.0.lock().leave();
    }
}

impl<T> State<T> {
    fn leave(&mut self) {
        self.gone = true;
        self.followers.drain(..).for_each(Waker::wake);
    }
}

/// A slot whose waiter wakes others.
trait Lead: Send + Sync {
    /// Entrusts them to it; gives them back where nobody looks at the slot any more.
    fn lead(&self, followers: Vec<Waker>) -> Result<(), Vec<Waker>>;
}

impl<T: Send> Lead for Slot<T> {
    fn lead(&self, followers: Vec<Waker>) -> Result<(), Vec<Waker>> {
        let mut state = self.lock();
        if state.gone {
            return Err(followers);
        }
        state.followers = followers;
        Ok(())
    }
}

/// Who is to be woken after a commit, by thread.
#[derive(Default)]
pub(super) struct Wakes(Vec<OfThread>);

struct OfThread {
    thread: ThreadId,
    lead: Arc<dyn Lead>,
    first: Waker,
    others: Vec<Waker>,
}

impl Wakes {
    fn add(&mut self, thread: ThreadId, waker: Waker, lead: impl FnOnce() -> Arc<dyn Lead>) {
        match self.0.iter_mut().find(|known| known.thread == thread) {
            Some(known) => known.others.push(waker),
            None => {
                self.0.push(OfThread { thread, lead: lead(), first: waker, others: Vec::new() });
            }
        }
    }

    /// Wakes everybody.
    pub(super) fn wake(self) {
        for OfThread { lead, first, others, .. } in self.0 {
            if let Err(others) = lead.lead(others) {
                others.into_iter().for_each(Waker::wake);
            }
            first.wake();
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A task that has been polled once and waits, and how often it was woken.
    fn waiter() -> (Reply<u32>, Pin<Box<Answer<u32>>>, Arc<Count>) {
        let (reply, answer) = channel();
        let mut waiting = (reply, Box::pin(answer), Arc::new(Count::default()));
        assert_eq!(poll(&mut waiting.1, &waiting.2), Poll::Pending);
        waiting
    }

    fn poll(answer: &mut Pin<Box<Answer<u32>>>, count: &Arc<Count>) -> Poll<Option<u32>> {
        let waker = Waker::from(Arc::clone(count));
        answer.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn woken(count: &Arc<Count>) -> usize {
        count.0.load(Ordering::Relaxed)
    }

    #[test]
    fn the_first_of_a_thread_wakes_the_others_when_it_is_polled() {
        let (first, mut answer, count) = waiter();
        let (second, mut later, count_of_second) = waiter();
        let mut wakes = Wakes::default();
        first.lay(1, &mut wakes);
        second.lay(2, &mut wakes);
        assert_eq!((woken(&count), woken(&count_of_second)), (0, 0));
        wakes.wake();
        assert_eq!((woken(&count), woken(&count_of_second)), (1, 0));
        assert_eq!(poll(&mut answer, &count), Poll::Ready(Some(1)));
        assert_eq!(woken(&count_of_second), 1);
        assert_eq!(poll(&mut later, &count_of_second), Poll::Ready(Some(2)));
    }

    #[test]
    fn nobody_is_forgotten_where_the_first_goes_away() {
        for dropped_before_the_wake in [true, false] {
            let (first, answer, _count) = waiter();
            let (second, _later, count_of_second) = waiter();
            let mut wakes = Wakes::default();
            first.lay(1, &mut wakes);
            second.lay(2, &mut wakes);
            if dropped_before_the_wake {
                drop(answer);
                wakes.wake();
            } else {
                wakes.wake();
                drop(answer);
            }
            assert_eq!(woken(&count_of_second), 1);
        }
    }

    #[test]
    fn a_first_that_looked_by_itself_leaves_the_others_to_the_writer() {
        let (first, mut answer, count) = waiter();
        let (second, _later, count_of_second) = waiter();
        let mut wakes = Wakes::default();
        first.lay(1, &mut wakes);
        assert_eq!(poll(&mut answer, &count), Poll::Ready(Some(1)));
        second.lay(2, &mut wakes);
        wakes.wake();
        assert_eq!(woken(&count_of_second), 1);
    }

    #[test]
    fn a_reply_that_is_given_up_ends_the_wait() {
        let (reply, mut answer, count) = waiter();
        drop(reply);
        assert_eq!(woken(&count), 1);
        assert_eq!(poll(&mut answer, &count), Poll::Ready(None));
    }

    #[test]
    fn threads_that_wait_get_their_answers() {
        let (replies, answers): (Vec<_>, Vec<_>) = (0..50).map(|_| channel::<usize>()).unzip();
        let threads: Vec<_> =
            answers.into_iter().map(|answer| std::thread::spawn(|| answer.wait())).collect();
        let mut wakes = Wakes::default();
        replies.into_iter().enumerate().for_each(|(number, reply)| reply.lay(number, &mut wakes));
        wakes.wake();
        for (number, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap(), Some(number));
        }
    }
}
