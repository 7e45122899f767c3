//! 番号通知: whether and why a caller's number was shown.

/// The seven words of 着信記録.番号通知 (`facts/sip.md` §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presentation {
    /// 通知: a number was shown.
    Presented,
    /// 非通知: withheld by the caller.
    Withheld,
    /// 公衆電話: a public telephone.
    Payphone,
    /// 表示圏外: no number available (abroad, other networks).
    OutOfArea,
    /// 通知不可: a service conflict.
    Conflict,
    /// 内線: an extension of the same gateway.
    Extension,
    /// 不明: none of the rules applies.
    Unknown,
}

impl Presentation {
    /// Every word, in the order of the contract.
    pub const ALL: [Self; 7] = [
        Self::Presented,
        Self::Withheld,
        Self::Payphone,
        Self::OutOfArea,
        Self::Conflict,
        Self::Extension,
        Self::Unknown,
    ];

    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Presented => "通知",
            Self::Withheld => "非通知",
            Self::Payphone => "公衆電話",
            Self::OutOfArea => "表示圏外",
            Self::Conflict => "通知不可",
            Self::Extension => "内線",
            Self::Unknown => "不明",
        }
    }
}
