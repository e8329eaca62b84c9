//! A telephone number as it is written: digits, groups, what stands between them.

/// More digits than this no number has: an exit code, and ITU-T E.164's fifteen.
const DIGITS: usize = 18;

/// More groups no form has.
const GROUPS: usize = 8;

/// A number as it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    digits: [u8; DIGITS],
    len: usize,
    /// How long each group is.
    groups: [u8; GROUPS],
    count: usize,
    /// What stands before each group but the first; 0 where it is only a bracket.
    marks: [u8; GROUPS],
    /// The group in brackets.
    pub(super) bracketed: Option<usize>,
    /// Whether an extension follows.
    pub(super) extended: bool,
}

impl Form {
    /// Reads it, without a leading `+`; `None` where it is too long, or a bracket has no other.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let mut form = Self::default();
        let (mut open, mut within, mut mark) = (false, false, 0);
        for byte in value {
            match byte {
                b'0'..=b'9' => {
                    if !within {
                        *form.groups.get_mut(form.count)? = 0;
                        *form.marks.get_mut(form.count)? = mark;
                        form.count += 1;
                        (within, mark) = (true, 0);
                    }
                    *form.digits.get_mut(form.len)? = byte - b'0';
                    *form.groups.get_mut(form.count - 1)? += 1;
                    form.len += 1;
                }
                b'(' if !open && form.bracketed.is_none() => {
                    (open, within) = (true, false);
                    form.bracketed = Some(form.count);
                }
                b')' if open && within => (open, within) = (false, false),
                b' ' | b'.' | b'-' | b'/' if !open => {
                    within = false;
                    // Of ` - ` the dash counts.
                    mark = if *byte == b' ' && mark != 0 { mark } else { *byte };
                }
                b'x' | b'X' | b'e' | b'E' | b'#' | b',' | b';' if form.len >= 6 => {
                    form.extended = true;
                    break;
                }
                b'+' if form.len == 0 => {}
                _ => return None,
            }
        }
        (!open && form.count > 0).then_some(form)
    }

    /// Its digits, as numbers.
    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..self.len).unwrap_or_default()
    }

    /// How long its groups are.
    pub(super) fn groups(&self) -> &[u8] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    /// What stands between them.
    pub(super) fn marks(&self) -> &[u8] {
        self.marks.get(1..self.count).unwrap_or_default()
    }

    /// The number a group makes.
    pub(super) fn group(&self, index: usize) -> u32 {
        let from: usize = self
            .groups()
            .iter()
            .take(index)
            .map(|len| usize::from(*len))
            .sum();
        let len = self.groups().get(index).copied().unwrap_or_default();
        let digits = self.digits().get(from..from + usize::from(len));
        digits.unwrap_or_default().iter().fold(0_u32, |number, digit| {
            number.wrapping_mul(10).wrapping_add(u32::from(*digit))
        })
    }

    /// Without a group, such as the `(0)` of `+44 (0)20`.
    pub(super) fn without_zero(&self) -> Self {
        let Some(at) = self.bracketed else { return *self };
        if self.groups().get(at) != Some(&1) || self.group(at) != 0 || at == 0 {
            return *self;
        }
        let from: usize = self.groups().iter().take(at).map(|len| usize::from(*len)).sum();
        let mut fewer = *self;
        fewer.bracketed = None;
        fewer.digits.copy_within(from + 1.., from);
        fewer.groups.copy_within(at + 1.., at);
        fewer.marks.copy_within(at + 1.., at);
        (fewer.len, fewer.count) = (self.len - 1, self.count - 1);
        fewer
    }

    /// Whether somebody only filled a form: one digit, or ten in a row that count up or down; nine, where nothing
    /// groups them.
    pub(super) fn is_filler(&self) -> bool {
        let digits = self.digits();
        let first = digits.first();
        if digits.iter().all(|digit| Some(digit) == first) {
            return true;
        }
        let (mut up, mut down, mut longest) = (1, 1, 1);
        for (one, next) in digits.iter().zip(digits.iter().skip(1)) {
            up = if (one + 1) % 10 == *next { up + 1 } else { 1 };
            down = if (next + 1) % 10 == *one { down + 1 } else { 1 };
            longest = longest.max(up).max(down);
        }
        longest >= if self.count == 1 { 9 } else { 10 }
    }

    /// Whether it begins with a date, or is two years: `2024-01-15`, `15.01.2024`, `1990-2005`.
    pub(super) fn is_date(&self) -> bool {
        let day = |group: usize| (1..=31).contains(&self.group(group));
        let month = |group: usize| (1..=12).contains(&self.group(group));
        let year = |group: usize| (1900..=2099).contains(&self.group(group));
        let both = (day(0) && month(1)) || (month(0) && day(1));
        match self.groups() {
            [4, 1 | 2, 1 | 2, ..] => year(0) && month(1) && day(2),
            [1 | 2, 1 | 2, 4, ..] => both && year(2),
            [2, 2, 2] => both && self.marks() != b"  ",
            [4, 4] => year(0) && year(1),
            _ => false,
        }
    }
}

