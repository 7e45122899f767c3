//! Digest authentication of our requests: MD5 and SHA-256, qop auth or none (RFC 7616, RFC 8760).
//!
//! Invariant: one nonce count per use of a nonce. Never: sends a password, accepts a challenge it
//! cannot answer, uses auth-int.

use md5::Md5;
use sha2::{Digest, Sha256};

use super::grammar::{name_and_value, parts, quoted_string, text};

/// Hash of a challenge; the order is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// The default where a challenge names none.
    Md5,
    /// Preferred where both are offered (RFC 8760 §2.4).
    Sha256,
}

impl Algorithm {
    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who we are to a registrar.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// ユーザーID.
    pub username: &'a str,
    /// パスワード.
    pub password: &'a str,
}

/// A challenge that can be answered, and how often its nonce was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Realm of the other side.
    pub realm: String,
    /// Its nonce.
    pub nonce: String,
    /// The last answer was right, only its nonce too old.
    pub stale: bool,
    opaque: Option<String>,
    algorithm: Algorithm,
    names_algorithm: bool,
    qop: bool,
    proxy: bool,
    uses: u32,
}

/// Why none of the challenges can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChallengeFault {
    /// Other algorithms or qops, or no challenge at all.
    Unsupported,
    /// The row asks for another realm; this one was offered.
    Realm(String),
}

impl Challenge {
    /// The best of `challenges`, given as (from a proxy, header value). `realm` limits the
    /// choice unless it is empty.
    pub fn best<'a>(
        challenges: impl Iterator<Item = (bool, &'a [u8])>,
        realm: &str,
    ) -> Result<Self, ChallengeFault> {
        let mut best: Option<Self> = None;
        let mut other_realm = None;
        for found in challenges.filter_map(|(proxy, value)| Self::read(value, proxy)) {
            if !realm.is_empty() && found.realm != realm {
                other_realm = Some(found.realm);
            } else if best.as_ref().is_none_or(|best| best.algorithm < found.algorithm) {
                best = Some(found);
            }
        }
        let fault = other_realm.map_or(ChallengeFault::Unsupported, ChallengeFault::Realm);
        best.ok_or(fault)
    }

    fn read(value: &[u8], proxy: bool) -> Option<Self> {
        let (scheme, rest) = value.split_at_checked("Digest".len())?;
        if !scheme.eq_ignore_ascii_case(b"Digest") || !rest.first()?.is_ascii_whitespace() {
            return None;
        }
        let find = |name: &str| {
            let pair = parts(rest, b',')
                .map(name_and_value)
                .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
            pair.map(|(_, value)| match quoted_string(value) {
                Some((content, _)) => text(&content),
                None => text(value),
            })
        };
        let named = find("algorithm");
        let algorithm = match named.as_deref() {
            None => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("MD5") => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("SHA-256") => Algorithm::Sha256,
            Some(_) => return None,
        };
        let qop = find("qop");
        let offers_auth =
            |list: &str| list.split(',').any(|one| one.trim().eq_ignore_ascii_case("auth"));
        if qop.as_deref().is_some_and(|list| !offers_auth(list)) {
            return None;
        }
        Some(Self {
            realm: find("realm")?,
            nonce: find("nonce")?,
            stale: find("stale").is_some_and(|flag| flag.eq_ignore_ascii_case("true")),
            opaque: find("opaque"),
            algorithm,
            names_algorithm: named.is_some(),
            qop: qop.is_some(),
            proxy,
            uses: 0,
        })
    }

    /// The whole header line that answers for `method` and `uri`, without line end. `cnonce` is
    /// fresh random text.
    pub fn answer(
        &mut self,
        who: Credentials<'_>,
        method: &str,
        uri: &str,
        cnonce: &str,
    ) -> String {
        self.uses = self.uses.saturating_add(1);
        let hash = |text: String| self.algorithm.hash(&text);
        let count = format!("{:08x}", self.uses);
        let user = hash(format!("{}:{}:{}", who.username, self.realm, who.password));
        let what = hash(format!("{method}:{uri}"));
        let response = if self.qop {
            hash(format!("{user}:{}:{count}:{cnonce}:auth:{what}", self.nonce))
        } else {
            hash(format!("{user}:{}:{what}", self.nonce))
        };
        let name = if self.proxy { "Proxy-Authorization" } else { "Authorization" };
        let mut line = format!(
            "{name}: Digest username={}, realm={}, nonce={}, uri={}, response=\"{response}\"",
            quoted(who.username),
            quoted(&self.realm),
            quoted(&self.nonce),
            quoted(uri),
        );
        if self.names_algorithm {
            line += &format!(", algorithm={}", self.algorithm.name());
        }
        if let Some(opaque) = &self.opaque {
            line += &format!(", opaque={}", quoted(opaque));
        }
        if self.qop {
            line += &format!(", qop=auth, nc={count}, cnonce=\"{cnonce}\"");
        }
        line
    }
}

