//! deny.toml holds: licences, banned crates and sources of everything in Cargo.lock.

use std::process::Command;

use serde_json::Value;

/// The rules of deny.toml.
pub struct Rules {
    /// Licences that may be used.
    pub licences: Vec<String>,
    /// Crates that may not.
    pub banned: Vec<String>,
}

impl Rules {
    /// Reads the text of deny.toml.
    pub fn parse(text: &str) -> Self {
        let rules: toml::Table = text.parse().unwrap();
        let list = |section: &str, key: &str| rules[section][key].as_array().unwrap().to_vec();
        let word = |value: &toml::Value| value.as_str().unwrap().to_owned();
        Self {
            licences: list("licenses", "allow").iter().map(word).collect(),
            banned: list("bans", "deny").iter().map(|row| word(&row["crate"])).collect(),
        }
    }

    /// What is wrong with one package of `cargo metadata`.
    pub fn faults(&self, package: &Value) -> Vec<String> {
        let name = package["name"].as_str().unwrap();
        let mut faults = Vec::new();
        if self.banned.iter().any(|banned| banned == name) {
            faults.push(format!("{name}: banned by deny.toml, which says why"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|source| !source.starts_with("registry+")) {
            faults.push(format!("{name}: comes from {source:?}: use a published version"));
        }
        let licence = package["license"].as_str().unwrap_or("");
        if source.is_some() && !self.allows(licence) {
            faults.push(format!("{name}: licence {licence:?} is not in deny.toml"));
        }
        faults
    }

    /// Whether an SPDX expression can be met with allowed licences. `/` is the old form of OR.
    pub fn allows(&self, expression: &str) -> bool {
        let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        !words.is_empty() && self.any(&words, &mut at) && at == words.len()
    }

    fn any(&self, words: &[&str], at: &mut usize) -> bool {
        let mut met = self.all(words, at);
        while words.get(*at) == Some(&"OR") {
            *at += 1;
            met |= self.all(words, at);
        }
        met
    }

    fn all(&self, words: &[&str], at: &mut usize) -> bool {
        let mut met = self.one(words, at);
        while words.get(*at) == Some(&"AND") {
            *at += 1;
            met &= self.one(words, at);
        }
        met
    }

    fn one(&self, words: &[&str], at: &mut usize) -> bool {
        let Some(word) = words.get(*at) else { return false };
        *at += 1;
        if *word == "(" {
            let met = self.any(words, at);
            *at += 1; // the closing bracket
            return met;
        }
        let mut licence = (*word).to_owned();
        if words.get(*at) == Some(&"WITH") {
            licence = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
            *at += 2;
        }
        self.licences.contains(&licence)
    }
}

/// Every package that is built on this machine.
pub fn packages() -> Vec<Value> {
    let version = Command::new(env!("CARGO")).arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Dependencies of a Cargo.toml whose name stands nowhere in the code as a path.
pub fn unused(manifest: &str, code: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let tables = ["dependencies", "dev-dependencies"];
    let names = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    let names = names.flat_map(|table| table.keys());
    let stands =
        |path: &str| code.contains(&format!("{path}::")) || code.contains(&format!("use {path}"));
    // a library may drop the hyphen of its package's name (md-5)
    let used = |name: &String| stands(&name.replace('-', "_")) || stands(&name.replace('-', ""));
    names.filter(|name| !used(name)).cloned().collect()
}

#[test]
fn an_unused_dependency_is_found() {
    let manifest = "[dependencies]\na-b = \"1\"\nc = { version = \"1\" }\n";
    assert_eq!(unused(manifest, "use a_b::X;"), ["c"]);
}

#[test]
fn every_dependency_is_one_we_may_use() {
    let rules = Rules::parse(include_str!("../../deny.toml"));
    let packages = packages();
    assert!(packages.len() > 50, "cargo metadata shows too few packages");
    let faults: Vec<String> = packages.iter().flat_map(|package| rules.faults(package)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_dependency_rules_can_fail() {
    let rules = Rules { licences: vec!["MIT".to_owned()], banned: vec!["bad".to_owned()] };
    for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR X) AND MIT"] {
        assert!(rules.allows(good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND X", "MIT WITH exception", "(X OR Y) AND MIT"] {
        assert!(!rules.allows(bad), "{bad}");
    }
    let package =
        serde_json::json!({"name": "bad", "source": "git+https://a.example", "license": null});
    assert_eq!(rules.faults(&package).len(), 3);
}
