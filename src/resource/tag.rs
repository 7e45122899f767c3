//! Which version of a row: a number made from the fields that clients may write (rest.md, `ETag`).
//!
//! Invariant: what only the service writes leaves it as it is, so that a ringing phone outdates
//! nobody's form; a resource that clients cannot change is tagged as a whole.
//! Never: lets a secret be guessed from it (see [`Tagging::secret`]).

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use super::{Field, Mode, Resource};

/// Hex digits of a tag.
const DIGITS: usize = 16;
const HEX: &[u8; 16] = b"0123456789abcdef";
/// Odd, with about as many ones as zeros, so that every bit of a word reaches the upper half.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// Keys of this process for what must not be guessed.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The tag of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(u64);

impl Tag {
    /// Reads what stands between the quotes of an entity tag.
    pub fn read(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = text.len() == DIGITS && text.bytes().all(digit);
        fits.then(|| u64::from_str_radix(text, 16).ok().map(Self)).flatten()
    }

    /// The entity tag with its quotes; [`Tag::read`] takes what stands between them.
    pub fn quoted(self) -> [u8; DIGITS + 2] {
        let mut quoted = [b'"'; DIGITS + 2];
        for (byte, place) in self.0.to_be_bytes().into_iter().zip(quoted[1..].chunks_exact_mut(2)) {
            place[0] = HEX[usize::from(byte >> 4)];
            place[1] = HEX[usize::from(byte & 15)];
        }
        quoted
    }

    /// The number, for the store.
    pub fn number(self) -> i64 {
        self.0.cast_signed()
    }

    /// Back from the store.
    pub fn from_number(number: i64) -> Self {
        Self(number.cast_unsigned())
    }
}

/// Whether the value of this field of a resource makes its rows' versions.
pub(super) fn is_of_tag(resource: &Resource, field: &Field) -> bool {
    !resource.methods.put || field.mode == Mode::ReadWrite
}

/// A tag half made. The steps are our own, so that a tag stays the same over restarts and versions.
pub(super) struct Tagging {
    state: u64,
}

impl Tagging {
    pub(super) fn new() -> Self {
        Self { state: FACTOR }
    }

    /// The next value, as GET shows it.
    pub(super) fn value(&mut self, shown: &[u8]) {
        let (words, rest) = shown.as_chunks();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        // The length of the rest ends the value: "ab","c" is not "a","bc".
        let length = u64::try_from(rest.len()).unwrap_or_default() + 1;
        let rest = rest.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        self.mix(length << 56 | rest);
    }

    /// A secret that GET masks. It counts by a keyed hash: nobody can try secrets out against a
    /// tag. The key lives as long as the process, so a restart outdates the tags of such rows.
    pub(super) fn secret(&mut self, clear: &str) {
        self.mix(KEYS.hash_one(clear));
    }

    pub(super) fn finish(self) -> Tag {
        Tag(self.state)
    }

    fn mix(&mut self, word: u64) {
        let product = (self.state ^ word).wrapping_mul(FACTOR);
        self.state = product ^ product >> 32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog::{AUDIT, CUSTOMER};

    fn tag(values: &[&str]) -> Tag {
        let mut tagging = Tagging::new();
        values.iter().for_each(|value| tagging.value(value.as_bytes()));
        tagging.finish()
    }

    #[test]
    fn every_value_and_its_place_make_a_difference() {
        let rows: [&[&str]; 9] = [
            &[],
            &[""],
            &["", ""],
            &["a", ""],
            &["", "a"],
            &["ab", "c"],
            &["a", "bc"],
            &["0731234567x", ""],
            &["07312345", "67x"],
        ];
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(tag(row), tag(row));
            for other in rows.iter().skip(at + 1) {
                assert_ne!(tag(row), tag(other), "{row:?} {other:?}");
            }
        }
    }

    #[test]
    fn tags_outlive_the_program() {
        assert_eq!(&tag(&["0731234567", "本店"]).quoted(), b"\"8ad33d5668a15dff\"");
    }

    #[test]
    fn a_tag_is_read_back_and_nothing_else_is() {
        let made = tag(&["x"]);
        let quoted = String::from_utf8(made.quoted().to_vec()).unwrap();
        assert_eq!(Tag::read(quoted.trim_matches('"')), Some(made));
        assert_eq!(Tag::from_number(made.number()), made);
        for text in ["", "*", "00000000000000F0", "+000000000000001", "00000000000000001", "0"] {
            assert_eq!(Tag::read(text), None, "{text}");
        }
    }

    #[test]
    fn read_only_fields_count_only_where_clients_change_nothing() {
        let shown = |resource: &'static Resource| {
            let read_only = |field: &&Field| field.mode == Mode::ReadOnly;
            resource.fields.iter().rfind(read_only).unwrap()
        };
        assert!(!is_of_tag(&CUSTOMER, shown(&CUSTOMER)));
        assert!(is_of_tag(&AUDIT, shown(&AUDIT)));
    }
}
