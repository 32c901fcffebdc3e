//! An alarm.
//!
//! ```text
//!  0      1          3           4          6                              last 4
//!  | 81 | levels: 2 | parameter | 01 01    | text, NUL-terminated ...      | counter:32 |
//! ```
//! From one capture, 24 bytes. Not verified: what the bytes beside parameter and text mean.

use iomt_wire::{Cursor, Result};

use super::parameters::Code;
use crate::{Text, shows};

/// An alarm of a monitor.
#[derive(Clone, Copy)]
pub struct Alarm<'a> {
    /// The first three bytes: the latter two are probably levels.
    pub levels: [u8; 3],
    /// Which parameter it is of.
    pub code: Code,
    /// Two bytes of unknown meaning.
    pub unknown: [u8; 2],
    /// What the monitor shows, in its own language. It says how a patient is.
    pub text: Text<'a>,
    /// Steps by two every two seconds; nothing when the alarm is too short to have one.
    pub counter: Option<u32>,
}

shows!(Alarm: levels, code, unknown, counter);

impl<'a> Alarm<'a> {
    pub(super) fn read(mut cursor: Cursor<'a>) -> Result<Self> {
        let [first, level, second, code, u0, u1] = cursor.array("alarm")?;
        let at = cursor.offset();
        let (text, counter) = match cursor.rest().split_last_chunk::<4>() {
            Some((text, counter)) => (text, Some(u32::from_be_bytes(*counter))),
            None => (cursor.rest(), None),
        };
        let text = Text::field(text, at);
        Ok(Self { levels: [first, level, second], code: Code(code), unknown: [u0, u1], text, counter })
    }
}
