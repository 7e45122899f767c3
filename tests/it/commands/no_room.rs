//! A disk with too little room for a copy: what was begun gives back what it took.

use std::fs;
use std::path::Path;

use super::run;
use crate::harness::{Service, SmallDisk};

/// Customers whose copy and whose sheet need more room than there is.
const CUSTOMERS: usize = 6000;
/// Bytes that are free.
const ROOM: u64 = 400_000;

/// Unfinished files below a folder.
fn drafts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_file_that_finds_no_room_gives_back_what_it_took() {
    let disk = SmallDisk::mounted();
    if !disk.is_mounted() {
        return; // nothing here can be full
    }
    let mut service = Service::start_on(&disk);
    let rows: String = (0..CUSTOMERS).map(|number| format!("客 {number},09000000000\n")).collect();
    let table = format!("氏名,電話番号1\n{rows}");
    service.send("POST", "CustomerAddress/Import", &[("Content-Type", "text/csv")], &table).ok();
    let data = service.data_dir();
    disk.fill(service.pid());
    let filler = fs::OpenOptions::new().write(true).open(data.join("filler")).unwrap();
    filler.set_len(filler.metadata().unwrap().len() - ROOM).unwrap();
    for compressed in ["True", "False"] {
        let row = serde_json::json!({"圧縮": compressed}).to_string();
        service.send("PUT", "DataBackup/1", &[], &row).ok();
        let made = service.send("POST", "DataBackup/1/Run", &[], "");
        assert_eq!(made.json()["result"], "False", "{}", made.text());
        assert_eq!(drafts(&data.join("backups")), [""; 0]);
    }
    for words in [["backup", "copy.db"].as_slice(), &["export", "customers", "list.xlsx"]] {
        let file = data.join(words[words.len() - 1]);
        let words = [&words[..words.len() - 1], &[file.to_str().unwrap()]].concat();
        run(&data, &words, "").ends_with(1).says("smartconnect: ");
        assert_eq!(drafts(&data), [""; 0], "{words:?}");
    }
    let sheet = service.send("GET", "CustomerAddress?format=xlsx", &[], "");
    assert_eq!(sheet.status, 503);
    assert!(sheet.text().contains("ディスクの空き"), "{}", sheet.text());
    service.stop();
}
