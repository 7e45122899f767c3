//! From when to when a certificate counts: the two times of its `validity` (RFC 5280 §4.1.2.5).
//!
//! Invariant: what cannot be read is `None`, whatever the bytes. Never: judges who signed it.

use chrono::NaiveDateTime;

use crate::clock::UnixMs;

/// DER tags (X.690 §8).
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// A certificate that ends within this time is told of: two weeks.
const SOON_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// What is wrong with the times of a certificate now, or will be soon; `None` = nothing.
pub(super) fn trouble(certificate: &[u8], now: UnixMs) -> Option<String> {
    let (from, until) = validity(certificate)?;
    let day = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M UTC");
    let [began, ended] = [from, until].map(|at| at.and_utc().timestamp_millis());
    if now < began {
        Some(format!("counts only from {}: browsers refuse it until then", day(from)))
    } else if now > ended {
        Some(format!("ended at {}: browsers refuse it", day(until)))
    } else if now > ended - SOON_MS {
        Some(format!("ends at {}", day(until)))
    } else {
        None
    }
}

fn validity(certificate: &[u8]) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let (_, certificate, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, mut fields, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    if let Some((VERSION, _, rest)) = element(fields) {
        fields = rest;
    }
    // serial number, algorithm, issuer
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, times, _) = element(fields).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (first, from, rest) = element(times)?;
    let (second, until, _) = element(rest)?;
    Some((moment(first, from)?, moment(second, until)?))
}

/// Tag and content of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let long = usize::from(first & 0x7f);
    let (length, rest) = match first & 0x80 {
        0 => (long, rest),
        _ if long > size_of::<u32>() => return None,
        _ => {
            let (digits, rest) = rest.split_at_checked(long)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

fn moment(tag: u8, text: &[u8]) -> Option<NaiveDateTime> {
    let text = std::str::from_utf8(text).ok()?;
    let whole = match tag {
        // two digits of the year: from 50 on those of 1950 to 1999
        UTC_TIME => format!("{}{text}", if text < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&whole, "%Y%m%d%H%M%SZ").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    /// A certificate that counts from one day to another.
    fn certificate(from: (i32, u8, u8), until: (i32, u8, u8)) -> Vec<u8> {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
        parameters.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        let key = rcgen::KeyPair::generate().unwrap();
        parameters.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn what_is_over_or_not_yet_or_soon_over_is_told() {
        let now = 1_800_000_000_000; // 2027-01-15
        let at = |certificate: &[u8]| trouble(certificate, now);
        assert_eq!(at(&certificate((2026, 1, 1), (2027, 3, 1))), None);
        let soon = at(&certificate((2026, 1, 1), (2027, 1, 20))).unwrap();
        assert!(soon.contains("ends at 2027-01-20"), "{soon}");
        let over = at(&certificate((1999, 1, 1), (2026, 12, 31))).unwrap();
        assert!(over.contains("ended at 2026-12-31"), "{over}");
        let early = certificate((2051, 1, 1), (2060, 1, 1));
        assert!(at(&early).unwrap().contains("from 2051-01-01"), "a GeneralizedTime");
        assert_eq!(trouble(&early, now + 25 * 365 * DAY_MS), None);
    }

    #[test]
    fn no_bytes_are_trouble() {
        let whole = certificate((2026, 1, 1), (2026, 3, 1));
        for length in 0..whole.len() {
            assert_eq!(trouble(&whole[..length], 0), None);
        }
        for place in 0..whole.len() {
            let mut other = whole.clone();
            other[place] ^= 0xff;
            trouble(&other, 0);
        }
    }
}
