//! What was typed behind a command other than `serve`.
//!
//! A new command is one variant here, one line in `command::run` and one file beside it.

use std::path::PathBuf;

use super::arguments::ServeFlags;

/// Where the command works: the same meanings as for `serve`.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct PlaceFlags {
    /// Folder of the database and the keys [default: ./data] [env: SMARTCONNECT_DATA_DIR]
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Settings file [default: smartconnect.toml in the working folder, if it exists] [env: SMARTCONNECT_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// error, warn, info, debug, trace or off [default: warn] [env: RUST_LOG]
    #[arg(long, value_name = "LEVEL", global = true)]
    pub log: Option<String>,
}

impl PlaceFlags {
    /// As flags of the service.
    pub(super) fn flags(&self) -> ServeFlags {
        ServeFlags {
            data_dir: self.data_dir.clone(),
            config: self.config.clone(),
            log: self.log.clone(),
            ..ServeFlags::default()
        }
    }
}

/// `user …`
#[derive(Clone, Debug, clap::Args)]
pub struct UserArguments {
    /// What to do with users.
    #[command(subcommand)]
    pub order: UserOrder,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// What to do with users.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum UserOrder {
    /// Add a user; the password is asked for, or read from standard input
    Add {
        /// The name to log in with: letters, digits and . _ -
        name: String,
        /// 管理者 (may do all), 一般 (works with calls and customers) or 参照のみ (reads)
        #[arg(long)]
        role: String,
    },
    /// List the users
    List,
    /// Give a user a new password, which ends his sessions; it is asked for, or read from standard input
    Password {
        /// The name to log in with.
        name: String,
    },
}

/// `token …`
#[derive(Clone, Debug, clap::Args)]
pub struct TokenArguments {
    /// What to do with tokens.
    #[command(subcommand)]
    pub order: TokenOrder,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// What to do with tokens.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum TokenOrder {
    /// Issue a token and print it, once
    Add {
        /// What the token is for.
        name: String,
        /// 管理者, 一般 or 参照のみ
        #[arg(long)]
        role: String,
    },
}

/// `backup FILE`, `restore FILE`
#[derive(Clone, Debug, clap::Args)]
pub struct FileArguments {
    /// The file.
    pub file: PathBuf,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// `import …`
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArguments {
    /// Of what.
    #[arg(value_enum)]
    pub what: Imported,
    /// The file: CSV (with our own, Google's or Outlook's headings, in UTF-8 or Shift_JIS) or vCard.
    pub file: PathBuf,
    /// Only check the file and tell what would be added
    #[arg(long)]
    pub dry_run: bool,
    /// What the file is written in [default: seen from how it begins]
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// What can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Imported {
    /// The address book
    Customers,
}

/// What a file of customers is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFormat {
    /// Comma or tab separated, with headings
    Csv,
    /// Address cards
    Vcard,
}

/// `export …`
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArguments {
    /// Of what.
    #[arg(value_enum)]
    pub what: Exported,
    /// The file; its ending (.csv, .xlsx, for customers also .vcf) says what is written.
    pub file: PathBuf,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Exported {
    /// The address book
    Customers,
    /// The received calls
    Calls,
    /// The lines of the office
    Lines,
}

/// `doctor`
#[derive(Clone, Debug, clap::Args)]
pub struct DoctorArguments {
    /// Make one call through the real path, on a database of its own, and show how long each step takes.
    #[arg(long)]
    pub call: bool,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// `chat …`
#[derive(Clone, Debug, clap::Args)]
pub struct ChatArguments {
    /// ID of the row of /Notification-Chat whose address and credentials are used.
    #[arg(value_name = "ID")]
    pub id: i64,
    /// The function: for Chat&Messenger sendMessage, sendMessages, createQuickCall, updateChatRoom, getConferenceMaster, getConferenceRooms, getConferenceRoomStatus; for Rocket.Chat rooms.get.
    #[arg(value_name = "FUNCTION")]
    pub function: String,
    /// Its arguments
    #[arg(value_name = "JSON")]
    pub arguments: Option<String>,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}

/// `demo`
#[derive(Clone, Debug, clap::Args)]
pub struct DemoArguments {
    /// How many customers.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(0..))]
    pub customers: i64,
    /// How many calls.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(i64).range(0..))]
    pub calls: i64,
    /// The same number makes the same data.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where.
    #[command(flatten)]
    pub place: PlaceFlags,
}
