//! Checking a template when its row is saved.

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt};
use minijinja::machinery::parse;
use minijinja::{Environment, ErrorKind};

use super::filters::{DATE_TIME, FILTERS, TESTS, format_items};
use super::vocabulary::{VOCABULARY, Word, close_names, is_known};
use super::{Landing, RenderFault, Values, arguments, compared, render};

/// Most operators in one template; each can at most add one value to a text.
const OPERATORS_MAX: usize = 200;

/// Names that have a value in the name of a file (templates.md).
pub const OF_FILES: [Word; 3] = [Word::Date, Word::DateAndTime, Word::ExportedResource];

/// Checks a template at save time; the message (Japanese) names what is wrong and close names.
/// Beside syntax and names, a trial with sample values and with empty values must succeed, and
/// give valid JSON or a web address where it lands in one.
pub fn check(text: &str, landing: Landing) -> Result<(), String> {
    if landing == Landing::Command {
        let arguments = arguments::split_whole(text).map_err(|quote| {
            format!("引用符 {quote} が閉じていません。同じ引用符で閉じてください")
        })?;
        return arguments.iter().try_for_each(|part| check_one(part, landing));
    }
    check_one(text, landing)?;
    if text.trim().is_empty() {
        return Ok(());
    }
    let shown = render(text, landing, &Values::samples()).map_err(|fault| explain(&fault))?;
    match landing {
        Landing::Url => check_address(&shown),
        Landing::Json => {
            check_json(&shown)?;
            check_json(&render(text, landing, &Values::new()).map_err(|fault| explain(&fault))?)
        }
        _ => Ok(()),
    }
}

fn check_one(text: &str, landing: Landing) -> Result<(), String> {
    let tree = parse(text, "template", Default::default()).map_err(|error| syntax(&error))?;
    let mut walk = Walk { operators: 0 };
    walk.statement(&tree)?;
    if walk.operators > OPERATORS_MAX {
        return Err(format!("演算子が多すぎます({OPERATORS_MAX}個まで)"));
    }
    check_names(text, landing)?;
    for values in [Values::samples(), Values::new()] {
        render(text, landing, &values).map_err(|fault| explain(&fault))?;
    }
    Ok(())
}

fn check_names(text: &str, landing: Landing) -> Result<(), String> {
    let environment = Environment::empty();
    let template = environment.template_from_str(text).map_err(|error| syntax(&error))?;
    let names = template.undeclared_variables(false);
    let mut unknown: Vec<&String> = names.iter().filter(|name| !is_known(name)).collect();
    unknown.sort();
    match unknown.first() {
        None if landing == Landing::FileName => check_file_names(names.iter()),
        None => Ok(()),
        Some(name) => Err(format!(
            "差込名「{name}」はありません{}",
            suggestion(name, VOCABULARY.iter().map(|entry| entry.name))
        )),
    }
}

/// A file belongs to no call, so only names of the moment and of what is written have a value.
fn check_file_names<'a>(mut names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let own = || VOCABULARY.iter().filter(|entry| OF_FILES.contains(&entry.word));
    match names.find(|name| !own().any(|entry| entry.name == name.as_str())) {
        None => Ok(()),
        Some(name) => Err(format!(
            "差込名「{name}」はファイル名では使えません(使える名前: {})",
            own().map(|entry| entry.name).collect::<Vec<_>>().join("、")
        )),
    }
}

fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    let close = close_names(name, candidates);
    if close.is_empty() { String::new() } else { format!("(近い名前: {})", close.join("、")) }
}

fn syntax(error: &minijinja::Error) -> String {
    let line = error.line().unwrap_or(1);
    let detail = error.detail().unwrap_or("syntax error");
    format!("差込の書き方に誤りがあります({line}行目: {detail})")
}

fn explain(fault: &RenderFault) -> String {
    match fault {
        RenderFault::TooLong => "差込の結果が64KiBを超えます".to_owned(),
        RenderFault::TooMuchWork => "差込の処理が長すぎます".to_owned(),
        RenderFault::Engine(error) if error.kind() == ErrorKind::SyntaxError => syntax(error),
        RenderFault::Engine(error) => {
            format!("差込を試すと誤りになります({})", error.detail().unwrap_or("invalid operation"))
        }
    }
}

fn check_address(shown: &str) -> Result<(), String> {
    let fault = || "http:// または https:// で始まるURLになるように書いてください".to_owned();
    let url = reqwest::Url::parse(shown.trim()).map_err(|_| fault())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(fault());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("URLにユーザー名やパスワードは書けません".to_owned());
    }
    Ok(())
}

fn check_json(shown: &str) -> Result<(), String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(shown) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "差込後の本文がJSONになりません({}行目)。{{{{…}}}} は引用符付きの文字列になるので、外側に \" を書かないでください",
            error.line()
        )),
    }
}

/// Walks the parsed template: only what cannot grow without bound is let through.
struct Walk {
    operators: usize,
}

