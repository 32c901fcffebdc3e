//! Parameters: what the monitor shows as numbers, and which measurements its bed has.
//!
//! ```text
//!  0             1             2             3                  4           5
//!  | alarm state | alarm level | audio level | patient admitted | count n | graph status | n entries
//!
//!  entry: 0   | 01 | code | status:16 | value:s16 x 3 |
//!         10  | 0C | code | s16 x 6 |
//!         24  | 03 | code | flags:16 x 2 | { low:s16, high:s16 } x 3 | s16 |
//!         44  | 15 | code | { attribute:8, message:8 } x 3 | 16 |
//!         54  | 02 | code | s16 x 4 |
//!         64  | type | code | position | port |         and on the network | sequence:8 | 0 |
//! ```
//! 70 bytes an entry on the network (a capture), 68 on a serial line (a driver for the same monitors).

use iomt_wire::{Cursor, Kind, Result};

use crate::{named, shows};

named! {
    /// What is measured.
    Code(u8) {
        /// Non-invasive pressure.
        NBP = 0x18, "non-invasive pressure";
        /// Respiration.
        RESPIRATION = 0x22, "respiration";
        /// Temperature.
        TEMPERATURE = 0x23, "temperature";
        /// Oximetry.
        SPO2 = 0x2d, "SpO2";
        /// Electrocardiogram.
        ECG = 0x3a, "ECG";
        /// ST segment of lead I.
        ST_I = 0x56, "ST I";
        /// ST segment of lead II.
        ST_II = 0x57, "ST II";
        /// ST segment of lead III.
        ST_III = 0x58, "ST III";
        /// ST segment of lead V.
        ST_V = 0x59, "ST V";
    }
    /// Kind of parameter.
    ParameterType(u8) {
        /// Electrocardiogram.
        ECG = 1, "ECG";
        /// Respiration.
        RESPIRATION = 8, "respiration";
        /// Non-invasive pressure.
        NBP = 10, "non-invasive pressure";
        /// Oximetry.
        SPO2 = 11, "SpO2";
        /// ST segments.
        ST = 13, "ST";
    }
    /// Whether alarms sound.
    AlarmState(u8) {
        /// They do.
        ACTIVE = 0, "active";
        /// They are silenced.
        SILENCED = 1, "silenced";
        /// They are paused.
        PAUSED = 2, "paused";
        /// They are off.
        OFF = 3, "off";
        /// Their volume is off.
        VOLUME_OFF = 4, "volume off";
        /// They are paused and the display is off.
        PAUSED_DISPLAY_OFF = 5, "paused, display off";
    }
    /// How grave the gravest alarm is.
    AlarmLevel(u8) {
        /// Status only.
        STATUS = 0, "status only";
        /// A message of the system.
        SYSTEM_MESSAGE = 1, "system message";
        /// An advisory of the system.
        SYSTEM_ADVISORY = 2, "system advisory";
        /// A warning of the system.
        SYSTEM_WARNING = 3, "system warning";
        /// A message.
        MESSAGE = 4, "message";
        /// An advisory.
        ADVISORY = 5, "advisory";
        /// A warning.
        WARNING = 6, "warning";
        /// A crisis.
        CRISIS = 7, "crisis";
    }
}

/// A value, or the reason why there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ParameterValue(pub i16);

impl ParameterValue {
    /// Why there is no value; nothing when there is one.
    #[must_use]
    pub const fn absent(self) -> Option<&'static str> {
        Some(match self.0 {
            -32768 => "invalid",
            -32767 => "missing",
            -32766 => "drawing",
            -32765 => "flushing",
            -32764 => "zeroing",
            -32763 => "calibrating",
            -32762 => "no pulse",
            -32761 => "sensor failure",
            _ => return None,
        })
    }

    /// The value.
    #[must_use]
    pub const fn value(self) -> Option<i16> {
        if self.absent().is_some() { None } else { Some(self.0) }
    }
}

/// Only why there is none: a value is a patient's.
impl core::fmt::Debug for ParameterValue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ParameterValue({})", self.absent().unwrap_or(".."))
    }
}

