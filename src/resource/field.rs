//! Fields and their kinds.

/// One field of a resource: a `const` row of the catalogue.
#[derive(Debug)]
pub struct Field {
    /// The name in JSON (着信TEL).
    pub name: &'static str,
    /// The column and the name used inside the program (`called_number`).
    pub column: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Who writes it.
    pub mode: Mode,
    /// May never be empty.
    pub required: bool,
    /// The value a POST without this key gets, as text; `""` = empty.
    pub default: &'static str,
    /// Help text for people (Japanese).
    pub meaning: &'static str,
    /// A sample value.
    pub example: &'static str,
}

/// Who writes a field, and whether GET shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Clients write and read it.
    ReadWrite,
    /// Only the service writes it; in a body it is ignored.
    ReadOnly,
    /// An order to the service, never stored and not in GET (今すぐ実行).
    WriteOnly,
}

/// The kinds of resources.md, "Kinds". Lengths count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Primary key, assigned by the service.
    Key,
    /// Whole number, `min..=max`.
    Int {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// True or False.
    Bool,
    /// One of these words; `""` among them means that the field may be empty.
    Enum(&'static [&'static str]),
    /// 0 or an existing key of the resource with this URI.
    Ref(&'static str),
    /// NFC text without control characters but newline and tab.
    Text {
        /// Most characters.
        max: u32,
        /// Words to offer; others are allowed.
        suggest: &'static [&'static str],
    },
    /// Full-width katakana; hiragana and half-width are converted.
    Kana {
        /// Most characters.
        max: u32,
    },
    /// Normalised telephone number.
    Tel,
    /// User part of a SIP address, `[A-Za-z0-9._*#+-]{1,64}`.
    SipUser,
    /// `yyyy/MM/dd HH:mm:ss`; stored as Unix milliseconds.
    DateTime,
    /// `yyyy/MM/dd`.
    Date,
    /// `HH:mm`.
    Time,
    /// One mail address.
    Email,
    /// Host name or address.
    Host,
    /// IP address.
    Ip,
    /// http or https URL without userinfo.
    Url,
    /// `123-4567`.
    Zip,
    /// `#RRGGBB`.
    Color,
    /// Absolute file path.
    Path,
    /// Comma-separated 回線No.
    LineList,
    /// Comma-separated JSON keys of the exported resource.
    KeyList,
    /// `HH:mm-HH:mm`, comma-separated.
    Hours,
    /// Message template.
    Template {
        /// Most characters.
        max: u32,
    },
    /// URL whose placeholders are percent-encoded.
    UrlTemplate {
        /// Most characters.
        max: u32,
    },
    /// Space-separated arguments with placeholders.
    ArgsTemplate {
        /// Most characters.
        max: u32,
    },
    /// File name with placeholders.
    FileTemplate {
        /// Most characters.
        max: u32,
    },
    /// Write-only, encrypted; GET shows the mask and the last `show_last` characters.
    Secret {
        /// How many last characters GET shows.
        show_last: u8,
    },
    /// A secret that is stored only as an argon2id hash (PHC string).
    Password,
    /// As `Secret`; scheme and host stay readable.
    SecretUrl,
    /// As `Secret`, one header a line; header names stay readable.
    SecretHeaders {
        /// Most characters.
        max: u32,
    },
}
