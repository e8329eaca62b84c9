//! Escapes that hide nothing, undone by their planes.

use super::map::Place;
use super::unescape::Decoded;
use crate::detect::stands_for;
use crate::token::Window;

/// Undoes the escapes of a string from a position to the end of a window, of which none hides anything, and lists where
/// its text is hot: where it is hot as it is written. Its bytes follow one another in the input from `begin` on. `None` if
/// the text has a backslash itself, or the last one is cut: what these escape is not known here.
pub(super) fn undo_plain(
    written: &Window<'_>,
    start: usize,
    begin: Place,
    decoded: &mut Decoded,
    hot: &mut Vec<usize>,
) -> Option<()> {
    decoded.clear();
    hot.clear();
    let next_hot = |from| written.next(from, |block| block.hot);
    let place = |at: usize, len: usize| Place {
        raw: begin.raw + (at - start) as u64,
        outer: begin.outer + len as u64,
    };
    let (mut from, mut hot_at) = (start, next_hot(start));
    while from < written.bytes.len() {
        let escape = written.next(from, |block| block.backslash);
        let len = decoded.bytes.len();
        let to = escape.unwrap_or(written.bytes.len());
        decoded.bytes.extend_from_slice(written.bytes.get(from..to)?);
        while let Some(at) = hot_at.filter(|at| *at < to) {
            hot.extend(at.checked_sub(from).map(|by| len + by));
            hot_at = next_hot(at + 1);
        }
        if let Some(escape) = escape {
            // What is no escape is left as it is.
            let stands_for = stands_for(*written.bytes.get(escape + 1)?).filter(|byte| *byte != b'\\');
            decoded.bytes.push(stands_for?);
        }
        decoded.runs.push(place(from, len), decoded.bytes.len() - len);
        from = to + 2;
    }
    decoded.end = place(written.bytes.len(), decoded.bytes.len());
    Some(())
}
