//! The resource descriptor.

use super::{Fault, Field, Record};

/// One resource of the API: a `const` of the catalogue.
pub struct Resource {
    /// Last part of its address (`ContainmentLine`).
    pub uri: &'static str,
    /// Japanese title (収容回線).
    pub title: &'static str,
    /// Table name (`line`).
    pub table: &'static str,
    /// Smallest key the service assigns.
    pub first_key: i64,
    /// Keys are never used twice (着信記録, 通知履歴, 監査ログ).
    pub keys_once: bool,
    /// Most fields of most rows are empty: an empty text is NULL in its column, which is shorter and
    /// quicker than ''.
    pub sparse: bool,
    /// Its rows grow with use, so they are read from the table one by one; those of the others are
    /// held in memory.
    pub large: bool,
    /// What clients may do.
    pub methods: Methods,
    /// Who may do it.
    pub access: Access,
    /// Part of the original product's published list.
    pub seed: bool,
    /// Note for people (Japanese).
    pub note: &'static str,
    /// Where its rows are.
    pub source: Source,
    /// The fields in JSON order; the key comes first.
    pub fields: &'static [Field],
    /// Columns that the API does not show.
    pub hidden: &'static [Hidden],
    /// What read-only fields of a new row hold before the service writes them: (column, value as text).
    pub initial: &'static [(&'static str, &'static str)],
    /// Rows of a new database: (column, value as text).
    pub first_rows: &'static [&'static [(&'static str, &'static str)]],
    /// The rule over several fields, run on the complete row before it is written.
    pub check: Option<fn(&Record) -> Vec<Fault>>,
}

/// Where a resource's rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A table of the store.
    Table,
    /// The list of connected clients in memory.
    Live,
}

/// The methods beside GET (and HEAD), which every resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods {
    /// New rows by clients.
    pub post: bool,
    /// Changes by clients.
    pub put: bool,
    /// Deletes by clients.
    pub delete: bool,
}

/// Which roles may use a resource (security.md, Roles).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every role reads, 管理者 writes.
    AdministratorWrites,
    /// Every role reads, 管理者 and 一般 write.
    OperatorWrites,
    /// Only 管理者 reads and writes (users, tokens, audit).
    AdministratorOnly,
    /// As `AdministratorWrites`, but 原典互換 does not open writing it (着信時コマンド).
    DangerousToWrite,
}

/// A column that the API does not show.
#[derive(Clone, Copy, Debug)]
pub struct Hidden {
    /// Column name.
    pub column: &'static str,
    /// Column type.
    pub kind: HiddenType,
}

/// The type of a hidden column; all but `Blob` and `OptionalInteger` are NOT NULL with an empty default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenType {
    /// NOT NULL DEFAULT 0.
    Integer,
    /// May be NULL.
    OptionalInteger,
    /// NOT NULL DEFAULT ''.
    Text,
    /// May be NULL.
    OptionalText,
    /// May be NULL.
    Blob,
}

impl std::fmt::Debug for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Resource").field(&self.uri).finish()
    }
}

impl PartialEq for Resource {
    /// A resource is a constant of the catalogue, so its URI is its identity.
    fn eq(&self, other: &Self) -> bool {
        self.uri == other.uri
    }
}

impl Resource {
    /// The key field.
    pub fn key_field(&self) -> Option<&'static Field> {
        self.fields.first()
    }

    /// Position of the field with this column.
    pub fn index(&self, column: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.column == column)
    }

    /// Position of the field with this JSON name.
    pub fn index_of_name(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}
