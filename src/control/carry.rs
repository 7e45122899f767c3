//! Carrying orders out.

use std::fs::File;

use super::{Answer, Order, UserLine};
use crate::http::access::{fresh_token, hash_password};
use crate::resource::catalog::{API_TOKEN, USER};
use crate::resource::{Draft, Fault, Kind, Resource, Value};
use crate::store::{Actor, Authority, Import, Store, WriteError};
use crate::transfer::{Approved, FILE_MAX, Format, Hurdle, Tell, intake};

/// Who it is in the audit log.
const ACTOR: &str = "command-line";

/// Carries an order out; the answer comes after the commit. `file` = the one that came with it;
/// `tell` hears how far a long order has come.
pub async fn carry_out(store: &Store, order: Order, file: Option<File>, tell: Tell) -> Answer {
    let done = match order {
        Order::AddUser { login, role, password } => {
            let texts =
                [("login", &login), ("name", &login), ("role", &role), ("password", &password)];
            insert(store, &USER, &texts).await.map(|()| Answer::Done)
        }
        Order::ListUsers => Ok(Answer::Users(users(store))),
        Order::SetPassword { login, password } => set_password(store, &login, &password).await,
        Order::AddToken { name, role } => add_token(store, &name, &role).await,
        Order::ImportCustomers { format, bytes } => import(store, format, bytes, file, tell).await,
    };
    done.unwrap_or_else(|refused| refused)
}

/// A draft of these columns, every fault at once.
fn draft(resource: &'static Resource, texts: &[(&str, &String)]) -> Result<Draft, Answer> {
    let mut draft = Draft::empty(resource);
    let mut faults = Vec::new();
    for (column, text) in texts {
        let field = resource.index(column).and_then(|index| resource.fields.get(index));
        let Some(field) = field else { continue };
        match field.check(text) {
            Ok(value) => draft.set(column, value),
            Err(message) => faults.push(Fault::of(field, message).to_string()),
        }
    }
    if faults.is_empty() { Ok(draft) } else { Err(Answer::Faults(faults)) }
}

/// Passwords are stored as hashes only.
async fn hash_passwords(draft: &mut Draft) -> Result<(), Answer> {
    for (field, slot) in draft.resource.fields.iter().zip(&mut draft.values) {
        let Some(Value::Text(password)) = slot else { continue };
        if field.kind == Kind::Password {
            let hash = hash_password(std::mem::take(password)).await;
            *password = hash.map_err(|_| Answer::Failed("the password was not hashed".into()))?;
        }
    }
    Ok(())
}

async fn insert(
    store: &Store,
    resource: &'static Resource,
    texts: &[(&str, &String)],
) -> Result<(), Answer> {
    let mut draft = draft(resource, texts)?;
    hash_passwords(&mut draft).await?;
    store.insert(draft, actor()).await.map_err(refused)?;
    Ok(())
}

async fn set_password(store: &Store, login: &str, password: &String) -> Result<Answer, Answer> {
    let snapshot = store.snapshot();
    let mut users = snapshot.of(USER.uri).iter();
    let user = users.find(|user| user.text("login").eq_ignore_ascii_case(login));
    let key = user.ok_or(Answer::NoSuchUser)?.key();
    let mut draft = draft(&USER, &[("password", password)])?;
    hash_passwords(&mut draft).await?;
    store.update(key, draft, actor()).await.map_err(refused)?;
    Ok(Answer::Done)
}

async fn add_token(store: &Store, name: &String, role: &String) -> Result<Answer, Answer> {
    let mut draft = draft(&API_TOKEN, &[("name", name), ("role", role)])?;
    let token = fresh_token();
    draft.set("last_four", Value::Text(token.last_four));
    draft.hidden.push(("hash", Value::Text(token.hash_hex)));
    store.insert(draft, actor()).await.map_err(refused)?;
    Ok(Answer::Token(token.text))
}

async fn import(
    store: &Store,
    format: Option<Format>,
    bytes: u64,
    file: Option<File>,
    tell: Tell,
) -> Result<Answer, Answer> {
    let failed = |text: String| Err(Answer::Failed(text));
    if bytes > FILE_MAX {
        return failed(format!("the file has more than {FILE_MAX} bytes"));
    }
    let arrived = file.as_ref().and_then(|file| file.metadata().ok()).map(|file| file.len());
    let Some(file) = file.filter(|_| arrived == Some(bytes)) else {
        return failed("the file did not arrive whole".into());
    };
    let store = store.clone();
    // The store waits for the disk on the thread that imports.
    let work = tokio::task::spawn_blocking(move || {
        intake(&file, format, false, tell, |approved| {
            let Approved { rows, note, records, progress } = approved;
            store.import(Import { rows, actor: actor(), note, once: None, progress }, records)?;
            Ok(())
        })
    });
    match work.await {
        Ok(Ok(summary)) => Ok(Answer::Imported(summary)),
        Ok(Err(Hurdle::Io(error))) => failed(error.to_string()),
        Ok(Err(Hurdle::Faults(faults))) => {
            Err(Answer::Faults(faults.iter().map(ToString::to_string).collect()))
        }
        Ok(Err(Hurdle::Write(error))) => Err(refused(error)),
        Err(_) => failed("the import broke off".into()),
    }
}

