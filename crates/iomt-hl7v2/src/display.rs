//! Escaped values as text for people.
//!
//! ```text
//!  \F\            |
//!  \X41\          the byte 41 in the character set that holds here
//!  \H\ \N\        nothing: text has no highlighting
//!  \.br\ \.sp 2\  line ends         \.sk 3\  blanks
//!  \M2442\...     from here on another character set, until the next switch or the value's end
//! ```
//! HL7 v2.9.1 chapter 2, section 2.7. Local sequences (`\Z..\`) and lone escape characters are kept as they were sent.

use crate::Delimiters;
use crate::escape::{Piece, hex, pieces};
use crate::text::Charset;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// How the bytes of a run are to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Declared,
    Single(Charset),
    /// Seven-bit pairs of JIS X 0208 or 0212, and JIS X 0201 katakana: by their ISO 2022 designation.
    Designated(&'static [u8]),
}

impl Set {
    /// The set that the digits of `\C..\` or `\M..\` designate.
    fn designated(digits: &[u8]) -> Option<Self> {
        Some(match digits {
            b"2842" => Self::Single(Charset::Ascii),
            b"2D41" => Self::Single(Charset::Iso8859(1)),
            b"2D42" => Self::Single(Charset::Iso8859(2)),
            b"2D43" => Self::Single(Charset::Iso8859(3)),
            b"2D44" => Self::Single(Charset::Iso8859(4)),
            b"2D4C" => Self::Single(Charset::Iso8859(5)),
            b"2D47" => Self::Single(Charset::Iso8859(6)),
            b"2D46" => Self::Single(Charset::Iso8859(7)),
            b"2D48" => Self::Single(Charset::Iso8859(8)),
            b"2D4D" => Self::Single(Charset::Iso8859(9)),
            b"284A" => Self::Single(Charset::ShiftJis),
            b"2949" => Self::Designated(b"\x1b(I"),
            b"2442" => Self::Designated(b"\x1b$B"),
            b"242844" => Self::Designated(b"\x1b$(D"),
            _ => return None,
        })
    }
}

/// Text being put together: decoded so far, and a run of bytes in one set.
struct Text {
    done: String,
    run: Vec<u8>,
    set: Set,
    declared: Charset,
}

impl Text {
    fn flush(&mut self) {
        match self.set {
            Set::Declared => self.done.push_str(&self.declared.decode(&self.run)),
            Set::Single(charset) => self.done.push_str(&charset.decode(&self.run)),
            Set::Designated(designation) => {
                let stream: Vec<u8> = designation.iter().chain(&self.run).copied().collect();
                self.done.push_str(&Charset::Iso2022Jp.decode(&stream));
            }
        }
        self.run.clear();
    }

    fn push(&mut self, text: &str) {
        self.flush();
        self.done.push_str(text);
    }
}

/// The value as text, with every sequence resolved that text can show. Borrows when there is nothing to resolve or decode. Long
/// runs of line ends or blanks (`\.sp999\`) are cut at 80.
///
/// ```
/// use iomt_hl7v2::{Delimiters, display, text::Charset};
///
/// let text = display::text(br"\H\Rate\N\ 5 \T\ 6\.br\\X4F4B\", &Delimiters::DEFAULT, Charset::Ascii);
/// assert_eq!(text, "Rate 5 & 6\nOK");
/// ```
#[must_use]
pub fn text<'a>(bytes: &'a [u8], delimiters: &Delimiters, charset: Charset) -> Cow<'a, str> {
    if delimiters.escape.is_none_or(|escape| memchr::memchr(escape, bytes).is_none()) {
        return charset.decode(bytes);
    }
    let mut text = Text { done: String::new(), run: Vec::new(), set: Set::Declared, declared: charset };
    for (_, raw, piece) in pieces(bytes, delimiters) {
        match piece {
            Piece::Delimiter(byte) => text.push(char::from(byte).encode_utf8(&mut [0; 4])),
            Piece::Hex(digits) => text.run.extend(digits.as_chunks::<2>().0.iter().map(hex)),
            Piece::Highlight(_) => {}
            Piece::Layout(command) => layout(command, &mut text),
            Piece::Charset(digits) => {
                let mut upper = [0; 6];
                let upper = upper.get_mut(..digits.len()).map_or(&[][..], |slots| {
                    slots.copy_from_slice(digits);
                    slots.make_ascii_uppercase();
                    slots
                });
                if let Some(set) = Set::designated(upper) {
                    text.flush();
                    text.set = set;
                } else {
                    text.run.extend_from_slice(raw);
                }
            }
            Piece::Literal(_) | Piece::Local(_) | Piece::Stray(_) => text.run.extend_from_slice(raw),
        }
    }
    text.flush();
    Cow::Owned(text.done)
}

/// What a layout command does to plain text.
fn layout(command: &[u8], text: &mut Text) {
    let Some((name, argument)) = command.split_first_chunk::<3>() else { return };
    let argument = core::str::from_utf8(argument.trim_ascii()).unwrap_or_default();
    let count = argument.trim_start_matches('+').parse::<usize>().ok();
    let with = match name {
        b".br" | b".ce" => ("\n", 1),
        // Alone it is what `.br` became.
        b".sp" => ("\n", count.unwrap_or(1)),
        b".sk" => (" ", count.unwrap_or(1)),
        _ => return,
    };
    let (one, count) = with;
    text.push(&one.repeat(count.min(80)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(bytes: &[u8]) -> String {
        text(bytes, &Delimiters::DEFAULT, Charset::Iso8859(1)).into_owned()
    }

    #[test]
    fn layout_becomes_line_ends_and_blanks() {
        assert_eq!(plain(br"a\.br\b\.sp 2\c\.sp\d\.in+4\e\.sk3\f\.ce\g\.fi\h"), "a\nb\n\nc\nde   f\ngh");
        assert_eq!(plain(br"\.sp9999\").len(), 80);
    }

    #[test]
    fn highlighting_leaves_nothing_and_strays_stay() {
        assert_eq!(plain(br"\H\a\N\ C:\5 \Zq\"), br"a C:\5 \Zq\".map(char::from).iter().collect::<String>());
    }

    #[cfg(feature = "charset")]
    #[test]
    fn a_switch_holds_until_the_next_one() {
        assert_eq!(plain(b"\xe4\\C2D4C\\\xbc\\C2842\\ok"), "\u{e4}\u{41c}ok");
        assert_eq!(plain(br"\M2442\;3\M242844\PX\C2949\1\C2842\."), "\u{5c71}\u{795c}\u{ff71}.");
        assert_eq!(plain(br"\X41C4\\C2D46\\XC4\"), "A\u{c4}\u{394}");
        assert_eq!(plain(br"\C9999\x"), r"\C9999\x");
    }

    #[test]
    fn a_clean_value_is_borrowed() {
        assert!(matches!(text(b"clean", &Delimiters::DEFAULT, Charset::Ascii), Cow::Borrowed("clean")));
    }
}
