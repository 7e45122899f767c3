//! What 最終結果 says of a run.
//!
//! Invariant: every text tells what to do. Never: shows a row's content.

use std::io;
use std::path::{Path, PathBuf};

use crate::resource::words::delivery_state;
use crate::store::{CopyError, StoreError};
use crate::template::RenderFault;

/// A run that went well.
pub const SUCCEEDED: &str = delivery_state::DELIVERED;

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The folder is none of the allowed ones.
    #[error("{0:?} is not below an allowed folder ([files] allow)")]
    NotAllowed(PathBuf),
    /// A folder or file cannot be used.
    #[error("{path:?}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// The file's name cannot be rendered.
    #[error("the file's name cannot be rendered")]
    Name(#[source] RenderFault),
    /// The database was not copied.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The store does not serve.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file's content cannot be made.
    #[error("the file cannot be made")]
    Content(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Trouble {
    /// Trouble with a folder or file.
    pub fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    /// Trouble with what is written into the file.
    pub fn content(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Content(source.into())
    }

    /// For people, with the way out.
    pub fn text(&self) -> String {
        match self {
            Self::NotAllowed(folder) => format!(
                "{} には書けません。設定ファイルの [files] allow に書いたフォルダの下を指定してください",
                folder.display()
            ),
            Self::File { path, source } => file_text(path, source),
            Self::Name(_) => "ファイル名を作れません。ファイル名の差込を確かめてください".to_owned(),
            Self::Copy(CopyError::Damaged(_)) => {
                "データベースに壊れた所があります。smartconnect check で確かめ、以前のバックアップから戻してください".to_owned()
            }
            Self::Copy(CopyError::Busy) => {
                "同じファイルへの別のバックアップが動いています。終わってからもう一度実行してください".to_owned()
            }
            Self::Copy(_) | Self::Store(_) => {
                "データベースを読めません。ディスクの空きと smartconnect check の結果を確かめてください".to_owned()
            }
            Self::Content(source) => {
                format!("ファイルを作れません({source})。出力先の空き容量を確かめてください")
            }
        }
    }
}

fn file_text(path: &Path, source: &io::Error) -> String {
    let hint = match source.kind() {
        io::ErrorKind::PermissionDenied => {
            "書く権限がありません。サービスを動かす利用者に権限を与えてください"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "空き容量がありません。空けてからもう一度実行してください"
        }
        io::ErrorKind::NotFound => "見つかりません。フォルダがあるか確かめてください",
        io::ErrorKind::ReadOnlyFilesystem => "読み取り専用です。書けるフォルダを指定してください",
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            "フォルダではありません。同じ名前のファイルを移してください"
        }
        _ => "使えません。フォルダとディスクを確かめてください",
    };
    format!("{} は{hint}({source})", path.display())
}

/// A run that takes longer than somebody waits for it.
pub const STILL_RUNNING: &str = "まだ終わっていません。終わると最終結果に出ます";

/// The file was made, but old ones could not be removed.
pub fn not_tidied(trouble: &Trouble) -> String {
    format!("{SUCCEEDED}。ただし古いファイルを消せません: {}", trouble.text())
}

/// What somebody who ordered a run is told of it.
pub fn made(file: &Path, count: u64, unit: &str) -> String {
    format!("{SUCCEEDED}: {}({count}{unit})", file.display())
}

/// Unit of a file's size.
pub const BYTES: &str = "バイト";
/// Unit of rows.
pub const ROWS: &str = "件";

/// What the audit log says of rows that were too old.
pub fn removed(count: usize, days: u32) -> String {
    format!("{days}日を過ぎた{count}件を削除")
}