fn users(store: &Store) -> Vec<UserLine> {
    let line = |user: &std::sync::Arc<crate::resource::Record>| UserLine {
        login: user.text("login").to_owned(),
        name: user.text("name").to_owned(),
        role: user.text("role").to_owned(),
        enabled: user.is("enabled"),
        last_login_at: Some(user.int("last_login_at")).filter(|at| *at != 0),
    };
    store.snapshot().of(USER.uri).iter().map(line).collect()
}

fn actor() -> Actor {
    Actor { user: ACTOR.into(), ip: String::new(), authority: Authority::Granted }
}

fn refused(error: WriteError) -> Answer {
    match error {
        WriteError::NotFound => Answer::NoSuchUser,
        WriteError::Faults(faults) => {
            Answer::Faults(faults.iter().map(ToString::to_string).collect())
        }
        WriteError::Conflict(fault) => Answer::Taken(fault.to_string()),
        WriteError::LastAdministrator => Answer::LastAdministrator,
        // Orders of the command line come without conditions.
        WriteError::Changed | WriteError::Reused => {
            Answer::Failed("somebody else changed the row".into())
        }
        WriteError::SetUpOver => Answer::Failed("the right to write ended".into()),
        WriteError::Store(error) => Answer::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::resource::words::role;

    /// A store in a folder of its own, and the folder.
    fn store() -> (Store, std::path::PathBuf) {
        let path = std::env::temp_dir().join(format!("sc-control-{}", uuid::Uuid::new_v4()));
        (Store::open(&path, Clock::system(), 1).unwrap(), path)
    }

    async fn carry(store: &Store, order: Order) -> Answer {
        carry_out(store, order, None, Box::new(|_| ())).await
    }

    fn add(login: &str, role: &str, password: &str) -> Order {
        Order::AddUser { login: login.into(), role: role.into(), password: password.into() }
    }

    #[tokio::test]
    async fn users_are_made_by_the_rules_of_the_catalogue() {
        let (store, path) = store();
        for (order, named) in [
            (add("admin", "boss", "long-enough-password"), "権限"),
            (add("admin", role::ADMINISTRATOR, "short"), "パスワード"),
            (add("a b", role::ADMINISTRATOR, "long-enough-password"), "ユーザーID"),
            (add("reader", role::READER, "long-enough-password"), "権限"),
        ] {
            let answer = carry(&store, order).await;
            let Answer::Faults(faults) = answer else { panic!("{named}: {answer:?}") };
            assert!(faults.iter().any(|fault| fault.contains(named)), "{named}: {faults:?}");
        }
        let good = || add("admin", role::ADMINISTRATOR, "long-enough-password");
        assert_eq!(carry(&store, good()).await, Answer::Done);
        assert!(matches!(carry(&store, good()).await, Answer::Taken(_)));
        let order = |login: &str| Order::SetPassword {
            login: login.into(),
            password: "another-password".into(),
        };
        assert_eq!(carry(&store, order("Admin")).await, Answer::Done);
        assert_eq!(carry(&store, order("nobody")).await, Answer::NoSuchUser);
        let Answer::Users(users) = carry(&store, Order::ListUsers).await else { panic!() };
        assert_eq!(users.len(), 1);
        assert_eq!((users[0].login.as_str(), users[0].enabled), ("admin", true));
        store.close().await;
        std::fs::remove_dir_all(path).unwrap();
    }

    #[tokio::test]
    async fn a_token_is_answered_and_only_its_hash_is_kept() {
        let (store, path) = store();
        let order = Order::AddToken { name: "reception".into(), role: role::READER.into() };
        let Answer::Token(token) = carry(&store, order).await else { panic!() };
        assert!(token.len() > 40);
        let snapshot = store.snapshot();
        let row = &snapshot.of(API_TOKEN.uri)[0];
        assert!(token.ends_with(row.text("last_four")));
        assert!(!row.hidden("hash").text().contains(&token));
        store.close().await;
        std::fs::remove_dir_all(path).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_was_cut_on_its_way_is_not_imported() {
        let (store, path) = store();
        let text = "\u{6c0f}\u{540d}\nA\nB\n";
        let order = |bytes| Order::ImportCustomers { format: None, bytes };
        let file = || {
            let mut file = tempfile::tempfile().unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
            Some(file)
        };
        let bytes = u64::try_from(text.len()).unwrap();
        for (bytes, file) in [(bytes + 1, file()), (bytes, None), (FILE_MAX + 1, file())] {
            let answer = carry_out(&store, order(bytes), file, Box::new(|_| ())).await;
            assert!(matches!(answer, Answer::Failed(_)), "{answer:?}");
        }
        let answer = carry_out(&store, order(bytes), file(), Box::new(|_| ())).await;
        assert!(matches!(answer, Answer::Imported(_)), "{answer:?}");
        store.close().await;
        std::fs::remove_dir_all(path).unwrap();
    }
}
