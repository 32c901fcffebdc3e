//! Several files of one capture: a sensor that never stops writes a new file every hour, or every so many megabytes.
//!
//! ```text
//!  ward_00001.pcapng ─┐ first frame not before the last of the file before it
//!  ward_00002.pcapng ─┴─► one sensor: a conversation that spans both is one
//!  other.pcap ──────────► another sensor, merged
//! ```

use std::io::Read;

use iomt_wire::Timestamp;

use super::files::{self, FileError, FileKind, Options};
use super::sensor::Sensor;
use crate::reasoning::ledger::Ledger;

/// By how much the first frame of a file may precede the last of the one before it: packets of several queues overtake each other.
const OVERTAKEN: i64 = 100_000_000;

/// Reads files one after another.
///
/// A capture that begins where the one before it ended is read as its next part. Give the parts in the order of [`begins`]; in
/// another order, or with files that overlap in time, each is read on its own. What all of them say is one ledger.
///
/// ```no_run
/// use iomt::files::{Options, Series};
///
/// let mut series = Series::new(Options::default());
/// for name in ["ward.pcap", "ward.pcap1", "ward.pcap2"] {
///     series.read_from(name, std::fs::File::open(name)?)?;
/// }
/// let ledger = series.finish();
/// # Ok::<(), iomt::files::FileError>(())
/// ```
#[derive(Debug)]
pub struct Series {
    options: Options,
    going: Option<Going>,
    ledger: Option<Ledger>,
}

/// A capture that may go on in the next file.
#[derive(Debug)]
struct Going {
    sensor: Sensor,
    /// The first frame of the file that was read last, and the latest of all.
    first: Timestamp,
    latest: Timestamp,
}

impl Going {
    fn goes_on_at(&self, first: Timestamp) -> bool {
        first > self.first && first.0.saturating_add(OVERTAKEN) >= self.latest.0
    }
}

impl Series {
    /// Nothing read yet.
    #[must_use]
    pub const fn new(options: Options) -> Self {
        Self { options, going: None, ledger: None }
    }

    /// Reads a file, whatever it is, as [`files::read_from`] does.
    ///
    /// # Errors
    /// As [`files::read_from`]; what was read before is kept, and more can be read.
    pub fn read_from(&mut self, name: &str, input: impl Read + Send + 'static) -> Result<FileKind, FileError> {
        let (kind, input) = files::open(input)?;
        if kind == FileKind::Capture {
            self.capture(name, input)?;
        } else {
            let ledger = files::other(name, kind, input, &self.options)?;
            self.merge(ledger);
        }
        Ok(kind)
    }

    /// What all files said; nothing if none could be read.
    #[must_use]
    pub fn finish(mut self) -> Option<Ledger> {
        self.end();
        self.ledger
    }

    fn merge(&mut self, ledger: Ledger) {
        match &mut self.ledger {
            Some(merged) => merged.merge(ledger),
            None => self.ledger = Some(ledger),
        }
    }

    fn end(&mut self) {
        if let Some(going) = self.going.take() {
            self.merge(going.sensor.finish());
        }
    }

    fn capture(&mut self, name: &str, input: impl Read + Send + 'static) -> Result<(), FileError> {
        /// Frames between two reports of progress.
        const STEP: u64 = 4096;
        let mut reader = iomt_capture::Reader::new(input, self.options.limits)?;
        let mut due = STEP;
        let mut begun = false;
        let broken = loop {
            match reader.next_frame() {
                Ok(Some(frame)) => {
                    let going = if begun { self.going.as_mut() } else { Some(self.begin(name, frame.time)) };
                    begun = true;
                    if let Some(going) = going {
                        going.latest = going.latest.max(frame.time);
                        going.sensor.push_frame(&frame);
                    }
                    let number = frame.number;
                    if number >= due {
                        due = number.saturating_add(STEP);
                        (self.options.progress)(reader.consumed());
                    }
                }
                Ok(None) => break None,
                // What came before it is good.
                Err(error) => break Some(format!("{name}: {error}")),
            }
        };
        let damage = reader.damage().iter().map(|damage| format!("{name} at byte {}: {}", damage.offset, damage.what));
        // An empty file does not end a capture.
        let going = match &mut self.going {
            Some(going) => going,
            None => self.begin(name, Timestamp(i64::MIN)),
        };
        broken.into_iter().chain(damage).for_each(|what| going.sensor.damaged(what));
        (self.options.progress)(reader.consumed());
        Ok(())
    }

    /// The capture that this file is a part of.
    fn begin(&mut self, name: &str, first: Timestamp) -> &mut Going {
        if self.going.as_ref().is_some_and(|going| !going.goes_on_at(first)) {
            self.end();
        }
        if let Some(going) = &mut self.going {
            going.sensor.next_input(name);
            going.first = first;
        }
        let limits = self.options.limits;
        self.going.get_or_insert_with(|| Going { sensor: Sensor::with_limits(name, limits), first, latest: first })
    }
}

/// When the first frame of a capture was taken; nothing for anything else.
#[must_use]
pub fn begins(input: impl Read + Send + 'static) -> Option<Timestamp> {
    let (FileKind::Capture, input) = files::open(input).ok()? else { return None };
    let mut reader = iomt_capture::Reader::new(input, Options::default().limits).ok()?;
    Some(reader.next_frame().ok()??.time)
}
