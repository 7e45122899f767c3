//! Every name that a template may use.

/// One name of templates.md, as the program refers to it; the order is that of [`VOCABULARY`].
#[allow(missing_docs)] // each variant is explained by its row of `VOCABULARY`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    CallId,
    ReceivedAt,
    ReceivedDate,
    ReceivedTime,
    Weekday,
    CallerNumber,
    CallerNumberShown,
    CallerNumberInternational,
    Presentation,
    CallerDisplayName,
    Area,
    NumberKind,
    CalledNumber,
    CalledNumberShown,
    MainNumber,
    LineNumber,
    LineName,
    CallKind,
    Extension,
    CustomerId,
    CustomerName,
    CustomerKana,
    Honorific,
    Company,
    Department,
    JobTitle,
    Category,
    Rank,
    Warning,
    StaffInCharge,
    Address,
    ZipCode,
    MailAddress,
    CustomerUrl,
    ExternalId,
    Remarks,
    CandidateCount,
    CandidateList,
    Registered,
    CallCount,
    LastCallAt,
    LastOperator,
    LastMemo,
    State,
    RingSeconds,
    EndedAt,
    Handling,
    Operator,
    Memo,
    SearchUrl,
    RecordUrl,
    MeetingUrl,
    ConnectionName,
    ServerName,
    Date,
    DateAndTime,
    ExportedResource,
}

/// A row of the vocabulary.
#[derive(Debug)]
pub struct Entry {
    /// What the program calls it.
    pub word: Word,
    /// What a template calls it.
    pub name: &'static str,
    /// A value as it may occur; previews and checks at save time use it.
    pub sample: &'static str,
    /// For people (Japanese).
    pub meaning: &'static str,
}

const fn entry(
    word: Word,
    name: &'static str,
    sample: &'static str,
    meaning: &'static str,
) -> Entry {
    Entry { word, name, sample, meaning }
}