/// All parameters of one monitor.
#[derive(Clone, Copy)]
pub struct ParameterBlock<'a> {
    /// Whether alarms sound.
    pub alarm_state: AlarmState,
    /// How grave the gravest alarm is.
    pub alarm_level: AlarmLevel,
    /// How loud alarms are.
    pub audio_level: u8,
    /// Whether a patient is admitted.
    pub patient_admitted: u8,
    /// How many parameters it says it has.
    pub count: u8,
    /// What the recorder does.
    pub graph_status: u8,
    entries: Cursor<'a>,
}

shows!(ParameterBlock: alarm_state, alarm_level, audio_level, count, graph_status);

/// Bytes of an entry on the network.
pub const ENTRY: usize = 70;
/// Bytes of an entry on a serial line.
pub const ENTRY_SERIAL: usize = 68;

impl<'a> ParameterBlock<'a> {
    pub(super) fn read(mut cursor: Cursor<'a>) -> Result<Self> {
        let [state, level, audio_level, patient_admitted, count, graph_status] = cursor.array("parameter block")?;
        let (alarm_state, alarm_level) = (AlarmState(state), AlarmLevel(level));
        Ok(Self { alarm_state, alarm_level, audio_level, patient_admitted, count, graph_status, entries: cursor })
    }

    /// How many bytes an entry has: as many as fit the block, else as on the network.
    #[must_use]
    pub fn entry_length(&self) -> usize {
        let serial = ENTRY_SERIAL.saturating_mul(self.count.into());
        if self.count > 0 && self.entries.remaining() == serial { ENTRY_SERIAL } else { ENTRY }
    }

    /// The parameters; at most one error, at the end, when one is cut short.
    pub fn parameters(&self) -> impl Iterator<Item = Result<Parameter<'a>>> + use<'a> {
        let length = self.entry_length();
        let mut left = self.count;
        let mut cursor = self.entries;
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let entry = cursor.sub(crate::count(length), "parameter");
            if entry.is_err() {
                left = 0;
            }
            Some(entry.and_then(|entry| {
                let short = entry.error("parameter", Kind::Truncated { needed: crate::count(length), available: 0 });
                Parameter::read(entry).ok_or(short)
            }))
        })
    }
}

/// One parameter.
#[derive(Clone, Copy)]
pub struct Parameter<'a> {
    /// Kind of parameter.
    pub parameter_type: ParameterType,
    /// What is measured.
    pub code: Code,
    /// Its state: bits, not public.
    pub status: u16,
    /// Its values: what they are follows from the code (SpO2: saturation, pulse; pressure: mean, systolic, diastolic).
    pub values: [ParameterValue; 3],
    /// Its three pairs of limits, low and high.
    pub limits: [[ParameterValue; 2]; 3],
    /// Where the display shows it.
    pub position: u8,
    /// Where it is acquired.
    pub acquisition_port: u8,
    /// Where the entry starts, in bytes from the head of the message.
    pub offset: usize,
    /// All of it.
    pub bytes: &'a [u8],
}

shows!(Parameter: parameter_type, code, position, acquisition_port, offset);

impl<'a> Parameter<'a> {
    /// Reads an entry; nothing when not even the shorter form is there.
    fn read(entry: Cursor<'a>) -> Option<Self> {
        let (offset, bytes) = (entry.offset(), entry.rest());
        let fixed: &[u8; ENTRY_SERIAL] = bytes.first_chunk()?;
        let value = |high, low| ParameterValue(i16::from_be_bytes([high, low]));
        Some(Self {
            parameter_type: ParameterType(fixed[64]),
            code: Code(fixed[65]),
            status: u16::from_be_bytes([fixed[2], fixed[3]]),
            values: [value(fixed[4], fixed[5]), value(fixed[6], fixed[7]), value(fixed[8], fixed[9])],
            limits: [
                [value(fixed[30], fixed[31]), value(fixed[32], fixed[33])],
                [value(fixed[34], fixed[35]), value(fixed[36], fixed[37])],
                [value(fixed[38], fixed[39]), value(fixed[40], fixed[41])],
            ],
            position: fixed[66],
            acquisition_port: fixed[67],
            offset,
            bytes,
        })
    }

    /// Whether one of its values is there.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.values.iter().any(|value| value.value().is_some())
    }
}
