//! What values a field takes: everything that differs from kind to kind.
//!
//! Invariant: a value that `check` accepted is in its normal form, and its shown text is accepted
//! again with the same result. Never: knows single resources.

mod check;
mod list;
mod mask;
mod net;
mod range;
mod sample;
mod schema;
mod text;
mod time;

use std::borrow::Cow;

use super::Kind;
pub use check::SECRET_MAX;
pub use mask::{MASK, is_mask, mask, resolve_mask, strip_masked_headers};
pub(super) use net::url_start;
pub use sample::Sample;
pub(super) use schema::EXACT;
pub(super) use text::narrow;
pub use time::minutes;

/// How a kind is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// INTEGER or BIGINT.
    Integer,
    /// TEXT.
    Text,
    /// BLOB or BYTEA: an encrypted secret.
    Blob,
}

impl Kind {
    /// The kind's word in the contract.
    pub fn word(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Key => "key",
            Self::Int { .. } => "int",
            Self::Bool => "bool",
            Self::Enum(_) => "enum",
            Self::Ref(uri) => return Cow::Owned(["ref:", uri].concat()),
            Self::Text { .. } => "text",
            Self::Kana { .. } => "kana",
            Self::Tel => "tel",
            Self::SipUser => "sip-user",
            Self::DateTime => "datetime",
            Self::Date => "date",
            Self::Time => "time",
            Self::Email => "email",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::Url => "url",
            Self::Zip => "zip",
            Self::Color => "color",
            Self::Path => "path",
            Self::LineList => "line-list",
            Self::KeyList => "key-list",
            Self::Hours => "hours",
            Self::Template { .. } => "template",
            Self::UrlTemplate { .. } => "url-template",
            Self::ArgsTemplate { .. } => "args-template",
            Self::FileTemplate { .. } => "file-template",
            Self::Secret { .. } | Self::Password => "secret",
            Self::SecretUrl => "secret-url",
            Self::SecretHeaders { .. } => "secret-headers",
        })
    }

    /// How values are stored.
    pub const fn column_type(self) -> ColumnType {
        match self {
            Self::Key | Self::Int { .. } | Self::Bool | Self::Ref(_) | Self::DateTime => {
                ColumnType::Integer
            }
            Self::Secret { .. } | Self::SecretUrl | Self::SecretHeaders { .. } => ColumnType::Blob,
            _ => ColumnType::Text,
        }
    }

    /// Whether values are stored encrypted and shown masked. A password is hashed instead: it is
    /// shown masked, but it is not among these.
    pub const fn is_secret(self) -> bool {
        matches!(self.column_type(), ColumnType::Blob)
    }

    /// Whether GET shows a mask instead of the value.
    pub const fn is_masked(self) -> bool {
        self.is_secret() || matches!(self, Self::Password)
    }

    /// Whether "" means the field's default (enum, bool, int, ref) instead of "no value".
    pub const fn empty_is_default(self) -> bool {
        matches!(self, Self::Enum(_) | Self::Bool | Self::Int { .. } | Self::Ref(_))
    }
}
