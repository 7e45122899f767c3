//! What was typed: the command line, before anybody asks what it means.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::commands::{
    ChatArguments, DemoArguments, DoctorArguments, ExportArguments, FileArguments, ImportArguments,
    PlaceFlags, TokenArguments, UserArguments,
};

/// The command line. With no command the service runs.
#[derive(Debug, clap::Parser)]
#[command(name = "smartconnect", version, about, long_about = None)]
#[command(args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `serve`, for the short form without a command.
    #[command(flatten)]
    pub serve: ServeFlags,
}

/// Where settings come from, below the list of flags.
const AFTER_HELP: &str = "\
Settings, lowest to highest: built-in default, smartconnect.toml, environment, flags.
Keys of smartconnect.toml: listen, sip_listen, data_dir, workers, open_lan (true or a list of
address ranges), allow_host, allow_origin, tls_cert, tls_key, tls_self_signed, log,
legacy_status, [commands] allow, [files] allow, [outbound] deny, [retention] calls_days,
deliveries_days and audit_days, [activation] public_key and server_url,
[limits] sip_invites_per_second_per_source. Where the environment holds a list, commas part it.
Exit codes: 0 fine, 1 failed, 2 usage or settings.";

/// Help of `--listen`; no doc comment, because rustdoc would read `[::]` as a link.
const LISTEN_HELP: &str = "HTTP address, repeatable \
[default: 0.0.0.0:55963, and [::]:55963 where IPv6 exists] [env: SMARTCONNECT_LISTEN]";

/// What to do.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Run the service (the default)
    #[command(after_help = AFTER_HELP)]
    Serve(ServeFlags),
    /// Who may log in; works also while the service runs
    User(UserArguments),
    /// Tokens of programs; works also while the service runs
    Token(TokenArguments),
    /// Add the customers of a file, all or none; works also while the service runs
    Import(ImportArguments),
    /// Write customers, calls or lines to a file, also while the service runs
    Export(ExportArguments),
    /// Copy the database to FILE, also while the service runs
    Backup(FileArguments),
    /// Put the database in FILE in place of the present one, which stays beside it; stop the service first
    Restore(FileArguments),
    /// Check the database and show what is in it, also while the service runs
    Check(PlaceFlags),
    /// Test settings, database, SIP connections and targets, without sending anything
    Doctor(DoctorArguments),
    /// Call a function of a chat service with the credentials of a target, and print its answer
    Chat(ChatArguments),
    /// Fill an empty database with a fictional office, its customers and a year of calls
    Demo(DemoArguments),
    /// Print a script that completes commands in a shell
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

impl Command {
    /// The flags of it that are settings.
    fn flags(&self) -> ServeFlags {
        match self {
            Self::Serve(flags) => flags.clone(),
            Self::User(arguments) => arguments.place.flags(),
            Self::Token(arguments) => arguments.place.flags(),
            Self::Import(arguments) => arguments.place.flags(),
            Self::Export(arguments) => arguments.place.flags(),
            Self::Backup(arguments) | Self::Restore(arguments) => arguments.place.flags(),
            Self::Check(place) => place.flags(),
            Self::Doctor(arguments) => arguments.place.flags(),
            Self::Chat(arguments) => arguments.place.flags(),
            Self::Demo(arguments) => arguments.place.flags(),
            Self::Completions { .. } | Self::Man => ServeFlags::default(),
        }
    }
}

/// The flags of `serve`. An absent flag leaves the choice to the environment, file and default.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct ServeFlags {
    /// HTTP addresses.
    #[arg(long, value_name = "ADDR:PORT", help = LISTEN_HELP)]
    pub listen: Vec<SocketAddr>,
    /// SIP address, UDP and TCP; bound when the first enabled connection needs it [default: 0.0.0.0:5060] [env: SMARTCONNECT_SIP_LISTEN]
    #[arg(long, value_name = "ADDR:PORT")]
    pub sip_listen: Option<SocketAddr>,
    /// Folder of the database and the keys, created for you alone [default: ./data] [env: SMARTCONNECT_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// HTTP worker threads [default: one a core] [env: SMARTCONNECT_WORKERS]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
    /// Closed office network: private addresses need no log-in, as in the original product [env: SMARTCONNECT_OPEN_LAN]
    #[arg(long)]
    pub open_lan: bool,
    /// A further name under which browsers may reach this service, repeatable [env: SMARTCONNECT_ALLOW_HOST]
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// A further web origin whose pages may call this service, repeatable [env: SMARTCONNECT_ALLOW_ORIGIN]
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// Certificate of the HTTP server (PEM, with those who signed it): https on the same port [env: SMARTCONNECT_TLS_CERT]
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its key (PEM) [env: SMARTCONNECT_TLS_KEY]
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// https with a certificate of an own authority in the data folder, to be trusted once (/ca.crt) [env: SMARTCONNECT_TLS_SELF_SIGNED]
    #[arg(long)]
    pub tls_self_signed: bool,
    /// error, warn, info, debug, trace or off; also MODULE=LEVEL, with commas [default: info] [env: RUST_LOG]
    #[arg(long, value_name = "LEVEL")]
    pub log: Option<String>,
    /// Settings file [default: smartconnect.toml in the working folder, if it exists] [env: SMARTCONNECT_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Arguments {
    /// What to do, and the flags wherever they stood.
    pub fn parts(self) -> (Command, ServeFlags) {
        let command = self.command.unwrap_or(Command::Serve(self.serve));
        let flags = command.flags();
        (command, flags)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    fn flags(typed: &[&str]) -> ServeFlags {
        Arguments::try_parse_from(typed).unwrap().parts().1
    }

    #[test]
    fn the_definitions_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_command_may_be_left_out() {
        let short = flags(&["smartconnect", "--listen", "127.0.0.1:1", "--open-lan"]);
        let long = flags(&["smartconnect", "serve", "--listen", "127.0.0.1:1", "--open-lan"]);
        assert_eq!(short, long);
        assert!(short.open_lan);
    }

    #[test]
    fn unknown_flags_and_bad_values_are_refused() {
        for bad in ["--listn", "--listen=here", "--workers=0", "--database=x"] {
            assert!(Arguments::try_parse_from(["smartconnect", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn help_names_every_environment_variable() {
        let help = Arguments::command().render_help().to_string();
        for name in crate::config::environment::NAMES {
            assert!(help.contains(name), "--help does not tell {name}");
        }
    }
}
