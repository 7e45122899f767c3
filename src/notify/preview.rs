//! What the templates of a row would say, of a call that nobody made or of one that was.

use super::forward::of_call;
use super::{Occasion, Site, values};
use crate::resource::catalog::{BACKUP, LINE, exported};
use crate::resource::order::is_template;
use crate::resource::words::{call_state, timing};
use crate::resource::{Field, Kind, Record};
use crate::store::Facts;
use crate::template::{Landing, RenderFault, Values, Word, render, render_arguments};

/// 本文形式 of definitions and of URL calls.
mod body_format {
    pub const HTML: &str = "HTML";
    pub const JSON: &str = "JSON";
    pub const FORM: &str = "フォーム";
}

/// Each template of the row that says something, with the text that it gives. A text that cannot be
/// made with these values is told by its fault.
pub fn preview(row: &Record, values: &Values) -> Vec<(&'static str, Result<String, RenderFault>)> {
    let mut values = values.clone();
    if row.resource.index("target").is_some() && *row.resource != BACKUP {
        values.set(Word::ExportedResource, exported(row).title);
    }
    let fields = row.resource.fields.iter().filter(|field| is_template(field.kind));
    let filled = fields.filter(|field| !row.text(field.column).is_empty());
    filled.map(|field| (field.name, text(row, field, &values))).collect()
}

fn text(row: &Record, field: &Field, values: &Values) -> Result<String, RenderFault> {
    let template = row.text(field.column);
    match field.kind {
        Kind::ArgsTemplate { .. } => Ok(render_arguments(template, values)?.join("\n")),
        Kind::UrlTemplate { .. } => render(template, Landing::Url, values),
        Kind::FileTemplate { .. } => render(template, Landing::FileName, values),
        _ => render(template, landing(row, field.column), values),
    }
}

/// Where a text of a row lands.
fn landing(row: &Record, column: &str) -> Landing {
    let format = match row.resource.index("body_format") {
        Some(_) => row.text("body_format"),
        None => "",
    };
    match (column, format) {
        ("subject", _) => Landing::MailHeader,
        ("body", body_format::HTML) => Landing::Html,
        ("body", body_format::JSON) => Landing::Json,
        ("body", body_format::FORM) => Landing::Form,
        _ if row.resource.uri == "MessDef-Chat" => Landing::Chat,
        _ => Landing::Plain,
    }
}

/// The values of a call as it stands.
pub fn values_of(call: &Record, facts: &Facts<'_>, site: &Site) -> Values {
    let facts = of_call(call, facts);
    let missed = call.text("state") == call_state::MISSED;
    let occasion = Occasion {
        call,
        line: facts.snapshot.find(LINE.uri, call.int("line_no")),
        rule: None,
        timing: if missed { timing::MISSED } else { timing::RINGING },
        facts: &facts,
        site,
        wording: None,
    };
    values(&occasion)
}
