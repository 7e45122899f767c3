//! A program that a test started: ended by its own process group, its output kept.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::wait::{SOON, wait_until};

/// How to get what a test needs.
const APT: &str = "apt-get install -y --no-install-recommends sip-tester kamailio kamailio-extra-modules kamailio-tls-modules baresip-core curl";
/// How long a program may take to end when it is asked to.
const END_LIMIT: Duration = Duration::from_secs(15);

/// A running program.
pub struct Process {
    name: String,
    child: Child,
    output: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts a program in a process group of its own. A missing program fails the test.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = match command.process_group(0).spawn() {
            Ok(child) => child,
            Err(fault) => panic!("cannot start {name} ({fault}); to install it: {APT}"),
        };
        let output = Arc::new(Mutex::new(Vec::new()));
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
            child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        ];
        let readers = streams.into_iter().flatten().map(|stream| keep(stream, &output)).collect();
        Self { name, child, output, readers }
    }

    /// What it has printed so far.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().unwrap()).into_owned()
    }

    /// Its process id.
    #[allow(dead_code)] // the benches ask for it
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        wait_until(&what, limit, || !self.is_running());
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        self.child.wait().unwrap()
    }

    /// SIGTERM, then waits for its end.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.wait(END_LIMIT)
    }

    /// SIGKILL: nothing gets a chance to finish.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.wait(SOON);
    }

    /// Sends a signal to the program and its children.
    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args([&format!("-{signal}"), "--", &group]).status();
    }
}

/// Copies a stream into `output` until it ends.
fn keep(mut stream: Box<dyn Read + Send>, output: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let output = Arc::clone(output);
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut chunk) {
            output.lock().unwrap().extend_from_slice(&chunk[..read]);
        }
    })
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_running() {
            self.signal("KILL");
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("---- output of {} ----\n{}", self.name, self.output());
        }
    }
}
