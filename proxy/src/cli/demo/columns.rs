//! Two columns in a terminal, what differs in colour.

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};

/// How wide a page is where there is no terminal to ask.
const WIDTH: usize = 110;

/// The least two columns can be read in.
const NARROWEST: usize = 50;

/// How wide the page is, and whether it has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    width: usize,
    colours: Colours,
}

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colours {
    /// Values stand out.
    On,
    /// Bytes only.
    Off,
}

impl Style {
    /// What standard output can show. `NO_COLOR` (no-color.org) is respected.
    pub fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let width = terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0));
        Self {
            width: width.max(NARROWEST),
            colours: if terminal && wanted {
                Colours::On
            } else {
                Colours::Off
            },
        }
    }
}

/// Writes rows of two cells.
pub struct Columns {
    style: Style,
}

/// The style of a piece of text, as ECMA-48 writes it.
#[derive(Clone, Copy)]
enum Ink {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
}

impl Columns {
    /// Columns of a style.
    pub fn new(style: Style) -> Self {
        Self { style }
    }

    /// Characters of one cell.
    fn cell(&self) -> usize {
        (self.style.width - 3) / 2
    }

    /// What a part shows.
    pub fn title(&self, text: &str, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{}", self.ink(Ink::Bold, text))
    }

    /// The names of the columns.
    pub fn heads(&self, [left, right]: [&str; 2], out: &mut impl Write) -> io::Result<()> {
        let cell = self.cell();
        let line = format!("{left:cell$} \u{2502} {right}");
        writeln!(out, "{}", self.ink(Ink::Dim, &line))
    }

    /// One line of either side, on as many rows as the longer one needs.
    pub fn row(&self, left: &str, right: &str, out: &mut impl Write) -> io::Result<()> {
        let (start, left_end, right_end) = difference(left, right);
        let cell = self.cell();
        let mut cells = (
            cells(left, start..left_end, cell).into_iter(),
            cells(right, start..right_end, cell).into_iter(),
        );
        loop {
            let (left, right) = match (cells.0.next(), cells.1.next()) {
                (None, None) => return Ok(()),
                (left, right) => (left.unwrap_or_default(), right.unwrap_or_default()),
            };
            let blank = " ".repeat(cell - left.iter().map(|(text, _)| text.chars().count()).sum::<usize>());
            let bar = self.ink(Ink::Dim, "\u{2502}");
            let (left, right) = (self.paint(&left, Ink::Red), self.paint(&right, Ink::Green));
            writeln!(out, "{}", format!("{left}{blank} {bar} {right}").trim_end())?;
        }
    }

    /// Two texts, line by line.
    pub fn pairs(&self, left: &str, right: &str, out: &mut impl Write) -> io::Result<()> {
        let (mut left, mut right) = (left.lines(), right.lines());
        loop {
            match (left.next(), right.next()) {
                (None, None) => return Ok(()),
                (a, b) => self.row(a.unwrap_or_default(), b.unwrap_or_default(), out)?,
            }
        }
    }

    fn paint(&self, runs: &[(String, Run)], ink: Ink) -> String {
        let paint = |(text, run): &(String, Run)| match run {
            Run::Same => text.clone(),
            Run::Differs => self.ink(ink, text),
        };
        runs.iter().map(paint).collect()
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        match self.style.colours {
            Colours::On if !text.is_empty() => format!("\u{1b}[{}m{text}\u{1b}[0m", ink as u8),
            _ => text.to_owned(),
        }
    }
}

/// Whether a piece of a line is the same on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Same,
    Differs,
}

/// Where two lines begin to differ, and where the difference ends in each, in characters.
fn difference(left: &str, right: &str) -> (usize, usize, usize) {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let start = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let most = left.len().min(right.len()) - start;
    let same = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    (start, left.len() - same, right.len() - same)
}

/// A line as cells of at most `width` characters, each in runs that differ or do not. One cell at least.
fn cells(line: &str, differs: std::ops::Range<usize>, width: usize) -> Vec<Vec<(String, Run)>> {
    let mut cells = vec![Vec::new()];
    let mut room = width;
    for (index, character) in line.chars().enumerate() {
        if room == 0 {
            cells.push(Vec::new());
            room = width;
        }
        room -= 1;
        let run = if differs.contains(&index) {
            Run::Differs
        } else {
            Run::Same
        };
        let shown = if character.is_control() { ' ' } else { character };
        if let Some(cell) = cells.last_mut() {
            match cell.last_mut() {
                Some((text, last)) if *last == run => String::push(text, shown),
                _ => cell.push((shown.to_string(), run)),
            }
        }
    }
    cells
}

/// Lines of two sides that wait for their counterparts.
#[derive(Default)]
pub struct Pairs {
    left: VecDeque<String>,
    right: VecDeque<String>,
}

impl Pairs {
    /// A line of the left side.
    pub fn left(&mut self, line: String) {
        self.left.push_back(line);
    }

    /// A line of the right side.
    pub fn right(&mut self, line: String) {
        self.right.push_back(line);
    }

    /// The next pair. A side that is not open any more has nothing to wait for.
    pub fn next(&mut self, open: [bool; 2]) -> Option<(String, String)> {
        let waits = self.left.is_empty() && (open[0] || self.right.is_empty())
            || self.right.is_empty() && (open[1] || self.left.is_empty());
        if waits {
            return None;
        }
        Some((
            self.left.pop_front().unwrap_or_default(),
            self.right.pop_front().unwrap_or_default(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(style: Style, left: &str, right: &str) -> String {
        let mut out = Vec::new();
        Columns::new(style).row(left, right, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    const PLAIN: Style = Style {
        width: 23,
        colours: Colours::Off,
    };

    #[test]
    fn long_lines_take_more_rows() {
        assert_eq!(
            shown(PLAIN, "0123456789ab", "short"),
            "0123456789 \u{2502} short\nab         \u{2502}\n"
        );
        assert_eq!(shown(PLAIN, "", ""), "           \u{2502}\n");
    }

    #[test]
    fn what_differs_is_coloured() {
        let style = Style {
            colours: Colours::On,
            ..PLAIN
        };
        let row = shown(style, "to a@b.", "to [M].");
        assert!(row.contains("to \u{1b}[31ma@b\u{1b}[0m."), "{row:?}");
        assert!(row.contains("to \u{1b}[32m[M]\u{1b}[0m."), "{row:?}");
    }

    #[test]
    fn differences_do_not_overlap() {
        assert_eq!(difference("aaa", "aa"), (2, 3, 2));
        assert_eq!(difference("abc", "abc"), (3, 3, 3));
        assert_eq!(difference("", "x"), (0, 0, 1));
    }

    #[test]
    fn lines_wait_for_their_counterparts() {
        let mut pairs = Pairs::default();
        pairs.left("a".into());
        assert_eq!(pairs.next([true, true]), None);
        assert_eq!(pairs.next([true, false]), Some(("a".into(), String::new())));
        pairs.right("b".into());
        assert_eq!(pairs.next([true, true]), None);
        pairs.left("a".into());
        assert_eq!(pairs.next([true, true]), Some(("a".into(), "b".into())));
        assert_eq!(pairs.next([false, false]), None);
    }
}
