//! The first bytes of a database file, read without opening it. Pure.
//!
//! Source: SQLite's file format, section 1.3.

use super::super::schema::{APPLICATION_ID, VERSION};
use crate::store::CopyError;

/// Bytes of the header.
pub(super) const HEADER_BYTES: usize = 100;
/// How every SQLite 3 database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where `PRAGMA user_version` stands.
const USER_VERSION_AT: usize = 60;
/// Where `PRAGMA application_id` stands.
const APPLICATION_ID_AT: usize = 68;

/// Whether a file with this beginning can be a database of this program.
pub(super) fn check(header: &[u8]) -> Result<(), CopyError> {
    let word = |at: usize| header.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let (Some(application), Some(version)) = (word(APPLICATION_ID_AT), word(USER_VERSION_AT))
    else {
        return Err(CopyError::NoDatabase);
    };
    if header.len() < HEADER_BYTES || !header.starts_with(MAGIC) {
        return Err(CopyError::NoDatabase);
    }
    if application != APPLICATION_ID {
        return Err(CopyError::Foreign);
    }
    if version > VERSION {
        return Err(CopyError::Newer { version, known: VERSION });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(application: u32, version: u32) -> Vec<u8> {
        let mut header = vec![0; HEADER_BYTES];
        header[..MAGIC.len()].copy_from_slice(MAGIC);
        header[USER_VERSION_AT..][..4].copy_from_slice(&version.to_be_bytes());
        header[APPLICATION_ID_AT..][..4].copy_from_slice(&application.to_be_bytes());
        header
    }

    #[test]
    fn only_our_own_databases_pass() {
        assert!(check(&header(APPLICATION_ID, VERSION)).is_ok());
        assert!(check(&header(APPLICATION_ID, VERSION - 1)).is_ok());
        assert!(matches!(check(&header(0, VERSION)), Err(CopyError::Foreign)));
        let newer = check(&header(APPLICATION_ID, VERSION + 1));
        assert!(matches!(newer, Err(CopyError::Newer { .. })));
        for wrong in [&b""[..], b"SQLite format 3\0", &[7; 200]] {
            assert!(matches!(check(wrong), Err(CopyError::NoDatabase)), "{wrong:?}");
        }
    }
}
