//! Orders about one row: `POST /R/(key)/(word)`.
//!
//! Invariant: what is offered here is served and described. Never: says how an order is carried out.

use super::openapi::TESTED;
use super::{Access, Resource, catalog};

/// What can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Does the target or connection work?
    Test,
    /// Do the row's work now (今すぐ実行).
    Run,
    /// Erase a customer and all that tells of him.
    Erase,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Test, Self::Run, Self::Erase];

    /// Last part of the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "Test",
            Self::Run => "Run",
            Self::Erase => "Erase",
        }
    }

    /// Whether rows of a resource take it.
    pub fn is_for(self, resource: &Resource) -> bool {
        match self {
            Self::Test => TESTED.contains(&resource),
            Self::Run => {
                [&catalog::BACKUP, &catalog::CSV_EXPORT, &catalog::EXCEL_EXPORT].contains(&resource)
            }
            Self::Erase => *resource == catalog::CUSTOMER,
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
            Self::Test | Self::Run => resource.access,
        }
    }
}
