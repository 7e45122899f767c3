//! The values of one rendering.

use std::sync::{Arc, LazyLock};

use minijinja::value::{Enumerator, Object, Value};

use super::vocabulary::{VOCABULARY, Word};

/// A value for every name of the vocabulary, empty where there is none; cheap to clone.
#[derive(Clone, Debug)]
pub struct Values {
    slots: Arc<Slots>,
}

/// One slot for each row of [`VOCABULARY`].
#[derive(Clone, Debug)]
struct Slots(Vec<Value>);

static EMPTY: LazyLock<Arc<Slots>> =
    LazyLock::new(|| Arc::new(Slots(vec![Value::from(""); VOCABULARY.len()])));

/// Positions in [`VOCABULARY`] in the order of the names, for binary search.
static BY_NAME: LazyLock<Vec<(&'static str, usize)>> = LazyLock::new(|| {
    let mut names: Vec<_> =
        VOCABULARY.iter().enumerate().map(|(index, entry)| (entry.name, index)).collect();
    names.sort_unstable();
    names
});

impl Values {
    /// Every value empty.
    pub fn new() -> Self {
        Self { slots: Arc::clone(&EMPTY) }
    }

    /// The sample values of the vocabulary.
    pub fn samples() -> Self {
        let mut values = Self::new();
        for entry in &VOCABULARY {
            values.set(entry.word, entry.sample);
        }
        values
    }

    /// Sets one value.
    pub fn set(&mut self, word: Word, value: impl AsRef<str>) {
        if let Some(slot) = Arc::make_mut(&mut self.slots).0.get_mut(word.index()) {
            *slot = Value::from(value.as_ref());
        }
    }

    /// One value.
    pub fn get(&self, word: Word) -> &str {
        self.slots.0.get(word.index()).and_then(Value::as_str).unwrap_or("")
    }

    /// What the engine looks names up in.
    pub(super) fn context(&self) -> Value {
        Value::from_dyn_object(Arc::clone(&self.slots))
    }
}

impl Default for Values {
    fn default() -> Self {
        Self::new()
    }
}

impl Object for Slots {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let place = BY_NAME.binary_search_by_key(&name, |(name, _)| name).ok()?;
        self.0.get(BY_NAME.get(place)?.1).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_its_own_values() {
        let mut first = Values::new();
        first.set(Word::LineName, "本店");
        let mut second = first.clone();
        second.set(Word::LineName, "支店");
        assert_eq!((first.get(Word::LineName), second.get(Word::LineName)), ("本店", "支店"));
        assert_eq!(first.get(Word::Memo), "");
    }
}
