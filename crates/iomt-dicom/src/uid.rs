//! Unique identifiers, kept inline.

/// A unique identifier of at most 64 characters (PS3.5 chapter 9), stored inline so that it can be kept without allocation.
///
/// Holds whatever ASCII the wire had, without its padding: real UIDs break the rules (leading zeros, letters, spaces), and
/// how they break them says who wrote them. Never trust one as a path or as shell text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid {
    bytes: [u8; 64],
    length: u8,
}

impl Uid {
    /// Takes the bytes of a UID value and leaves its padding (trailing NUL and spaces) out.
    ///
    /// Nothing when the text is empty, longer than 64 bytes or not printable ASCII.
    #[must_use]
    pub fn new(value: &[u8]) -> Option<Self> {
        let text = trim_uid(value);
        if text.is_empty() || !text.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let mut bytes = [0; 64];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }

    /// The characters, as bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl AsRef<str> for Uid {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl core::fmt::Display for Uid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for Uid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Leaves out the NULs and spaces that pad a UID.
#[inline]
pub(crate) fn trim_uid(value: &[u8]) -> &[u8] {
    let mut text = value;
    while let [head @ .., 0 | b' '] = text {
        text = head;
    }
    text
}

/// Leaves out the spaces around a text value, and trailing NULs, which some devices pad with.
#[inline]
pub(crate) fn trim_text(value: &[u8]) -> &[u8] {
    let mut text = trim_uid(value);
    while let [b' ', tail @ ..] = text {
        text = tail;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_part_of_a_uid() {
        let uid = Uid::new(b"1.2.840.10008.1.1\0").unwrap();
        assert_eq!(uid.as_str(), "1.2.840.10008.1.1");
        assert_eq!(Uid::new(b"1.2.840.10008.1.1 "), Some(uid));
    }

    #[test]
    fn what_cannot_be_kept_is_nothing() {
        assert_eq!(Uid::new(b""), None);
        assert_eq!(Uid::new(b"\0\0"), None);
        assert_eq!(Uid::new(&[b'1'; 65]), None);
        assert!(Uid::new(&[b'1'; 64]).is_some());
        assert_eq!(Uid::new(b"1.2\xff"), None);
    }

    #[test]
    fn text_is_trimmed_on_both_sides() {
        assert_eq!(trim_text(b"  ACME CT \0"), b"ACME CT");
        assert_eq!(trim_text(b"   "), b"");
    }
}
