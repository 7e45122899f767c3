//! The short words in which the rows of the catalogue are written.

use crate::resource::{Access, Field, Kind, Methods, Mode, Resource, Source};

/// Bound of texts that only the service writes; it cuts them itself.
const SHOWN_TEXT_MAX: u32 = 1_000_000;

/// What most resources are like: a table that administrators write.
pub(super) const PLAIN: Resource = Resource {
    uri: "",
    title: "",
    table: "",
    first_key: 1,
    keys_once: false,
    sparse: false,
    large: false,
    methods: Methods { post: true, put: true, delete: true },
    access: Access::AdministratorWrites,
    seed: true,
    note: "",
    source: Source::Table,
    fields: &[],
    hidden: &[],
    initial: &[],
    first_rows: &[],
    check: None,
};

/// A field of any kind.
pub(super) const fn field(name: &'static str, column: &'static str, kind: Kind) -> Field {
    Field {
        name,
        column,
        kind,
        mode: Mode::ReadWrite,
        required: false,
        default: "",
        meaning: "",
        example: "",
    }
}

/// The primary key; its column is `id` in every table.
pub(super) const fn key(name: &'static str) -> Field {
    field(name, "id", Kind::Key).meaning("主キー")
}

/// Text of at most `max` characters.
pub(super) const fn text(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::Text { max, suggest: &[] })
}

/// Text that the service writes.
pub(super) const fn shown_text(name: &'static str, column: &'static str) -> Field {
    text(name, column, SHOWN_TEXT_MAX).read_only()
}

/// A reading of names.
pub(super) const fn kana(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::Kana { max })
}

/// A whole number in `min..=max`.
pub(super) const fn int(name: &'static str, column: &'static str, min: i64, max: i64) -> Field {
    field(name, column, Kind::Int { min, max })
}

/// A whole number that the service writes.
pub(super) const fn shown_int(name: &'static str, column: &'static str) -> Field {
    int(name, column, i64::MIN, i64::MAX).read_only()
}

/// True or False.
pub(super) const fn flag(name: &'static str, column: &'static str) -> Field {
    field(name, column, Kind::Bool)
}

/// One of `words`.
pub(super) const fn word(
    name: &'static str,
    column: &'static str,
    words: &'static [&'static str],
) -> Field {
    field(name, column, Kind::Enum(words))
}

/// 0 or a key of the resource `uri`.
pub(super) const fn refer(name: &'static str, column: &'static str, uri: &'static str) -> Field {
    field(name, column, Kind::Ref(uri)).default("0")
}

/// An encrypted value that GET shows as a mask.
pub(super) const fn secret(name: &'static str, column: &'static str, show_last: u8) -> Field {
    field(name, column, Kind::Secret { show_last })
}

/// A message template.
pub(super) const fn template(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::Template { max })
}

/// A URL with placeholders.
pub(super) const fn url_template(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::UrlTemplate { max })
}

/// Arguments with placeholders.
pub(super) const fn args_template(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::ArgsTemplate { max })
}

/// A file name with placeholders.
pub(super) const fn file_template(name: &'static str, column: &'static str, max: u32) -> Field {
    field(name, column, Kind::FileTemplate { max })
}

impl Field {
    /// Only the service writes it.
    pub(super) const fn read_only(mut self) -> Self {
        self.mode = Mode::ReadOnly;
        self
    }

    /// An order to the service, never stored.
    pub(super) const fn write_only(mut self) -> Self {
        self.mode = Mode::WriteOnly;
        self
    }

    /// It may never be empty.
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The value that a POST without this key gets.
    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// Help text.
    pub(super) const fn meaning(mut self, meaning: &'static str) -> Self {
        self.meaning = meaning;
        self
    }

    /// A sample value.
    pub(super) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Words to offer in a text; others are allowed.
    pub(super) const fn suggest(mut self, suggest: &'static [&'static str]) -> Self {
        if let Kind::Text { max, .. } = self.kind {
            self.kind = Kind::Text { max, suggest };
        }
        self
    }
}
