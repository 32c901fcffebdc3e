//! Waves: four packets a second, each a quarter of a second of every signal.
//!
//! ```text
//!  0             2       4
//!  | sequence:16 | 00 00 | signals ... | tail
//!  a signal: | id:8 | flags:8 | samples:s16 ... |        low nibble of flags: B four samples, 9 one
//! ```
//! From one capture: fifteen rounds of four ECG leads at 240 samples a second and others at 60, then 35 bytes from `FA 0D` on
//! whose meaning is not known. `80 0F` is no signal.

use iomt_wire::{Cursor, Error, Kind, Result};

use crate::{named, shows};

named! {
    /// Which signal.
    WaveId(u8) {
        /// ECG lead I.
        ECG_I = 0x07, "ECG I";
        /// ECG lead II.
        ECG_II = 0x08, "ECG II";
        /// ECG lead III.
        ECG_III = 0x09, "ECG III";
        /// ECG lead V.
        ECG_V = 0x0a, "ECG V";
        /// Respiration.
        RESPIRATION = 0x17, "respiration";
        /// Plethysmogram.
        PLETH = 0x27, "plethysmogram";
    }
}

/// The sample that says: no signal.
pub const NO_SIGNAL: i16 = i16::from_be_bytes([0x80, 0x0f]);

/// A packet of waves.
#[derive(Clone, Copy)]
pub struct WavePacket<'a> {
    /// Counts packets.
    pub sequence: u16,
    body: Cursor<'a>,
}

shows!(WavePacket: sequence);

impl<'a> WavePacket<'a> {
    /// Reads a datagram.
    ///
    /// # Errors
    /// When its head is not there or its two zero bytes are others.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut cursor = Cursor::new(bytes);
        let sequence = cursor.be_u16("wave sequence")?;
        let zero = cursor.be_u16("wave head")?;
        if zero != 0 {
            return Err(Error { offset: 2, field: "wave head", kind: Kind::Invalid { value: zero.into() } });
        }
        Ok(Self { sequence, body: cursor })
    }

    /// The signals, in wire order: of each its few samples, round after round.
    #[must_use]
    pub const fn signals(&self) -> Signals<'a> {
        Signals { cursor: self.body }
    }
}

/// A few samples of one signal.
#[derive(Clone, Copy)]
pub struct Signal<'a> {
    /// Which signal.
    pub id: WaveId,
    /// Flags; the low nibble tells how many samples there are.
    pub flags: u8,
    /// The samples, big-endian.
    pub samples: Cursor<'a>,
}

shows!(Signal: id, flags);

impl Signal<'_> {
    /// Whether a sample is a signal.
    #[must_use]
    pub fn has_signal(&self) -> bool {
        let (samples, _) = self.samples.rest().as_chunks::<2>();
        samples.iter().any(|sample| i16::from_be_bytes(*sample) != NO_SIGNAL)
    }
}

/// Iterates the signals of a packet; what is no signal ends it.
#[derive(Clone, Copy)]
pub struct Signals<'a> {
    cursor: Cursor<'a>,
}

impl core::fmt::Debug for Signals<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Signals").field("left", &self.cursor.remaining()).finish()
    }
}

impl<'a> Signals<'a> {
    /// What is left: once the iterator has ended, the tail.
    #[must_use]
    pub const fn tail(&self) -> Cursor<'a> {
        self.cursor
    }
}

impl<'a> Iterator for Signals<'a> {
    type Item = Signal<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut ahead = self.cursor;
        let [id, flags] = ahead.array("wave id and flags").ok()?;
        let length = match flags & 0x0f {
            0x0b => 8_u8,
            0x09 => 2,
            _ => return None,
        };
        let samples = ahead.sub(length, "wave samples").ok()?;
        self.cursor = ahead;
        Some(Signal { id: WaveId(id), flags, samples })
    }
}
