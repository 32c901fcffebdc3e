//! Compressed captures, seen through.
//!
//! ```text
//!  1f 8b 08 ...                gzip (RFC 1952), any number of members
//!  28 b5 2f fd ...             Zstandard frame (RFC 8878, section 3.1.1)
//!  5x 2a 4d 18 | length32 |    Zstandard skippable frame (section 3.1.2), passed over
//! ```
//!
//! Sensors rotate captures into `.pcap.gz` and `.pcap.zst`, often as several members or frames appended to one file; all of
//! them are read. Memory is constant: gzip keeps 32 KiB, Zstandard the window its frame asks for, at most 32 MiB
//! (`zstd` exceeds it by `--long` and by the levels above 20); a frame that asks for more is refused as damaged.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// A compression that captures are found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878.
    Zstd,
}

/// Tells the compression by the first four bytes.
#[must_use]
pub fn is_compressed(head: &[u8]) -> Option<Compression> {
    match head {
        [0x1f, 0x8b, 0x08, ..] => Some(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
        _ => None,
    }
}

/// Looks at the head of an input and returns a reader of what is in it: decompressed when it is compressed, else as it is.
///
/// Damage in the compressed data comes as [`io::ErrorKind::InvalidData`], `InvalidInput` or `UnexpectedEof` after all that could
/// be decompressed before it.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn decompress(mut input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut head = [0; 4];
    let length = read_up_to(&mut input, &mut head)?;
    let head = head.get(..length).unwrap_or_default().to_vec();
    let compression = is_compressed(&head);
    let whole = io::Cursor::new(head).chain(input);
    Ok(match compression {
        Some(Compression::Gzip) => Box::new(MultiGzDecoder::new(whole)),
        Some(Compression::Zstd) => Box::new(Zstd::new(whole)),
        None => Box::new(whole),
    })
}

/// Fills `buffer` as far as the input goes.
pub(crate) fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0_usize;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match input.read(room) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads Zstandard frames one after another; the decoder below reads only one.
struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    state: State,
}

enum State {
    /// Before a frame, or behind the last.
    Between,
    Inside,
    /// The frame is damaged: what was decoded of it before is still handed out.
    Failing(io::Error),
    Over,
}

/// How much is decompressed at a time.
const STEP: usize = 128 << 10;
/// The largest window that is allocated for a frame.
const WINDOW: u64 = 32 << 20;
/// An empty last block, and a checksum in case the frame has one.
///
/// Before its end a frame keeps back as much as its window, since later blocks may repeat it. When none can come any more, this
/// end in place of the true one makes the decoder give that away.
const END: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R: Read> Zstd<R> {
    fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Self { source, decoder, state: State::Between }
    }

    /// Compares the checksum of a frame that was handed out whole.
    fn verify(&self) -> io::Result<()> {
        match self.decoder.get_checksum_from_data() {
            Some(sum) if self.decoder.get_calculated_checksum() != Some(sum) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a Zstandard frame does not match"))
            }
            _ => Ok(()),
        }
    }

    /// Decodes some more of a frame.
    fn step(&mut self) -> State {
        match self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBytes(STEP)) {
            Ok(_) => State::Inside,
            Err(error) => {
                // Should even this fail, there is nothing to hand out but what exceeds the window.
                let _ = self.decoder.decode_blocks(END.as_slice(), BlockDecodingStrategy::UptoBlocks(1));
                State::Failing(damaged(error))
            }
        }
    }

    /// Moves to the next frame; `false` at the end of the input.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let mut magic = [0; 4];
            match read_up_to(&mut self.source, &mut magic)? {
                0 => return Ok(false),
                4 => {}
                _ => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
            if let [0x50..=0x5f, 0x2a, 0x4d, 0x18] = magic {
                let mut length = [0; 4];
                self.source.read_exact(&mut length)?;
                let length = u64::from(u32::from_le_bytes(length));
                if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                continue;
            }
            self.decoder.init(magic.chain(&mut self.source)).map_err(damaged)?;
            return Ok(true);
        }
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let inside = match self.state {
                State::Over => return Ok(0),
                State::Between => false,
                State::Inside | State::Failing(_) => true,
            };
            if inside && self.decoder.can_collect() > 0 {
                return Read::read(&mut self.decoder, buffer);
            }
            self.state = match core::mem::replace(&mut self.state, State::Over) {
                State::Between if self.next_frame()? => State::Inside,
                State::Between | State::Over => return Ok(0),
                State::Failing(error) => return Err(error),
                State::Inside if self.decoder.is_finished() => {
                    self.verify()?;
                    State::Between
                }
                State::Inside => self.step(),
            };
        }
    }
}

