//! 着信時コマンド呼出: a program of the allowed folders, without a shell.
//!
//! Invariant: what runs is the file that was checked, in a process group of its own, with no more
//! of our environment than a path; a program that outlives its time is ended with its children.
//! Never: puts a value of a call into anything but one argument.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::carrier::{Carried, Carriers};
use super::retry::{SendError, Sent};
use crate::resource::catalog::COMMAND_CALL;
use crate::resource::{Record, Value};
use crate::store::{Noted, Store, TargetRef};

/// The last part of what a program prints that is kept, stdout and stderr together.
const OUTPUT_BYTES_MAX: usize = 4096;
/// How long the output of a program that has ended is still read: one of its children may hold
/// the pipe for hours.
const DRAIN: Duration = Duration::from_millis(500);
/// Where programs find others.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Added to the number of the signal that ended a program, as shells do.
const SIGNAL_BASE: i32 = 128;

/// A program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// As the row names it.
    pub program: PathBuf,
    /// One each, values filled in.
    pub arguments: Vec<String>,
    /// Working folder.
    pub folder: PathBuf,
    /// How long it may take.
    pub limit: Duration,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code; 128 and the signal where one ended it.
    pub code: i32,
    /// It was ended because its time was over.
    pub too_long: bool,
    /// The end of what it printed.
    pub output: String,
}

/// Runs a program below one of the folders `allow` to its end.
pub async fn run(order: &Order, allow: &[PathBuf]) -> Result<Ran, SendError> {
    let program = checked(&order.program, allow)?;
    let mut child = spawn(&program, order)?;
    let group = Group(child.id());
    let tail = Mutex::new(Tail::default());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let reading = join(keep(out, &tail), keep(err, &tail));
    tokio::pin!(reading);
    let mut open = true;
    let ended = timeout(order.limit, async {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                _ = &mut reading, if open => open = false,
            }
        }
    });
    let (status, too_long) = match ended.await {
        Ok(status) => (status, false),
        Err(_) => {
            group.end();
            (child.wait().await, true)
        }
    };
    group.let_go();
    if open {
        let _ = timeout(DRAIN, reading).await; // what came until then is what is shown
    }
    let status = status.map_err(|_| SendError::never("コマンドの終了を確かめられません"))?;
    let output = tail.lock().unwrap_or_else(PoisonError::into_inner).text();
    Ok(Ran { code: code(status), too_long, output })
}

/// Runs the program of a row; its exit code is the outcome, and stands in the row afterwards.
pub async fn execute(
    store: &Store,
    carriers: &Carriers,
    target: &TargetRef,
    mut order: Order,
) -> Carried {
    if order.folder.as_os_str().is_empty() {
        order.folder.clone_from(&carriers.commands.folder);
    }
    let ran = match run(&order, &carriers.commands.allow).await {
        Ok(ran) => ran,
        Err(fault) => return Carried::unanswered(fault),
    };
    let noted = Noted {
        cells: vec![("last_exit_code", Value::Int(i64::from(ran.code)))],
        unless_changed: None,
    };
    if let Err(fault) = store.note(&COMMAND_CALL, target.id, noted).await {
        log::warn!("{}/{}: its exit code cannot be stored: {fault}", target.resource, target.id);
    }
    let seconds = order.limit.as_secs();
    let result = match (ran.too_long, ran.code) {
        (true, _) => Err(SendError::never(format!(
            "{seconds} 秒以内に終わらなかったため、コマンドを終了させました"
        ))),
        (false, 0) => Ok(Sent::delivered()),
        (false, code) => {
            Err(SendError::never(format!("コマンドが終了コード {code} で終わりました")))
        }
    };
    Carried {
        result,
        answer: format!("終了コード {}\n{}", ran.code, ran.output).trim_end().to_owned(),
    }
}

/// Whether the program of a row would be run, or why not (Japanese).
pub fn may_run(row: &Record, allow: &[PathBuf]) -> Result<(), String> {
    checked(Path::new(row.text("command")), allow).map(drop).map_err(|fault| fault.to_string())
}

/// The file that would run, or why none would; also what 最終結果 says while commands are off.
fn checked(program: &Path, allow: &[PathBuf]) -> Result<PathBuf, SendError> {
    if allow.is_empty() {
        return Err(SendError::never(
            "設定ファイルの [commands] allow にフォルダがないため、コマンドは実行しません",
        ));
    }
    let shown = program.display();
    if !program.is_absolute() {
        return Err(SendError::never(format!("コマンド {shown} は絶対パスで書いてください")));
    }
    let found = program
        .canonicalize()
        .map_err(|_| SendError::never(format!("コマンド {shown} が見つかりません")))?;
    // Links are followed on both sides: what counts is where the file really stands.
    let inside = allow
        .iter()
        .filter_map(|folder| folder.canonicalize().ok())
        .any(|folder| found.starts_with(&folder));
    if !inside {
        return Err(SendError::never(format!(
            "コマンド {shown} は、設定ファイルの [commands] allow のフォルダの中にありません"
        )));
    }
    let executable =
        found.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
    if !executable {
        return Err(SendError::never(format!(
            "コマンド {shown} は実行できるファイルではありません"
        )));
    }
    Ok(found)
}

