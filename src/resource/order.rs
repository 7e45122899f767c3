//! Orders about one row: `POST /R/(key)/(word)`.
//!
//! Invariant: what is offered here is served and described. Never: says how an order is carried out.

use super::body::{self, Scalar};
use super::caller::name;
use super::draft::explain;
use super::openapi::TESTED;
use super::{Access, Fault, Kind, Resource, catalog};

/// What can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Does the target or connection work?
    Test,
    /// Do the row's work now (今すぐ実行).
    Run,
    /// Erase a customer and all that tells of him.
    Erase,
    /// Let a customer take over all that another row holds of him.
    Merge,
    /// Send a call with a note to one target (伝言メモ).
    Forward,
    /// Show what the row's templates would say; writes nothing.
    Preview,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Test, Self::Run, Self::Erase, Self::Merge, Self::Forward, Self::Preview];

    /// Last part of the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "Test",
            Self::Run => "Run",
            Self::Erase => "Erase",
            Self::Merge => "Merge",
            Self::Forward => "Forward",
            Self::Preview => "Preview",
        }
    }

    /// Whether rows of a resource take it.
    pub fn is_for(self, resource: &Resource) -> bool {
        match self {
            Self::Test => TESTED.contains(&resource),
            Self::Run => {
                [&catalog::BACKUP, &catalog::CSV_EXPORT, &catalog::EXCEL_EXPORT].contains(&resource)
            }
            Self::Erase | Self::Merge => *resource == catalog::CUSTOMER,
            Self::Forward => *resource == catalog::CALL,
            Self::Preview => resource.fields.iter().any(|field| is_template(field.kind)),
        }
    }

    /// The orders that rows of a resource take.
    pub fn of(resource: &Resource) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |order| order.is_for(resource))
    }

    /// The order with this word, in any letter case.
    pub fn find(resource: &Resource, word: &str) -> Option<Self> {
        Self::of(resource).find(|order| order.word().eq_ignore_ascii_case(word))
    }

    /// Who may give it: who writes such rows, unless it goes further than a write does.
    pub fn access(self, resource: &Resource) -> Access {
        match self {
            Self::Erase => Access::AdministratorWrites,
            Self::Test | Self::Run | Self::Merge | Self::Forward | Self::Preview => resource.access,
        }
    }
}

/// Whether a value of this kind is filled in with what is known of a call.
pub fn is_template(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Template { .. }
            | Kind::UrlTemplate { .. }
            | Kind::ArgsTemplate { .. }
            | Kind::FileTemplate { .. }
    )
}

/// Query of a preview: the call whose values are filled in.
pub const OF_CALL: &str = "call";
/// Resources whose rows a call can be forwarded to: those that people read.
pub const FORWARDED_TO: [&Resource; 3] =
    [&catalog::LINE_TARGET, &catalog::MAIL_TARGET, &catalog::CHAT_TARGET];
/// The note of a forwarded call.
pub const NOTE: &str = "伝言";
/// Longest note, in characters.
pub const NOTE_MAX: u32 = 1000;

/// To whom a call is forwarded, with what note.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// One of [`FORWARDED_TO`].
    pub resource: &'static Resource,
    /// The row.
    pub target_id: i64,
    /// What the person says; may be empty.
    pub note: String,
}

/// Query of an order: true = only tell what it would do.
pub const DRY_RUN: &str = "dryrun";
/// Result of a merge's dry run: the fields that the survivor takes over.
pub const TAKEN: &str = "引き継ぐ項目";
/// Result of a merge's dry run: the fields whose values end with the other customer.
pub const LEFT: &str = "残らない項目";
/// Result of a merge's dry run: the survivor's row.
pub const SURVIVOR: &str = "顧客";

/// The name in a merge's body: who ends.
pub fn merge_name() -> &'static str {
    catalog::CUSTOMER.key_field().map_or("", |field| field.name)
}

/// Reads the body of a merge: the key of the customer who ends.
pub fn merge(body: &[u8]) -> Result<i64, Vec<Fault>> {
    let name = merge_name();
    let ([key], mut faults) = read_texts(body, [name])?;
    let key = key.and_then(|key| key.trim().parse::<i64>().ok()).filter(|key| *key > 0);
    if key.is_none() && !faults.iter().any(|fault| fault.name == name) {
        let message = "統合して消す顧客の番号を指定してください".to_owned();
        faults.push(Fault { name: name.to_owned(), message });
    }
    key.filter(|_| faults.is_empty()).ok_or(faults)
}

/// The names of a forward's body: resource, row, note.
pub fn forward_names() -> [&'static str; 3] {
    let of = |column| name(&catalog::DELIVERY, column);
    [of("target_resource"), of("target_id"), NOTE]
}