fn damaged(error: ruzstd::decoding::errors::FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn inflate(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        decompress(io::Cursor::new(bytes))?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn plain_bytes_pass_unchanged_even_when_shorter_than_a_magic() {
        for bytes in [&b""[..], b"a", b"abc", b"abcdefgh"] {
            assert_eq!(inflate(bytes.to_vec()).unwrap(), bytes);
        }
    }

    #[test]
    fn gzip_members_and_zstandard_frames_are_read_one_after_another() {
        let first = vec![7; 300_000];
        let second = b"second".to_vec();
        let both = [first.clone(), second.clone()].concat();
        assert_eq!(inflate([gzip(&first), gzip(&second)].concat()).unwrap(), both);
        let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9].to_vec();
        assert_eq!(inflate([skippable.clone(), zstd(&first), skippable, zstd(&second)].concat()).unwrap(), both);
    }

    /// A frame of raw blocks with a checksum, a window of 1 MiB and no content size.
    fn raw_frame(blocks: &[&[u8]], checksum: [u8; 4]) -> Vec<u8> {
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x04, 10 << 3];
        for (index, block) in blocks.iter().enumerate() {
            let last = u32::from(index.saturating_add(1) == blocks.len());
            frame.extend(&(u32::try_from(block.len()).unwrap() << 3 | last).to_le_bytes()[..3]);
            frame.extend(*block);
        }
        frame.extend(checksum);
        frame
    }

    fn read(bytes: Vec<u8>) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut out = Vec::new();
        let mut reader = decompress(io::Cursor::new(bytes)).unwrap();
        let error = reader.read_to_end(&mut out).err();
        assert_eq!(reader.read(&mut [0; 9]).unwrap_or(0), 0, "nothing follows damage");
        (out, error.map(|error| error.kind()))
    }

    #[test]
    fn blocks_within_the_window_are_not_lost_when_the_frame_is_cut_or_damaged_behind_them() {
        let frame = raw_frame(&[b"first ", b"second", b"third"], [0; 4]);
        // In the third block, before it, in its header, and before and in the checksum.
        for (length, expected) in [
            (29, &b"first second"[..]),
            (24, b"first second"),
            (26, b"first second"),
            (32, b"first secondthird"),
            (34, b"first secondthird"),
        ] {
            let (out, error) = read(frame.get(..length).unwrap().to_vec());
            assert_eq!((out.as_slice(), error), (expected, Some(io::ErrorKind::InvalidData)), "{length}");
        }
        // The third block is of the reserved type.
        let mut damaged = frame;
        *damaged.get_mut(24).unwrap() |= 6;
        assert_eq!(read(damaged), (b"first second".to_vec(), Some(io::ErrorKind::InvalidData)));
    }

    #[test]
    fn a_checksum_that_does_not_match_is_damage_reported_behind_the_data() {
        // XXH64 of nothing is ef46db3751d8e999.
        assert_eq!(read(raw_frame(&[b""], [0x99, 0xe9, 0xd8, 0x51])), (Vec::new(), None));
        assert_eq!(read(raw_frame(&[b""], [0x98, 0xe9, 0xd8, 0x51])), (Vec::new(), Some(io::ErrorKind::InvalidData)));
        let sound = zstd(b"sound");
        assert_eq!(read(sound.clone()), (b"sound".to_vec(), None));
        let mut flipped = sound;
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(read(flipped), (b"sound".to_vec(), Some(io::ErrorKind::InvalidData)));
    }

    #[test]
    fn a_window_larger_than_what_is_kept_is_refused() {
        for (exponent, accepted) in [(15_u8, true), (16, false)] {
            let frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, 1, 0, 0];
            assert_eq!(inflate(frame).is_ok(), accepted, "{exponent}");
        }
    }

    #[test]
    fn a_cut_off_archive_gives_what_was_before_the_cut_and_then_an_error_of_a_damaged_kind() {
        let bytes: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for packed in [gzip(&bytes), zstd(&bytes)] {
            let cut = packed.len() / 2;
            let mut reader = decompress(io::Cursor::new(packed.get(..cut).unwrap().to_vec())).unwrap();
            let mut out = Vec::new();
            let error = reader.read_to_end(&mut out).unwrap_err();
            assert!(matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof), "{error:?}");
            assert!(!out.is_empty());
            assert!(bytes.starts_with(&out));
        }
    }
}
