//! Transfer syntaxes: how a data set is laid out.
//!
//! ```text
//!  1.2.840.10008.1.2        | group | elem | length (32) |                    implicit little endian
//!  1.2.840.10008.1.2.2      | group | elem | VR | length (16) |  big endian   explicit big endian
//!  all others               | group | elem | VR | length (16) |               explicit little endian
//!  ...1.2.1.99, 4.95, 4.205 one raw deflate stream, and within it the same
//! ```
//! PS3.5 chapter 10 and annex A. For a reader of metadata only three layouts exist: everything that is neither implicit nor
//! big endian is Explicit VR Little Endian, whatever compresses its pixels. Three syntaxes deflate the whole data set.

use crate::element::Encoding;
use crate::uid::trim_uid;

/// A transfer syntax that this crate knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TransferSyntax {
    uid: &'static str,
    name: &'static str,
    encoding: Encoding,
    deflated: bool,
    encapsulated: bool,
}

impl TransferSyntax {
    /// Looks a UID up; trailing NUL or space is padding.
    #[must_use]
    pub fn from_uid(uid: &[u8]) -> Option<Self> {
        let uid = trim_uid(uid);
        TABLE.iter().find(|known| known.uid.as_bytes() == uid).copied()
    }

    /// The UID.
    #[must_use]
    pub const fn uid(&self) -> &'static str {
        self.uid
    }

    /// What the standard calls it, shortened where it repeats itself.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How the elements of the data set are laid out, once inflated if [`is_deflated`](Self::is_deflated).
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the whole data set is one raw RFC 1951 stream.
    #[must_use]
    pub const fn is_deflated(&self) -> bool {
        self.deflated
    }

    /// Whether the pixel data come as fragments.
    #[must_use]
    pub const fn is_encapsulated(&self) -> bool {
        self.encapsulated
    }
}

const fn plain(uid: &'static str, name: &'static str, encoding: Encoding) -> TransferSyntax {
    TransferSyntax { uid, name, encoding, deflated: false, encapsulated: false }
}

const fn deflated(uid: &'static str, name: &'static str) -> TransferSyntax {
    TransferSyntax { uid, name, encoding: Encoding::ExplicitLittle, deflated: true, encapsulated: false }
}

const fn pixels(uid: &'static str, name: &'static str) -> TransferSyntax {
    TransferSyntax { uid, name, encoding: Encoding::ExplicitLittle, deflated: false, encapsulated: true }
}

const TABLE: &[TransferSyntax] = &[
    plain("1.2.840.10008.1.2", "Implicit VR Little Endian", Encoding::ImplicitLittle),
    plain("1.2.840.10008.1.2.1", "Explicit VR Little Endian", Encoding::ExplicitLittle),
    pixels("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian"),
    deflated("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian"),
    plain("1.2.840.10008.1.2.2", "Explicit VR Big Endian", Encoding::ExplicitBig),
    pixels("1.2.840.10008.1.2.4.50", "JPEG Baseline"),
    pixels("1.2.840.10008.1.2.4.51", "JPEG Extended"),
    pixels("1.2.840.10008.1.2.4.57", "JPEG Lossless, Process 14"),
    pixels("1.2.840.10008.1.2.4.70", "JPEG Lossless, Process 14, Selection Value 1"),
    pixels("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
    pixels("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless"),
    pixels("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless"),
    pixels("1.2.840.10008.1.2.4.91", "JPEG 2000"),
    pixels("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Lossless"),
    pixels("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2"),
    plain("1.2.840.10008.1.2.4.94", "JPIP Referenced", Encoding::ExplicitLittle),
    deflated("1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate"),
    pixels("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile, Main Level"),
    pixels("1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG2 Main Profile, Main Level"),
    pixels("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile, High Level"),
    pixels("1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG2 Main Profile, High Level"),
    pixels("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile, Level 4.1"),
    pixels("1.2.840.10008.1.2.4.102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.1"),
    pixels("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile, Level 4.1"),
    pixels("1.2.840.10008.1.2.4.103.1", "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile, Level 4.1"),
    pixels("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile, Level 4.2, 2D video"),
    pixels("1.2.840.10008.1.2.4.104.1", "Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.2, 2D video"),
    pixels("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile, Level 4.2, 3D video"),
    pixels("1.2.840.10008.1.2.4.105.1", "Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.2, 3D video"),
    pixels("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile, Level 4.2"),
    pixels("1.2.840.10008.1.2.4.106.1", "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile, Level 4.2"),
    pixels("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile, Level 5.1"),
    pixels("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile, Level 5.1"),
    pixels("1.2.840.10008.1.2.4.110", "JPEG XL Lossless"),
    pixels("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression"),
    pixels("1.2.840.10008.1.2.4.112", "JPEG XL"),
    pixels("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless"),
    pixels("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL Options Lossless"),
    pixels("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000"),
    plain("1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", Encoding::ExplicitLittle),
    deflated("1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate"),
    pixels("1.2.840.10008.1.2.5", "RLE Lossless"),
    plain("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video", Encoding::ExplicitLittle),
    plain("1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video", Encoding::ExplicitLittle),
    plain("1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 PCM Digital Audio", Encoding::ExplicitLittle),
    pixels("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression"),
    plain("1.2.840.113619.5.2", "GE private, implicit with big-endian pixels", Encoding::ImplicitLittle),
    plain("1.2.840.10008.1.20", "Papyrus 3 Implicit VR Little Endian", Encoding::ImplicitLittle),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_layouts_are_told_apart() {
        let encoding = |uid: &[u8]| TransferSyntax::from_uid(uid).map(|syntax| syntax.encoding());
        assert_eq!(encoding(b"1.2.840.10008.1.2"), Some(Encoding::ImplicitLittle));
        assert_eq!(encoding(b"1.2.840.10008.1.2\0"), Some(Encoding::ImplicitLittle), "padding is not part of the UID");
        assert_eq!(encoding(b"1.2.840.10008.1.2.1"), Some(Encoding::ExplicitLittle));
        assert_eq!(encoding(b"1.2.840.10008.1.2.2"), Some(Encoding::ExplicitBig));
        assert_eq!(encoding(b"1.2.840.10008.1.2.4.90"), Some(Encoding::ExplicitLittle));
        assert_eq!(encoding(b"1.2.999"), None);
    }

    #[test]
    fn deflated_data_sets_and_deflated_frames_differ() {
        assert!(TransferSyntax::from_uid(b"1.2.840.10008.1.2.1.99").unwrap().is_deflated());
        let frames = TransferSyntax::from_uid(b"1.2.840.10008.1.2.8.1").unwrap();
        assert!(!frames.is_deflated() && frames.is_encapsulated());
    }
}
