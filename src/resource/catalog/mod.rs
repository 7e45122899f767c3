//! Every resource of the API.

use super::Resource;

/// All resources, in the order of the contract.
pub const ALL: &[&Resource] = &[];

/// The resource with this URI, in any letter case.
pub fn find(uri: &str) -> Option<&'static Resource> {
    ALL.iter().copied().find(|resource| resource.uri.eq_ignore_ascii_case(uri))
}
