//! Text in fields of fixed size.

use core::fmt;

/// A device's text: up to the first NUL, without controls and spaces around.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text.
    pub bytes: &'a [u8],
    /// Where it starts, in bytes from the head of the message.
    pub offset: usize,
}

impl<'a> Text<'a> {
    /// The text in a field that starts at `offset`.
    pub(crate) fn field(field: &'a [u8], offset: usize) -> Self {
        let before_nul = field.split(|&byte| byte == 0).next().unwrap_or_default();
        let line = before_nul.split(u8::is_ascii_control).next().unwrap_or_default();
        let trimmed = line.trim_ascii_start();
        let offset = offset.saturating_add(line.len().saturating_sub(trimmed.len()));
        Self { bytes: trimmed.trim_ascii_end(), offset }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The two halves of a location `UNIT|BED`; nothing when there is no bar.
    ///
    /// ```
    /// # let text = iomt_ge::Text { bytes: b"HOME|B-01", offset: 12 };
    /// assert_eq!(text.unit_and_bed(), Some((&b"HOME"[..], &b"B-01"[..])));
    /// ```
    #[must_use]
    pub fn unit_and_bed(&self) -> Option<(&'a [u8], &'a [u8])> {
        let bar = self.bytes.iter().position(|&byte| byte == b'|')?;
        let (unit, bed) = self.bytes.split_at_checked(bar)?;
        Some((unit.trim_ascii(), bed.get(1..)?.trim_ascii()))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.bytes.escape_ascii())
    }
}

/// A patient's text. Its debug output hides it; [`Self::reveal`] is the only way in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct PatientText<'a>(Text<'a>);

impl<'a> PatientText<'a> {
    pub(crate) const fn new(text: Text<'a>) -> Self {
        Self(text)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where it starts, in bytes from the head of the message.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.0.offset
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.bytes.len()
    }

    /// The text. Whoever calls this must keep it as safe as a patient's record.
    #[must_use]
    pub const fn reveal(&self) -> &'a [u8] {
        self.0.bytes
    }
}

impl fmt::Debug for PatientText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatientText(..)")
    }
}
