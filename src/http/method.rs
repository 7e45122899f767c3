//! Which methods an address answers.
//!
//! Invariant: HEAD works wherever GET does, and OPTIONS everywhere. Never: decides who may.

use std::fmt;

use actix_web::http::Method;

use crate::resource::Resource;

/// What a request wants to do, as far as rights are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// GET or HEAD.
    Read,
    /// POST.
    Add,
    /// PUT.
    Change,
    /// DELETE.
    Remove,
}

impl Verb {
    /// Reads a method; `None` for one that nothing here answers.
    pub fn of(method: &Method) -> Option<Self> {
        match *method {
            Method::GET | Method::HEAD => Some(Self::Read),
            Method::POST => Some(Self::Add),
            Method::PUT => Some(Self::Change),
            Method::DELETE => Some(Self::Remove),
            _ => None,
        }
    }

    /// Whether it only reads.
    pub fn is_safe(self) -> bool {
        self == Self::Read
    }
}

/// The methods of an address, for the `Allow` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allow {
    read: bool,
    post: bool,
    put: bool,
    delete: bool,
}

impl Allow {
    /// GET, HEAD and OPTIONS only.
    pub const READ: Self = Self { read: true, post: false, put: false, delete: false };
    /// POST and OPTIONS only: an order.
    pub const ORDER: Self = Self { read: false, post: true, put: false, delete: false };

    /// The methods of `/R`.
    pub fn list(resource: &Resource) -> Self {
        Self { post: resource.methods.post, ..Self::READ }
    }

    /// The methods of `/R/(key)`.
    pub fn row(resource: &Resource) -> Self {
        Self { put: resource.methods.put, delete: resource.methods.delete, ..Self::READ }
    }

    /// Whether the address answers this.
    pub fn permits(self, verb: Verb) -> bool {
        match verb {
            Verb::Read => self.read,
            Verb::Add => self.post,
            Verb::Change => self.put,
            Verb::Remove => self.delete,
        }
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.read { "GET, HEAD, OPTIONS" } else { "OPTIONS" })?;
        for (permitted, name) in [(self.post, "POST"), (self.put, "PUT"), (self.delete, "DELETE")] {
            if permitted {
                write!(f, ", {name}")?;
            }
        }
        Ok(())
    }
}