/// Whether digits are a number of the North American Numbering Plan: area and exchange begin with 2 to 9, and neither is
/// a service code such as 911. Areas that are kept for growth are right: generators do not know of them.
pub(super) fn is_american(digits: &[u8]) -> bool {
    let [a, b, c, d, e, f, ..] = digits else {
        return false;
    };
    digits.len() == 10 && *a >= 2 && *d >= 2 && (*b, *c) != (1, 1) && (*e, *f) != (1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Form {
        Form::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn groups_and_marks_are_what_is_written() {
        let form = read("(020) 7946-0958x12");
        assert_eq!(form.digits(), [0, 2, 0, 7, 9, 4, 6, 0, 9, 5, 8]);
        assert_eq!((form.groups(), form.marks()), (&[3, 4, 4][..], &b" -"[..]));
        assert_eq!((form.bracketed, form.extended), (Some(0), true));
        assert_eq!((form.group(0), form.group(1), form.group(9)), (20, 7946, 0));
        for none in ["", "(12", "12)", "((1))", "()1", "a", "1234567890123456789"] {
            assert!(Form::read(none.as_bytes()).is_none(), "{none}");
        }
    }

    #[test]
    fn a_zero_in_brackets_goes() {
        let form = read("44 (0)20 7946").without_zero();
        assert_eq!(form.digits(), [4, 4, 2, 0, 7, 9, 4, 6]);
        assert_eq!(form.groups(), [2, 2, 4]);
        assert_eq!(read("44 (20) 7946").without_zero().groups(), [2, 2, 4]);
    }

    #[test]
    fn fillers_and_dates_are_seen() {
        for filler in ["0000000000", "1234567890", "6123456789", "987 654 3210"] {
            assert!(read(filler).is_filler(), "{filler}");
        }
        assert!(!read("212 123 4567").is_filler());
        for date in [
            "2024-01-15",
            "15.01.2024",
            "1/15/2024",
            "1990-2005",
            "31.12.99",
            "2024-01-15 10",
        ] {
            assert!(read(date).is_date(), "{date}");
        }
        for none in ["61 51 81", "2024-13-15", "2024 9808", "01 84 17 61 18"] {
            assert!(!read(none).is_date(), "{none}");
        }
    }

    #[test]
    fn every_area_and_exchange_is_american_or_not() {
        for area in 0..1000_u32 {
            for exchange in [199, 200, 211, 234, 911, 999] {
                let digits: Vec<u8> = format!("{area:03}{exchange:03}0132")
                    .bytes()
                    .map(|digit| digit - b'0')
                    .collect();
                let right = area >= 200 && area % 100 != 11 && exchange >= 200 && exchange % 100 != 11;
                assert_eq!(is_american(&digits), right, "{area} {exchange}");
            }
        }
    }
}