/// The vocabulary in the order of the contract (templates.md).
pub const VOCABULARY: [Entry; 57] = [
    entry(Word::CallId, "着信記録ID", "5012", "着信記録の番号"),
    entry(Word::ReceivedAt, "着信日時", "2025/04/01 09:15:02", "着信した日時"),
    entry(Word::ReceivedDate, "着信日", "2025/04/01", "着信した日"),
    entry(Word::ReceivedTime, "着信時刻", "09:15", "着信した時刻"),
    entry(Word::Weekday, "曜日", "火", "着信した日の曜日"),
    entry(Word::CallerNumber, "相手TEL", "09000000001", "相手の番号(数字のみ)"),
    entry(
        Word::CallerNumberShown,
        "相手TEL表示",
        "090-0000-0001",
        "相手の番号(ハイフン付き)。番号がなければ番号通知の語",
    ),
    entry(Word::CallerNumberInternational, "相手TEL国際", "+819000000001", "相手の番号(+81…)"),
    entry(Word::Presentation, "番号通知", "通知", "番号の有無と理由"),
    entry(Word::CallerDisplayName, "相手表示名", "WAKAYAMA", "電話網から届いた表示名"),
    entry(Word::Area, "地域", "和歌山", "市外局番の地域"),
    entry(Word::NumberKind, "番号種別", "携帯", "固定/携帯/IP/フリーダイヤル/国際"),
    entry(Word::CalledNumber, "着信TEL", "0731235678", "かけられた番号"),
    entry(Word::CalledNumberShown, "着信TEL表示", "073-123-5678", "かけられた番号(ハイフン付き)"),
    entry(Word::MainNumber, "代表TEL", "0731237777", "回線の代表番号"),
    entry(Word::LineNumber, "回線No", "1", "回線の番号"),
    entry(Word::LineName, "回線名", "本店", "回線の呼び名"),
    entry(Word::CallKind, "着信種別", "電話", "回線の種別、または 内線"),
    entry(Word::Extension, "代理内線番号", "30", "回線の代理内線番号"),
    entry(Word::CustomerId, "顧客ID", "101", "顧客の番号"),
    entry(Word::CustomerName, "顧客名", "和歌山 花子", "顧客の氏名"),
    entry(Word::CustomerKana, "フリガナ", "ワカヤマ ハナコ", "顧客のフリガナ"),
    entry(Word::Honorific, "敬称", "様", "敬称"),
    entry(Word::Company, "会社名", "紀州商店", "会社名"),
    entry(Word::Department, "部署", "営業部", "部署"),
    entry(Word::JobTitle, "役職", "店長", "役職"),
    entry(Word::Category, "分類", "得意先", "分類(カンマ区切り)"),
    entry(Word::Rank, "顧客ランク", "VIP", "通常/VIP/要注意/着信拒否"),
    entry(Word::Warning, "注意メッセージ", "入金待ち", "目立たせる文"),
    entry(Word::StaffInCharge, "担当者", "鈴木", "社内の担当者"),
    entry(Word::Address, "住所", "和歌山県和歌山市本町1-1", "住所"),
    entry(Word::ZipCode, "郵便番号", "640-8000", "郵便番号"),
    entry(Word::MailAddress, "メールアドレス", "hanako@example.com", "メールアドレス"),
    entry(Word::CustomerUrl, "顧客URL", "https://crm.example.com/101", "顧客ページ"),
    entry(Word::ExternalId, "外部ID", "C-00101", "他システムのキー"),
    entry(Word::Remarks, "備考", "午後に来店", "顧客の備考"),
    entry(Word::CandidateCount, "候補数", "1", "同じ番号の顧客の数"),
    entry(Word::CandidateList, "候補一覧", "和歌山 花子", "同じ番号の顧客の名前"),
    entry(Word::Registered, "登録状況", "登録済み", "登録済み/未登録/候補"),
    entry(Word::CallCount, "着信回数", "8", "この番号からの着信の回数(今回を含む)"),
    entry(Word::LastCallAt, "前回着信日時", "2025/03/20 11:30:00", "前回の着信日時"),
    entry(Word::LastOperator, "前回対応者", "鈴木", "前回の対応者"),
    entry(Word::LastMemo, "前回メモ", "納期の件", "前回のメモ"),
    entry(Word::State, "状態", "不在", "呼出中/不在/他で応答/不明 など"),
    entry(Word::RingSeconds, "呼出秒数", "29", "鳴っていた秒数"),
    entry(Word::EndedAt, "終了日時", "2025/04/01 09:15:31", "終わった日時"),
    entry(Word::Handling, "対応状況", "未対応", "対応状況"),
    entry(Word::Operator, "対応者", "鈴木", "対応者"),
    entry(Word::Memo, "メモ", "折返しを希望", "応対メモ"),
    entry(
        Word::SearchUrl,
        "検索URL",
        "https://www.telnavi.jp/phone/09000000001",
        "電話番号検索サイト(表示順が最初の行)のアドレス",
    ),
    entry(
        Word::RecordUrl,
        "記録URL",
        "http://192.168.1.10:55963/#call=5012",
        "着信記録を開くアドレス",
    ),
    entry(Word::MeetingUrl, "会議URL", "https://meet.example.com/abc", "会議のアドレス"),
    entry(Word::ConnectionName, "接続名", "事務所HGW", "着信を受けたSIP接続の名前"),
    entry(Word::ServerName, "サーバー名", "CTI-SV", "このサーバーの名前"),
    entry(Word::Date, "日付", "20250401", "yyyyMMdd(ファイル名用)"),
    entry(Word::DateAndTime, "日時", "20250401_091502", "yyyyMMdd_HHmmss(ファイル名用)"),
    entry(Word::ExportedResource, "出力対象", "着信記録", "出力する資源(ファイル名用)"),
];

/// Most names that a fault lists as close.
const CLOSE_MAX: usize = 5;

impl Word {
    /// Its place in [`VOCABULARY`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// Whether a template may use this name.
pub(super) fn is_known(name: &str) -> bool {
    VOCABULARY.iter().any(|entry| entry.name == name)
}

/// The names most like `name`, best first; empty where none is alike.
pub(super) fn close_names<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let mut scored: Vec<(usize, &str)> = candidates
        .filter_map(|candidate| {
            let distance = edit_distance(name, candidate);
            let longest = name.chars().count().max(candidate.chars().count());
            let near = distance * 2 <= longest || shared_beginning(name, candidate) >= 2;
            near.then_some((distance, candidate))
        })
        .collect();
    scored.sort();
    scored.into_iter().take(CLOSE_MAX).map(|(_, candidate)| candidate).collect()
}

/// How many first characters are the same.
fn shared_beginning(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

/// Levenshtein distance in characters, letters compared without case.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.chars().flat_map(char::to_lowercase).enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replaced = previous[column] + usize::from(from != *to);
            current.push(replaced.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_words_and_has_no_repeats() {
        for (index, entry) in VOCABULARY.iter().enumerate() {
            assert_eq!(entry.word.index(), index, "{}", entry.name);
            assert_eq!(VOCABULARY.iter().filter(|other| other.name == entry.name).count(), 1);
            assert!(!entry.sample.is_empty() && !entry.meaning.is_empty(), "{}", entry.name);
        }
    }

    #[test]
    fn close_names_come_best_first() {
        let names = || VOCABULARY.iter().map(|entry| entry.name);
        assert_eq!(close_names("相手tel", names()).first(), Some(&"相手TEL"));
        assert_eq!(close_names("顧客名前", names()).first(), Some(&"顧客名"));
        assert!(close_names("zzzzzzzz", names()).is_empty());
    }
}