/// A quoted string; line ends cannot occur in it.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars().filter(|character| !character.is_control()) {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Credentials<'_> = Credentials { username: "Mufasa", password: "Circle of Life" };
    const NONCE: &str = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    const CNONCE: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    fn challenge(more: &str) -> Challenge {
        let value = format!("Digest realm=\"http-auth@example.org\", nonce=\"{NONCE}\"{more}");
        Challenge::best([(false, value.as_bytes())].into_iter(), "").unwrap()
    }

    #[test]
    fn the_example_of_rfc_7616_comes_out() {
        let line = challenge(", qop=\"auth, auth-int\", algorithm=SHA-256, opaque=\"o\"").answer(
            WHO,
            "GET",
            "/dir/index.html",
            CNONCE,
        );
        let response = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";
        assert!(line.contains(response), "{line}");
        assert!(line.contains("algorithm=SHA-256, opaque=\"o\", qop=auth, nc=00000001"), "{line}");
        let line = challenge(", qop=\"auth\", algorithm=MD5").answer(
            WHO,
            "GET",
            "/dir/index.html",
            CNONCE,
        );
        assert!(line.contains("8ca523f5e9506fed4657c9700eebdbec"), "{line}");
    }

    #[test]
    fn without_qop_the_old_form_is_used_and_counts_rise() {
        let mut old = challenge("");
        let first = old.answer(WHO, "REGISTER", "sip:g", "c");
        assert!(!first.contains("nc=") && !first.contains("algorithm"), "{first}");
        assert_eq!(first, old.answer(WHO, "REGISTER", "sip:g", "d"));
        let mut new = challenge(", qop=auth");
        new.answer(WHO, "REGISTER", "sip:g", "c");
        assert!(new.answer(WHO, "REGISTER", "sip:g", "c").contains("nc=00000002"));
    }

    #[test]
    fn the_best_answerable_challenge_is_chosen() {
        let values = [
            &b"Basic realm=\"g\""[..],
            b"Digest realm=\"g\", nonce=\"1\", algorithm=SHA-512-256",
            b"Digest realm=\"g\", nonce=\"2\", algorithm=md5, stale=TRUE",
            b"Digest realm=\"g\", nonce=\"3\", algorithm=sha-256",
            b"Digest realm=\"g\", nonce=\"4\", qop=\"auth-int\", algorithm=SHA-256",
            b"Digest realm=\"other\", nonce=\"5\", algorithm=MD5-sess",
        ];
        let best = |count, realm| {
            Challenge::best(values.into_iter().take(count).map(|value| (false, value)), realm)
        };
        assert_eq!(best(6, "").unwrap().nonce, "3");
        let second = best(3, "").unwrap();
        assert_eq!((&*second.nonce, second.stale), ("2", true));
        assert_eq!(best(2, ""), Err(ChallengeFault::Unsupported));
        assert_eq!(best(6, "mine"), Err(ChallengeFault::Realm("g".into())));
    }

    #[test]
    fn quotes_and_proxies_are_respected() {
        let value = br#"Digest realm="a \"b\"", nonce="n""#;
        let mut challenge = Challenge::best([(true, &value[..])].into_iter(), "").unwrap();
        let who = Credentials { username: "x\"y", password: "" };
        let line = challenge.answer(who, "REGISTER", "sip:g", "c");
        let expected = r#"Proxy-Authorization: Digest username="x\"y", realm="a \"b\"", nonce="n""#;
        assert!(line.starts_with(expected), "{line}");
    }
}