impl Walk {
    fn statements(&mut self, statements: &[Stmt<'_>]) -> Result<(), String> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Result<(), String> {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => Ok(()),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::IfCond(cond) => {
                self.expression(&cond.expr)?;
                self.statements(&cond.true_body)?;
                self.statements(&cond.false_body)
            }
            Stmt::Set(set) => self.bound(&set.expr),
            Stmt::ForLoop(each) => {
                self.bound(&each.iter)?;
                if let Some(filter) = &each.filter_expr {
                    self.expression(filter)?;
                }
                self.statements(&each.body)?;
                self.statements(&each.else_body)
            }
            _ => Err("差込で使えるのは {{ }} と {% if %} {% for %} {% set %} だけです".to_owned()),
        }
    }

    /// An expression that gets a name: joining texts there could double them again and again.
    fn bound(&mut self, expression: &Expr<'_>) -> Result<(), String> {
        let before = self.operators;
        self.expression(expression)?;
        if self.operators == before {
            return Ok(());
        }
        Err("{% set %} と {% for %} の中では + * ~ [ ] { } を使えません".to_owned())
    }

    fn expressions<'a, 'b: 'a>(
        &mut self,
        all: impl IntoIterator<Item = &'a Expr<'b>>,
    ) -> Result<(), String> {
        all.into_iter().try_for_each(|expression| self.expression(expression))
    }

    fn expression(&mut self, expression: &Expr<'_>) -> Result<(), String> {
        match expression {
            Expr::Var(_) => Ok(()),
            Expr::Const(constant) => self.constant(&constant.value),
            Expr::Slice(slice) => {
                self.expression(&slice.expr)?;
                self.expressions([&slice.start, &slice.stop, &slice.step].into_iter().flatten())
            }
            Expr::UnaryOp(unary) => self.expression(&unary.expr),
            Expr::BinOp(binary) => {
                compared::check_one(binary)?;
                if matches!(binary.op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat) {
                    self.operators += 1;
                }
                self.expressions([&binary.left, &binary.right])
            }
            Expr::Compare(compare) => {
                compared::check_chain(compare)?;
                self.expression(&compare.expr)?;
                self.expressions(compare.ops.iter().map(|operand| &operand.expr))
            }
            Expr::IfExpr(choice) => {
                self.expressions([&choice.test_expr, &choice.true_expr])?;
                self.expressions(choice.false_expr.as_ref())
            }
            Expr::Filter(filter) => {
                self.filter(filter.name, &filter.args)?;
                self.expressions(filter.expr.as_ref())
            }
            Expr::Test(test) => {
                if !TESTS.contains(&test.name) {
                    let close = suggestion(test.name, TESTS.into_iter());
                    return Err(format!("判定「is {}」はありません{close}", test.name));
                }
                self.arguments(&test.args)?;
                self.expression(&test.expr)
            }
            Expr::GetAttr(get) => self.attribute(&get.expr, get.name),
            Expr::GetItem(get) => self.expressions([&get.expr, &get.subscript_expr]),
            Expr::Call(_) => Err("差込で関数は使えません".to_owned()),
            Expr::List(list) => {
                self.operators += 1;
                self.expressions(list.items.iter())
            }
            Expr::Tuple(tuple) => {
                self.operators += 1;
                self.expressions(tuple.items.iter())
            }
            Expr::Map(_) => Err("差込で { } の組は使えません".to_owned()),
        }
    }

    /// The parser folds constant lists into one constant.
    fn constant(&mut self, value: &minijinja::Value) -> Result<(), String> {
        if value.as_object().is_some() {
            self.operators += 1;
        }
        Ok(())
    }

    fn attribute(&mut self, of: &Expr<'_>, name: &str) -> Result<(), String> {
        match of {
            Expr::Var(var) if var.id == "loop" => Ok(()),
            _ => Err(format!("「.{name}」は使えません(差込の値は文字列です)")),
        }
    }

    fn filter(&mut self, name: &str, args: &[CallArg<'_>]) -> Result<(), String> {
        if !FILTERS.contains(&name) {
            let close = suggestion(name, FILTERS.into_iter());
            return Err(format!("フィルター「{name}」はありません{close}"));
        }
        if name == DATE_TIME {
            check_date_format(args)?;
        }
        self.arguments(args)
    }

    fn arguments(&mut self, args: &[CallArg<'_>]) -> Result<(), String> {
        args.iter().try_for_each(|arg| match arg {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.expression(value),
            CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
                Err("差込で * の引数は使えません".to_owned())
            }
        })
    }
}

fn check_date_format(args: &[CallArg<'_>]) -> Result<(), String> {
    let fault = || format!("{DATE_TIME} には書式を \"%Y/%m/%d %H:%M\" のように書いてください");
    let [CallArg::Pos(Expr::Const(constant))] = args else {
        return Err(fault());
    };
    let format = constant.value.as_str().ok_or_else(fault)?;
    format_items(format).map(|_| ()).map_err(|_| fault())
}