/// The texts of an order's body by name, and what is wrong with its names and forms.
#[allow(clippy::type_complexity)] // texts in the order of the names, and faults
fn read_texts<const N: usize>(
    body: &[u8],
    names: [&str; N],
) -> Result<([Option<String>; N], Vec<Fault>), Vec<Fault>> {
    let members = body::read(body).map_err(|fault| vec![Fault::body(explain(&fault))])?;
    let mut faults = Vec::new();
    let mut texts = [const { None }; N];
    for (name, value) in members {
        let place = names.iter().position(|own| *own == name);
        match (place.and_then(|place| texts.get_mut(place)), value) {
            (Some(slot), Scalar::Text(text)) if slot.is_none() => *slot = Some(text),
            (Some(_), Scalar::Text(_)) => {
                faults.push(Fault { name, message: "1回だけ指定してください".into() });
            }
            (Some(_), _) => {
                faults.push(Fault {
                    name, message: "文字列か数値で指定してください".into()
                });
            }
            (None, _) => {
                let message = format!("知らないキーです。使えるキー: {}", names.join(", "));
                faults.push(Fault { name, message });
            }
        }
    }
    Ok((texts, faults))
}

/// Reads the body of a forward; all faults at once.
pub fn forward(body: &[u8]) -> Result<Forward, Vec<Fault>> {
    let names = forward_names();
    let (texts, mut faults) = read_texts(body, names)?;
    let [resource, target, note] = texts.map(Option::unwrap_or_default);
    let mut fault = |name: &str, message: String| {
        if !faults.iter().any(|known| known.name == name) {
            faults.push(Fault { name: name.to_owned(), message });
        }
    };
    let found = FORWARDED_TO.into_iter().find(|own| own.uri.eq_ignore_ascii_case(&resource));
    if found.is_none() {
        let known = FORWARDED_TO.map(|own| own.uri).join(", ");
        fault(names[0], format!("次のどれかを指定してください: {known}"));
    }
    let target_id = target.trim().parse::<i64>().ok().filter(|key| *key > 0);
    if target_id.is_none() {
        fault(names[1], "宛先の行の番号を指定してください".to_owned());
    }
    let note = Kind::Text { max: NOTE_MAX, suggest: &[] }.check(&note);
    let note = note.map(|value| value.text().to_owned());
    if let Err(message) = &note {
        fault(names[2], message.clone());
    }
    match (faults.is_empty(), found, target_id, note) {
        (true, Some(resource), Some(target_id), Ok(note)) => {
            Ok(Forward { resource, target_id, note })
        }
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forward_names_its_target_and_says_what_is_wrong_with_all_of_it() {
        let body = r#"{"資源":"notification-chat","宛先ID":3,"伝言":"折返しを\nお願いします"}"#;
        let read = forward(body.as_bytes()).unwrap();
        assert_eq!((read.resource.uri, read.target_id), ("Notification-Chat", 3));
        assert_eq!(read.note, "折返しを\nお願いします");
        assert_eq!(forward(br#"{"\u8cc7\u6e90":"x"}"#).unwrap_err().len(), 2);
        let bad = r#"{"資源":"IncomingCall-Command","宛先ID":"0","伝言":[],"x":"1"}"#;
        let faults = forward(bad.as_bytes()).unwrap_err();
        let names: Vec<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
        assert_eq!(names, ["伝言", "x", "資源", "宛先ID"]);
        assert_eq!(forward(b"[1]").unwrap_err().len(), 1);
    }

    #[test]
    fn a_merge_names_one_customer() {
        assert_eq!(merge(r#"{"顧客ID":"12"}"#.as_bytes()), Ok(12));
        assert_eq!(merge(r#"{"顧客ID":12}"#.as_bytes()), Ok(12));
        for bad in [r#"{}"#, r#"{"顧客ID":"0"}"#, r#"{"顧客ID":[]}"#, r#"{"顧客ID":"x"}"#, "["]
        {
            assert_eq!(merge(bad.as_bytes()).unwrap_err().len(), 1, "{bad}");
        }
        assert_eq!(merge(r#"{"顧客ID":"12","x":"1"}"#.as_bytes()).unwrap_err()[0].name, "x");
    }

    #[test]
    fn previews_are_for_rows_with_templates() {
        let with: Vec<&str> = catalog::ALL
            .iter()
            .filter(|resource| Order::Preview.is_for(resource))
            .map(|resource| resource.uri)
            .collect();
        assert_eq!(with.len(), 10, "{with:?}");
    }
}
