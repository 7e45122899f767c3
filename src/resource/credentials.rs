//! The body of a log-in.
//!
//! Invariant: what came is handed on as it is: a password is no row's value, so the rules of a new
//! one do not apply. Never: keeps or repeats a password in a fault.

use super::body::{self, Scalar};
use super::catalog::USER;
use super::draft::{BODY_MAX, Fault, explain};

/// ユーザーID and パスワード of a log-in.
pub fn credentials(body: &[u8]) -> Result<(String, String), Vec<Fault>> {
    if body.len() > BODY_MAX {
        return Err(vec![Fault::body(format!("本文は{BODY_MAX}バイト以内にしてください"))]);
    }
    let members = body::read(body).map_err(|fault| vec![Fault::body(explain(&fault))])?;
    let fields = USER.fields.iter().filter(|field| ["login", "password"].contains(&field.column));
    let (mut faults, mut texts) = (Vec::new(), Vec::new());
    for field in fields {
        let mut values = members.iter().filter(|(name, _)| name == field.name);
        match (values.next(), values.next()) {
            (Some((_, Scalar::Text(text))), None) if !text.is_empty() => texts.push(text.clone()),
            _ => faults.push(Fault::of(field, "必須です。文字列で1回だけ指定してください")),
        }
    }
    match <[String; 2]>::try_from(texts) {
        Ok([login, password]) if faults.is_empty() => Ok((login, password)),
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_names_a_user_and_a_password() {
        let body = r#"{"ユーザーID":"admin","パスワード":"短い"}"#;
        assert_eq!(credentials(body.as_bytes()), Ok(("admin".into(), "短い".into())));
        for (body, faults) in [
            ("{}", vec!["ユーザーID", "パスワード"]),
            (r#"{"ユーザーID":"admin"}"#, vec!["パスワード"]),
            (r#"{"ユーザーID":"admin","パスワード":{}}"#, vec!["パスワード"]),
            (r#"{"ユーザーID":"","パスワード":"x"}"#, vec!["ユーザーID"]),
            (r#"{"ユーザーID":"a","ユーザーID":"b","パスワード":"x"}"#, vec!["ユーザーID"]),
            ("x", vec![""]),
        ] {
            let found = credentials(body.as_bytes()).unwrap_err();
            let names: Vec<&str> = found.iter().map(|fault| fault.name.as_str()).collect();
            assert_eq!(names, faults, "{body}");
        }
    }
}
