//! Comparisons whose outcome does not depend on the value.
//!
//! Values are texts, and the engine sorts every text behind every number: `着信回数 > 3` would be true
//! for every call. Invariant: only what can never be meant is refused. Never: changes a value.

use minijinja::machinery::ast::{BinOp, BinOpKind, Compare, CompareOpKind, Expr, UnaryOpKind};
use minijinja::value::ValueKind;

use super::vocabulary::{VOCABULARY, Word, is_known};

/// Names whose values people count with.
const NUMBERS: [Word; 6] = [
    Word::CallId,
    Word::LineNumber,
    Word::CustomerId,
    Word::CandidateCount,
    Word::CallCount,
    Word::RingSeconds,
];
/// Filters whose outcome is no text.
const NOT_TEXT: [&str; 7] = ["int", "float", "abs", "round", "length", "count", "split"];
/// Filters that may give back what they are told instead.
const DEFAULTS: [&str; 2] = ["default", "d"];

/// Two operands and whether they are compared by size.
type Pair<'a, 'b> = (&'a Expr<'b>, &'a Expr<'b>, bool);

/// A fault (Japanese) where one comparison can never be meant; the parser gives it as an operator.
pub(super) fn check_one(operator: &BinOp<'_>) -> Result<(), String> {
    let by_size = match operator.op {
        BinOpKind::Eq | BinOpKind::Ne => false,
        BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => true,
        _ => return Ok(()),
    };
    check((&operator.left, &operator.right, by_size))
}

/// The same of `a < b < c`.
pub(super) fn check_chain(chain: &Compare<'_>) -> Result<(), String> {
    let mut left = &chain.expr;
    for operand in &chain.ops {
        match operand.op {
            CompareOpKind::In | CompareOpKind::NotIn => {}
            CompareOpKind::Eq | CompareOpKind::Ne => check((left, &operand.expr, false))?,
            _ => check((left, &operand.expr, true))?,
        }
        left = &operand.expr;
    }
    Ok(())
}

/// No text with a number, and what is counted not by size with the text of one.
fn check((left, right, by_size): Pair<'_, '_>) -> Result<(), String> {
    for (one, other) in [(left, right), (right, left)] {
        let wrong = is_number(other) || by_size && is_counted(one) && is_text_of_number(other);
        if let Some(name) = text_name(one).filter(|_| wrong) {
            return Err(format!(
                "差込の値は文字列なので、「{name}」は数とそのまま比べられません。|int を付けて {{% if {name}|int > 3 %}} のように書いてください"
            ));
        }
    }
    Ok(())
}

/// The name behind an expression that is always a text; `None` = it may be something else.
fn text_name<'a>(expression: &'a Expr<'_>) -> Option<&'a str> {
    match expression {
        Expr::Var(var) => is_known(var.id).then_some(var.id),
        Expr::Filter(filter) if NOT_TEXT.contains(&filter.name) => None,
        Expr::Filter(filter) if DEFAULTS.contains(&filter.name) => None,
        Expr::Filter(filter) => text_name(filter.expr.as_ref()?),
        _ => None,
    }
}

fn is_number(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::UnaryOp(unary) => matches!(unary.op, UnaryOpKind::Neg) && is_number(&unary.expr),
        _ => expression.as_const().is_some_and(|value| value.kind() == ValueKind::Number),
    }
}

fn is_counted(expression: &Expr<'_>) -> bool {
    let Expr::Var(var) = expression else { return false };
    NUMBERS.iter().any(|word| VOCABULARY[word.index()].name == var.id)
}

fn is_text_of_number(expression: &Expr<'_>) -> bool {
    let value = expression.as_const();
    value.as_ref().and_then(|value| value.as_str()).is_some_and(|text| text.parse::<f64>().is_ok())
}
