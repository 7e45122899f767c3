//! Rows as GET shows them (`{row},{row}`) taken apart into cells.
//!
//! Invariant: a cell is exactly the string that GET shows. Never: copies a text that needs no
//! unescaping.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Calls `each` with the cells of every row of a page, in field order.
pub fn for_each_row(
    page: &[u8],
    each: &mut dyn FnMut(&[Cow<'_, str>]),
) -> Result<(), serde_json::Error> {
    let array = [b"[", page, b"]"].concat();
    serde_json::Deserializer::from_slice(&array).deserialize_seq(Rows { each })
}

/// A row by column.
pub(super) struct Named<'a> {
    pub(super) columns: &'a [&'static str],
    pub(super) cells: &'a [Cow<'a, str>],
}

impl Named<'_> {
    /// The cell of a column; empty where the rows have none.
    pub(super) fn get(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|own| *own == column);
        at.and_then(|at| self.cells.get(at)).map_or("", AsRef::as_ref)
    }
}

struct Rows<'e> {
    each: &'e mut dyn FnMut(&[Cow<'_, str>]),
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(Cells(cells)) = rows.next_element()? {
            (self.each)(&cells);
        }
        Ok(())
    }
}

/// The values of an object, in order.
struct Cells<'a>(Vec<Cow<'a, str>>);

impl<'de> serde::Deserialize<'de> for Cells<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Cells<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells<'de>, A::Error> {
                let mut cells = Vec::with_capacity(48);
                while let Some((IgnoredAny, Text(text))) = map.next_entry()? {
                    cells.push(text);
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A string, borrowed where it holds no escape.
struct Text<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Either)
    }
}
