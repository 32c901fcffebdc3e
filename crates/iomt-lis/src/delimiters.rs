//! The delimiters that a header record declares.
//!
//! ```text
//!  H | \ ^ & | ...
//!    | | | |
//!    | | | +-- escape      &
//!    | | +---- component   ^
//!    | +------ repeat      \
//!    +-------- field       |
//! ```
//! LIS02-A2 (ASTM E1394) section 5.4. The order differs from HL7 v2, and nothing may be taken for granted: a GeneXpert declares
//! `|@^\`, and some drivers double the backslash (`|\\^&`).

use iomt_wire::{Error, Kind};

/// The delimiters of a message. What a header leaves out does not delimit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// Between fields; the byte behind the `H`.
    pub field: u8,
    /// Between the values of a field that may occur several times.
    pub repeat: Option<u8>,
    /// Between the parts of a value.
    pub component: Option<u8>,
    /// Around escape sequences.
    pub escape: Option<u8>,
}

impl Delimiters {
    /// `|\^&`, which the standard recommends.
    pub const DEFAULT: Self = Self { field: b'|', repeat: Some(b'\\'), component: Some(b'^'), escape: Some(b'&') };

    /// Reads them from a header record, from its `H` on. Says also whether they deviate from the standard's form.
    ///
    /// # Errors
    /// When it does not begin with `H`, or a delimiter is a letter, a digit, a blank, a control character or not ASCII.
    pub fn read(header: &[u8]) -> Result<(Self, Option<&'static str>), Error> {
        let error = |offset, field, kind| Error { offset, field, kind };
        let [b'H' | b'h', field, rest @ ..] = header else {
            return Err(error(
                0,
                "H-1",
                match header {
                    [] | [b'H' | b'h'] => Kind::Truncated { needed: 2, available: header.len() },
                    _ => Kind::Syntax("not a header record"),
                },
            ));
        };
        if !field.is_ascii_punctuation() {
            return Err(error(1, "H-1", Kind::Invalid { value: u64::from(*field) }));
        }
        let end = rest.iter().position(|byte| byte == field || byte.is_ascii_control()).unwrap_or(rest.len());
        let declared = rest.get(..end).unwrap_or_default();
        if let Some(at) = declared.iter().position(|byte| !byte.is_ascii_punctuation()) {
            let value = declared.get(at).copied().unwrap_or_default();
            return Err(error(at.saturating_add(2), "H-2", Kind::Invalid { value: u64::from(value) }));
        }
        let (parts, quirk) = match declared {
            // A backslash that a driver escaped for its own language.
            [b'\\', b'\\', rest @ ..] if rest.len() == 2 => {
                ([Some(b'\\'), rest.first().copied(), rest.get(1).copied()], Some("doubled-repeat-delimiter"))
            }
            [repeat, component, escape] => ([Some(*repeat), Some(*component), Some(*escape)], None),
            [repeat, component, escape, ..] => {
                ([Some(*repeat), Some(*component), Some(*escape)], Some("long-delimiters"))
            }
            short => ([short.first().copied(), short.get(1).copied(), None], Some("short-delimiters")),
        };
        let [repeat, component, escape] = parts;
        let found = Self { field: *field, repeat, component, escape };
        if found.has_duplicates() {
            return Err(error(2, "H-2", Kind::Syntax("a delimiter is declared twice")));
        }
        Ok((found, quirk))
    }

    /// Whether two of them are the same, so that they cannot delimit.
    fn has_duplicates(&self) -> bool {
        let Self { field, repeat, component, escape } = *self;
        let all = [Some(field), repeat, component, escape];
        all.iter()
            .enumerate()
            .any(|(index, one)| one.is_some() && all.iter().skip(index.saturating_add(1)).any(|other| other == one))
    }

    /// Whether all four are different punctuation, so that a header can declare them.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let Self { field, repeat, component, escape } = *self;
        let usable = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_punctuation());
        // What is left out is left out at the end.
        let gapless = (repeat.is_some() || component.is_none()) && (component.is_some() || escape.is_none());
        usable(Some(field))
            && usable(repeat)
            && usable(component)
            && usable(escape)
            && gapless
            && !self.has_duplicates()
    }
}

impl Default for Delimiters {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recommended_delimiters_are_read() {
        assert_eq!(Delimiters::read(b"H|\\^&|||"), Ok((Delimiters::DEFAULT, None)));
    }

    #[test]
    fn a_genexpert_declares_its_own() {
        let (found, quirk) = Delimiters::read(b"H|@^\\|id||").unwrap();
        assert_eq!((found.repeat, found.component, found.escape), (Some(b'@'), Some(b'^'), Some(b'\\')));
        assert_eq!(quirk, None);
    }

    #[test]
    fn a_doubled_backslash_is_one() {
        assert_eq!(Delimiters::read(b"H|\\\\^&|"), Ok((Delimiters::DEFAULT, Some("doubled-repeat-delimiter"))));
    }

    #[test]
    fn what_is_left_out_does_not_delimit() {
        let (found, quirk) = Delimiters::read(b"H|\\^\r").unwrap();
        assert_eq!((found.component, found.escape, quirk), (Some(b'^'), None, Some("short-delimiters")));
        let (found, _) = Delimiters::read(b"H||").unwrap();
        assert_eq!((found.repeat, found.component), (None, None));
    }

    #[test]
    fn letters_blanks_and_repeats_are_refused_at_their_place() {
        assert_eq!(Delimiters::read(b"HA").unwrap_err().offset, 1);
        assert_eq!(Delimiters::read(b"H|\\a&|").unwrap_err().offset, 3);
        assert_eq!(Delimiters::read("H|\u{a7}^&|".as_bytes()).unwrap_err().offset, 2);
        assert!(matches!(Delimiters::read(b"H|^^&|").unwrap_err().kind, Kind::Syntax(_)));
        assert!(matches!(Delimiters::read(b"P|1").unwrap_err().kind, Kind::Syntax(_)));
        assert!(matches!(Delimiters::read(b"H").unwrap_err().kind, Kind::Truncated { .. }));
    }
}