fn spawn(program: &Path, order: &Order) -> Result<Child, SendError> {
    let mut command = Command::new(program);
    command
        .args(&order.arguments)
        .current_dir(&order.folder)
        .env_clear()
        .envs([("PATH", PATH), ("LANG", "C.UTF-8")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    command.spawn().map_err(|error| match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::OutOfMemory | ErrorKind::ExecutableFileBusy => {
            let why = "コマンドをいま始められません(資源の不足)".to_owned();
            SendError::Later { after: None, why, ambiguous: false }
        }
        _ => SendError::never(format!(
            "コマンドを始められません。実行の許可・作業フォルダ・引数の長さを確かめてください({})",
            error.kind()
        )),
    })
}

/// The processes of one command; ended with us if we are dropped on the way.
struct Group(Option<u32>);

impl Group {
    /// Ends every process of the group.
    fn end(&self) {
        let id = self.0.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id
            && let Err(error) = kill_process_group(id, Signal::KILL)
        {
            log::debug!("a command's process group has ended by itself: {error}");
        }
    }

    /// The program has ended: what it left running is meant to run, and its number may be
    /// another's soon.
    fn let_go(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.0.is_some() {
            self.end();
        }
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| Some(status.signal()? + SIGNAL_BASE)).unwrap_or(-1)
}

/// The last [`OUTPUT_BYTES_MAX`] bytes.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let surplus = self.0.len().saturating_sub(OUTPUT_BYTES_MAX);
        self.0.drain(..surplus);
    }

    /// As text for people: lines stay, other control characters go.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        let shown: String =
            text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
        shown.trim().to_owned()
    }
}

async fn keep(stream: Option<impl AsyncRead + Unpin>, tail: &Mutex<Tail>) {
    let Some(mut stream) = stream else { return };
    let mut chunk = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        let bytes = chunk.get(..read).unwrap_or_default();
        tail.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("program");
        // Renamed into place, so that no test starts a file that another thread's child holds open.
        let draft = folder.join("draft");
        std::fs::write(&draft, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(&draft, &path).unwrap();
        path
    }

    fn order(program: PathBuf, arguments: &[&str], seconds: u64) -> Order {
        Order {
            program,
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            folder: std::env::temp_dir(),
            limit: Duration::from_secs(seconds),
        }
    }

    /// A file that was just written may be held by the fork of another test for a moment.
    async fn ran(order: &Order, allow: &[PathBuf]) -> Ran {
        loop {
            match run(order, allow).await {
                Ok(ran) => return ran,
                Err(SendError::Later { .. }) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(fault) => panic!("{fault}"),
            }
        }
    }

    #[tokio::test]
    async fn exit_code_and_the_end_of_the_output_come_back() {
        let place = tempfile::tempdir().unwrap();
        let allow = [place.path().to_owned()];
        let program = script(
            place.path(),
            "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done\n\
             echo error >&2; env | grep -c SECRET; exit 3",
        );
        let ran = ran(&order(program, &[], 30), &allow).await;
        assert_eq!((ran.code, ran.too_long), (3, false));
        assert!(ran.output.len() <= OUTPUT_BYTES_MAX, "{}", ran.output.len());
        assert!(ran.output.contains("line 1999") && !ran.output.contains("line 100\n"));
        assert!(ran.output.contains("error"));
    }

    #[tokio::test]
    async fn its_time_over_the_whole_group_ends() {
        let place = tempfile::tempdir().unwrap();
        let allow = [place.path().to_owned()];
        let program = script(place.path(), "sleep 300 & echo $!; sleep 300");
        let ran = ran(&order(program, &[], 4), &allow).await;
        assert!(ran.too_long && ran.code == SIGNAL_BASE + 9, "{ran:?}");
        let child: i32 = ran.output.trim().parse().unwrap();
        let gone = || !Path::new(&format!("/proc/{child}/stat")).exists() || is_zombie(child);
        for _ in 0..500 {
            if gone() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the child of the command still runs");
    }

    fn is_zombie(process: i32) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_none_or(|rest| rest.starts_with('Z'))
    }

    #[tokio::test]
    async fn a_child_that_stays_behind_keeps_nobody_waiting() {
        let place = tempfile::tempdir().unwrap();
        let allow = [place.path().to_owned()];
        let program = script(place.path(), "sleep 60 & echo started $!; exit 0");
        let ran = ran(&order(program, &[], 30), &allow).await;
        assert_eq!((ran.code, ran.too_long), (0, false));
        let child: i32 = ran.output.rsplit(' ').next().unwrap().trim().parse().unwrap();
        assert!(Path::new(&format!("/proc/{child}")).exists(), "what it started goes on");
        let child = Pid::from_raw(child).unwrap();
        rustix::process::kill_process(child, Signal::KILL).unwrap();
    }

    #[test]
    fn only_programs_of_allowed_folders_run() {
        let place = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let program = script(place.path(), "exit 0");
        let foreign = script(outside.path(), "exit 0");
        let link = place.path().join("link");
        std::os::unix::fs::symlink(&foreign, &link).unwrap();
        std::fs::write(place.path().join("text"), "no program").unwrap();
        let allow = [place.path().to_owned()];
        assert!(checked(&program, &allow).is_ok());
        let up = place.path().join("..").join(outside.path().file_name().unwrap()).join("program");
        for (path, allow, part) in [
            (&program, &[][..], "[commands] allow"),
            (&foreign, &allow[..], "中にありません"),
            (&up, &allow[..], "中にありません"),
            (&link, &allow[..], "中にありません"),
            (&place.path().join("none"), &allow[..], "見つかりません"),
            (&place.path().join("text"), &allow[..], "実行できる"),
            (&place.path().to_owned(), &allow[..], "実行できる"),
            (&PathBuf::from("program"), &allow[..], "絶対パス"),
        ] {
            let fault = checked(path, allow).unwrap_err().to_string();
            assert!(fault.contains(part), "{}: {fault}", path.display());
        }
    }
}
