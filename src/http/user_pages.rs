//! `/pages/`: files that users put into the data folder's `pages/`.
//!
//! Invariant: a file runs in a sandbox of its own (security.md): it may call the REST base with a
//! token, never with what the visitor's browser holds.
//! Never: leaves the folder, follows a link out of it, or shows a hidden file.

use std::io::Read;
use std::path::{Path, PathBuf};

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;

use super::Refusal;
use super::app::App;
use super::pages::content_type;
use super::reply::NO_SNIFF;

/// Largest file that is served.
const FILE_MAX: u64 = 16 * 1024 * 1024;

/// Serves the file at the decoded path below `/pages`.
pub(super) async fn serve(app: &App, file: String) -> Result<HttpResponse, Refusal> {
    let folder = app.user_pages.clone();
    let read = tokio::task::spawn_blocking(move || read(&folder, &file));
    let (content, kind) = read.await.ok().flatten().ok_or(Refusal::UnknownPath)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox allow-scripts"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(content))
}

/// The content and type of a file; a folder stands for its `index.html`.
fn read(folder: &Path, path: &str) -> Option<(Bytes, &'static str)> {
    let mut inside = PathBuf::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        // Covers `.`, `..`, hidden files, and what other systems read as a separator or drive.
        if part.starts_with('.') || part.contains(['\\', ':', '\0']) {
            return None;
        }
        inside.push(part);
    }
    if path.is_empty() || path.ends_with('/') {
        inside.push("index.html");
    }
    let folder = folder.canonicalize().ok()?;
    let file = folder.join(&inside).canonicalize().ok()?;
    if !file.starts_with(&folder) || !file.is_file() {
        return None;
    }
    let kind = content_type(file.to_str()?);
    let mut content = Vec::new();
    let opened = std::fs::File::open(file).ok()?;
    let length = opened.take(FILE_MAX + 1).read_to_end(&mut content).ok()?;
    let fits = u64::try_from(length).is_ok_and(|length| length <= FILE_MAX);
    fits.then(|| (content.into(), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join("pages/sub")).unwrap();
        std::fs::write(root.join("secret.key"), "secret").unwrap();
        std::fs::write(root.join("pages/index.html"), "start").unwrap();
        std::fs::write(root.join("pages/.hidden"), "hidden").unwrap();
        std::fs::write(root.join("pages/sub/受付.js"), "1").unwrap();
        root
    }

    #[test]
    fn files_of_the_folder_are_served_and_nothing_else() {
        let root = folder("user-pages");
        let pages = root.join("pages");
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("secret.key"), pages.join("link.txt")).unwrap();
        assert_eq!(read(&pages, "/").unwrap().0, "start");
        assert_eq!(read(&pages, "").unwrap().0, "start");
        assert_eq!(read(&pages, "/index.html").unwrap().1, "text/html; charset=utf-8");
        assert_eq!(read(&pages, "/sub/受付.js").unwrap().1, "text/javascript; charset=utf-8");
        for outside in [
            "/../secret.key",
            "/sub/../../secret.key",
            "/..\\secret.key",
            "/.hidden",
            "/link.txt",
            "/sub",
            "/sub/",
            "/nothing.html",
            "/C:/x",
            "/a\0b",
        ] {
            assert!(read(&pages, outside).is_none(), "{outside:?}");
        }
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn without_the_folder_there_is_nothing() {
        assert!(read(Path::new("/nonexistent/pages"), "/index.html").is_none());
    }
}
