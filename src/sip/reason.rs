//! 最終エラー: why a connection does not work, and the way out, in the words of the row.
//!
//! Invariant: every text says what to look at next. Never: holds a password.

use std::net::SocketAddr;

use super::transport::tls::Fault;

/// Timer F, or the server was never found in time.
pub(super) fn silence() -> String {
    "応答がありません。サーバーの電源、アドレス、ポート、間のファイアウォールを確認してください"
        .into()
}

/// The TCP connection broke before the answer.
pub(super) fn disconnected() -> String {
    "接続が切れました。サーバーの状態とトランスポートの設定を確認してください".into()
}

/// DNS has no address.
pub(super) fn unresolved(server: &str, cause: &str) -> String {
    format!(
        "サーバー名 {server} のアドレスが分かりません({cause})。名前とDNSの設定を確認してください"
    )
}

/// No TCP connection, or the datagram could not be sent.
pub(super) fn unreachable(server: SocketAddr, cause: &std::io::Error) -> String {
    format!("{server} に送れません({cause})。アドレス、ポート、トランスポートを確認してください")
}

/// The listening socket cannot be opened.
pub(super) fn taken(address: SocketAddr, cause: &std::io::Error) -> String {
    if cause.kind() == std::io::ErrorKind::AddrNotAvailable {
        return format!(
            "このコンピューターに {} というアドレスはありません({cause})。\
             ローカルIPアドレスか --sip-listen を確認してください。5秒ごとに試します",
            address.ip()
        );
    }
    format!(
        "SIPの待受 {address} を開けません({cause})。同じポートを使うソフトを止めるか、\
         --sip-listen またはローカルポートを変えてください。5秒ごとに試します"
    )
}

/// TLS without registration: nobody could ever reach us.
pub(super) fn tls_must_register() -> String {
    "TLSの着信は登録した接続だけで受けられます。登録しない を False にするか、\
     トランスポートを UDP か TCP にしてください"
        .into()
}

/// No TLS connection.
pub(super) fn insecure(server: &str, fault: &Fault) -> String {
    match fault {
        Fault::Untrusted => format!(
            "{server} の証明書の発行元を信頼できません。発行元(CA)の証明書をこのパソコンのOSに登録するか、\
             社内の機器なら TLS検証 を False にしてください"
        ),
        Fault::OtherName => format!(
            "{server} の証明書は別の名前のものです。SIPサーバーアドレスを証明書にある名前にするか、\
             社内の機器なら TLS検証 を False にしてください"
        ),
        Fault::OutOfDate => format!(
            "{server} の証明書は有効期間の外です。証明書を更新し、このパソコンと相手の日時を確認してください"
        ),
        Fault::Certificate(cause) => format!(
            "{server} の証明書を確認できません({cause})。証明書を作り直すか、\
             社内の機器なら TLS検証 を False にしてください"
        ),
        Fault::BadName => format!(
            "{server} は証明書と照らし合わせられる名前ではありません。ホスト名かIPアドレスにしてください"
        ),
        Fault::NoTls(cause) => format!(
            "{server} とTLSで話せません({cause})。ポート(TLSは多くの場合 5061)とトランスポートを確認してください"
        ),
        Fault::Broken(cause) => format!(
            "{server} とのTLS接続が途中で切れました({cause})。ポートとサーバーの状態を確認してください"
        ),
    }
}

/// A challenge without a password to answer it.
pub(super) fn no_password(code: u16) -> String {
    format!("認証を求められました({code})。ユーザーIDとパスワードを設定してください")
}

/// The answer to the challenge was refused.
pub(super) fn wrong_credentials(code: u16) -> String {
    format!("認証に失敗しました({code})。ユーザーID、パスワード、内線番号を確認してください")
}

/// Only algorithms that we do not have.
pub(super) fn unsupported_challenge(code: u16) -> String {
    format!(
        "対応していない認証方式を求められました({code})。サーバーで MD5 か SHA-256 を有効にしてください"
    )
}

/// The row's realm is not the one offered.
pub(super) fn other_realm(offered: &str) -> String {
    let offered: String = offered.chars().take(64).collect();
    format!("レルムが違います(相手の提示: {offered})。レルムを空にするか、合わせてください")
}

/// A success that ends at once.
pub(super) fn granted_nothing() -> String {
    "登録は受け付けられましたが有効期間が0秒です。同じ内線番号で登録できる台数と、\
     この内線の設定をサーバーで確認してください"
        .into()
}

/// Any other refusal.
pub(super) fn refused(code: u16) -> String {
    let (what, way_out) = match code {
        403 => {
            ("登録を拒否されました", "内線番号、MACアドレス、Digest認証の設定を確認してください")
        }
        404 => ("内線番号が見つかりません", "内線番号とドメインを確認してください"),
        423 => ("登録有効期間が受け入れられません", "登録有効期間を長くしてください"),
        408 | 480 => ("サーバーが応答できません", "サーバーの状態を確認してください"),
        503 => (
            "サーバーが混み合っているか停止中です",
            "しばらく待つか、サーバーの状態を確認してください",
        ),
        500..=599 => ("サーバーで障害が起きています", "サーバーの状態を確認してください"),
        300..=399 => ("別のサーバーへ案内されました", "SIPサーバーアドレスを確認してください"),
        _ => (
            "サーバーが登録を受け付けません",
            "内線番号、ドメイン、トランスポートを確認してください",
        ),
    };
    format!("{what}({code})。{way_out}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_port_in_use_and_a_foreign_address_have_their_own_way_out() {
        let address = "192.0.2.77:5060".parse().unwrap();
        let text = |kind| taken(address, &Error::from(kind));
        assert!(text(ErrorKind::AddrInUse).contains("ローカルポート"));
        let foreign = text(ErrorKind::AddrNotAvailable);
        assert!(
            foreign.contains("192.0.2.77") && foreign.contains("ローカルIPアドレス"),
            "{foreign}"
        );
    }
}
