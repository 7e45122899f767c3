//! `user add`, `user list`, `user password`.

use super::{Failure, place, screen, texts};
use crate::config::{Settings, UserOrder};
use crate::control::{Answer, Order};

pub(super) fn run(order: UserOrder, settings: &Settings) -> Result<(), Failure> {
    let (order, done) = match order {
        UserOrder::List => return list(settings),
        UserOrder::Add { name, role } => {
            let password = screen::new_password()?;
            let done = texts::user_added(&name);
            (Order::AddUser { login: name, role, password }, done)
        }
        UserOrder::Password { name } => {
            let password = screen::new_password()?;
            let done = texts::password_changed(&name);
            (Order::SetPassword { login: name, password }, done)
        }
    };
    place::settle(place::carry_out(settings, order)?)?;
    Ok(screen::say(&done)?)
}

fn list(settings: &Settings) -> Result<(), Failure> {
    let answer = place::carry_out(settings, Order::ListUsers)?;
    let Answer::Users(users) = answer else { return place::settle(answer) };
    for user in &users {
        screen::say(&texts::user_line(user))?;
    }
    if users.is_empty() {
        screen::say(&texts::no_users())?;
    }
    Ok(())
}
