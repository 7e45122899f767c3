//! The words of enum fields that the program itself decides by or writes.
//!
//! Invariant: every word here is one of its field's words in the catalogue (a test says so).
//! Never: lists words that are only stored and shown.

/// 着信記録.状態, as far as listening to SIP brings it about.
pub mod call_state {
    /// It rings.
    pub const RINGING: &str = "呼出中";
    /// Nobody answered.
    pub const MISSED: &str = "不在";
    /// It was answered where we can tell.
    pub const ANSWERED: &str = "応答";
    /// Another telephone answered.
    pub const ANSWERED_ELSEWHERE: &str = "他で応答";
    /// Nothing tells how it ended.
    pub const UNKNOWN: &str = "不明";
}

/// 着信記録.対応状況.
pub mod handling {
    /// Somebody has to call back; set when a call is missed.
    pub const OPEN: &str = "未対応";
    /// Somebody has promised to call back.
    pub const CALL_BACK: &str = "折返し要";
    /// Nothing is left to do.
    pub const DONE: &str = "対応済";
}

/// SIP-ServerConnection.無応答判定.
pub mod unanswered {
    /// 不在 once the gateway has ever shown a Reason, before that 不明.
    pub const AUTOMATIC: &str = "自動";
    /// A CANCEL without Reason is a missed call.
    pub const MISSED: &str = "不在とみなす";
    /// A CANCEL without Reason tells nothing.
    pub const UNKNOWN: &str = "不明とする";
}

/// Online-Activation.認証状態.
pub mod activation_state {
    /// Nobody asks for a licence.
    pub const OPEN: &str = "オープン版";
    /// Not asked yet, or without an answer.
    pub const UNVERIFIED: &str = "未認証";
    /// In order.
    pub const VERIFIED: &str = "認証済";
    /// It was in order once.
    pub const EXPIRED: &str = "期限切れ";
    /// No key, or one of somebody else.
    pub const INVALID: &str = "無効";
}

/// SIP-ServerConnection.登録状態, as far as anything but the telephone side decides by it.
pub mod registration_state {
    /// The server refuses, or is not to be reached.
    pub const FAILED: &str = "失敗";
    /// The server knows us.
    pub const REGISTERED: &str = "登録済";
}

/// SIP-ServerConnection.応答動作.
pub mod answer_mode {
    /// 100 and 180.
    pub const WATCH: &str = "見るだけ";
    /// Only 100.
    pub const TRYING_ONLY: &str = "100のみ";
    /// 486.
    pub const BUSY: &str = "486";
}

/// Caller-Rule.動作.
pub mod rule_action {
    /// On the screens, but no notification goes out.
    pub const NO_NOTIFICATION: &str = "通知しない";
    /// Only in the call history.
    pub const RECORD_ONLY: &str = "記録のみ";
    /// Marked as a caller to be careful with.
    pub const WARNING: &str = "要注意表示";
    /// Treated as a VIP.
    pub const VIP: &str = "VIP通知";
}

/// タイミング of targets and deliveries.
pub mod timing {
    /// It rings.
    pub const RINGING: &str = "着信時";
    /// It was answered.
    pub const ANSWERED: &str = "応答時";
    /// It was missed.
    pub const MISSED: &str = "不在時";
    /// It ended, however.
    pub const ENDED: &str = "終了時";
    /// Collected missed calls.
    pub const DIGEST: &str = "まとめ";
}

/// タイミング that deliveries have and targets do not.
pub mod delivery_timing {
    /// A message that somebody sends to see whether it arrives.
    pub const TEST: &str = "テスト";
    /// A call that a person hands on with a note.
    pub const FORWARD: &str = "転送";
}

/// Notification-Delivery.状態.
pub mod delivery_state {
    /// Due at 次回試行日時.
    pub const WAITING: &str = "待機";
    /// Claimed by a worker.
    pub const SENDING: &str = "送信中";
    /// It arrived.
    pub const DELIVERED: &str = "成功";
    /// The other side took it; whether it arrived is unknown.
    pub const ACCEPTED: &str = "受付";
    /// Given up, with a reason.
    pub const FAILED: &str = "失敗";
    /// Too late to be of use.
    pub const EXPIRED: &str = "期限切れ";
    /// Its target is gone.
    pub const CANCELLED: &str = "取消";
    /// The order to try again, the only one that clients may write.
    pub const RESEND: &str = "再送";
}

/// 周期 of what the service does by the clock; しない has no rule of its own.
pub mod cycle {
    /// Every day.
    pub const DAILY: &str = "毎日";
    /// On one day of the week.
    pub const WEEKLY: &str = "毎週";
    /// On one day of the month.
    pub const MONTHLY: &str = "毎月";
    /// Whenever the service starts.
    pub const AT_START: &str = "起動時";
}

/// 期間 of exports; 全期間 has no rule of its own.
pub mod period {
    /// The day of the run.
    pub const TODAY: &str = "当日";
    /// The day before.
    pub const YESTERDAY: &str = "前日";
    /// The month of the run.
    pub const THIS_MONTH: &str = "当月";
    /// The month before.
    pub const LAST_MONTH: &str = "前月";
    /// From 開始日 to 終了日.
    pub const GIVEN: &str = "指定";
}

/// 並び順 of exports, where it is not the usual one.
pub mod sort_order {
    /// Newest first.
    pub const DESCENDING: &str = "降順";
}

/// 形式 of CSV files.
pub mod format {
    /// Our own.
    pub const OWN: &str = "標準";
    /// Google contacts.
    pub const GOOGLE: &str = "Googleコンタクト";
    /// Outlook.
    pub const OUTLOOK: &str = "Outlook";
    /// Programs that print addresses.
    pub const ADDRESSES: &str = "宛名ソフト";
}

/// 文字コード of CSV files, but for the usual one.
pub mod encoding {
    /// Without byte order mark.
    pub const UTF_8: &str = "UTF-8";
    /// As Windows has it.
    pub const SHIFT_JIS: &str = "Shift_JIS";
}

/// 区切り文字 of CSV files, but for the comma.
pub mod separator {
    /// A tab.
    pub const TAB: &str = "タブ";
}

/// 改行 of CSV files, but for the usual one.
pub mod newline {
    /// Without carriage return.
    pub const LF: &str = "LF";
}

/// 囲み of CSV files, but for the usual one.
pub mod quoting {
    /// Every cell.
    pub const ALWAYS: &str = "常に";
}

/// 0落ち対策 of CSV files.
pub mod keep_zeros {
    /// Digits are written as they are.
    pub const NEVER: &str = "なし";
}

/// Audit-Log.操作.
pub mod audit_action {
    /// A new row.
    pub const INSERT: &str = "追加";
    /// A changed row.
    pub const UPDATE: &str = "更新";
    /// A deleted row.
    pub const DELETE: &str = "削除";
    /// A log-in.
    pub const LOG_IN: &str = "ログイン";
    /// A refused log-in.
    pub const LOG_IN_FAILED: &str = "ログイン失敗";
    /// An order such as a test or a run.
    pub const RUN: &str = "実行";
}

/// UserManagement.権限 and API-Token.権限.
pub mod role {
    /// May do everything.
    pub const ADMINISTRATOR: &str = "管理者";
    /// Works with calls and customers.
    pub const OPERATOR: &str = "一般";
    /// Reads.
    pub const READER: &str = "参照のみ";
}
