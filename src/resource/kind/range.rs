//! Whole numbers of a range as a regular expression.
//!
//! Invariant: the blocks follow each other without a gap and together are the range.
//! Never: takes a leading zero.

use std::fmt::Write as _;

/// Numbers that differ in one digit and in the free ones behind it.
struct Block {
    /// The digits before; 0 = none.
    fixed: u64,
    first: u64,
    last: u64,
    free: u32,
}

/// The range `min..=max`, or nothing.
pub(super) fn pattern(min: u64, max: u64) -> String {
    let mut text = String::from("^(");
    for (number, Block { fixed, first, last, free }) in blocks(min, max).into_iter().enumerate() {
        if number > 0 {
            text.push('|');
        }
        if fixed > 0 {
            let _ = write!(text, "{fixed}");
        }
        let _ = match first == last {
            true => write!(text, "{first}"),
            false => write!(text, "[{first}-{last}]"),
        };
        let _ = match free {
            0 => Ok(()),
            1 => write!(text, "[0-9]"),
            _ => write!(text, "[0-9]{{{free}}}"),
        };
    }
    text + ")?$"
}

fn blocks(min: u64, max: u64) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut low = min;
    while low <= max {
        let mut free = 0;
        loop {
            let step = 10_u64.pow(free + 1);
            if low < step || !low.is_multiple_of(step) || low - 1 + step > max {
                break;
            }
            free += 1;
        }
        let step = 10_u64.pow(free);
        let first = low / step % 10;
        let last = (first + (max - low + 1) / step - 1).min(9);
        blocks.push(Block { fixed: low / step / 10, first, last, free });
        low += (last - first + 1) * step;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_in_digits() {
        for (min, max, expected) in [
            (0, 9999, "^([0-9]|[1-9][0-9]|[1-9][0-9]{2}|[1-9][0-9]{3})?$"),
            (1, 60, "^([1-9]|[1-5][0-9]|60)?$"),
            (8, 72, "^([8-9]|[1-6][0-9]|7[0-2])?$"),
            (1, 365, "^([1-9]|[1-9][0-9]|[1-2][0-9]{2}|3[0-5][0-9]|36[0-5])?$"),
            (5, 5, "^(5)?$"),
        ] {
            assert_eq!(pattern(min, max), expected);
        }
    }

    #[test]
    fn blocks_are_the_range() {
        for (min, max) in [(0, 0), (0, 65_535), (60, 86_400), (30, 600), (7, 10_000_000), (99, 101)]
        {
            let mut next = min;
            for block in blocks(min, max) {
                let step = 10_u64.pow(block.free);
                let from = |digit| (block.fixed * 10 + digit) * step;
                assert_eq!(from(block.first), next, "{min}..={max}");
                assert!(block.free == 0 || from(block.first) > 0, "a leading zero");
                next = from(block.last) + step;
            }
            assert_eq!(next, max + 1, "{min}..={max}");
        }
    }
}
