//! Files: captures, DICOM Part 10 files, files of HL7 messages, of LIS02 records and of POCT1-A messages, told apart by their content.
//!
//! ```no_run
//! use iomt::files;
//!
//! let reading = files::read("ward.pcapng.zst".as_ref(), &files::Options::default())?;
//! println!("{} subjects", reading.ledger.len());
//! # Ok::<(), files::FileError>(())
//! ```

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use iomt_dicom::Event;
use iomt_wire::{Limits, Verdict};
use sha2::{Digest as _, Sha256};

use super::observers::dicom::portrait::Portrait;
use super::observers::{hl7v2, lis, poct1a};
pub use super::series::{Series, begins};
use crate::evidence::{NO_TIME, Place, Sink};
use crate::health::Health;
use crate::reasoning::ledger::{Ledger, ShardId};

/// Bytes by which a file's kind is told: a DICOM file says so at byte 128.
const HEAD: usize = 4096;

/// Bytes read of a file of messages; a larger one is reported as damaged there.
pub(crate) const MESSAGE_FILE: u64 = 64 << 20;

/// How files are read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The caps.
    pub limits: Limits,
    /// Called now and then with the bytes consumed of the file, compressed bytes if it is compressed.
    pub progress: fn(u64),
}

impl Default for Options {
    fn default() -> Self {
        Self { limits: Limits::DEFAULT, progress: |_| {} }
    }
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// pcap or pcapng.
    Capture,
    /// DICOM Part 10.
    Dicom,
    /// HL7 version 2 messages.
    Hl7,
    /// LIS02 records (ASTM E1394).
    Lis,
    /// POCT1-A messages.
    Poct1a,
}

/// What a file said.
#[derive(Debug)]
pub struct Reading {
    /// What it is.
    pub kind: FileKind,
    /// Its evidence, one shard.
    pub ledger: Ledger,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It could not be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a capture whose format is broken from the start.
    #[error("is not a readable capture: {0}")]
    Capture(#[from] iomt_capture::ReadError),
    /// Its content is none of the kinds that are read.
    #[error("is neither a capture (pcap, pcapng), nor a DICOM file, nor messages of HL7, LIS02 or POCT1-A")]
    Unknown,
}

/// Reads a file, whatever it is; gzip and zstd are opened on the way.
///
/// # Errors
/// [`FileError`] when it cannot be opened, or is none of the kinds. Damage further on is in the ledger's health.
pub fn read(path: &Path, options: &Options) -> Result<Reading, FileError> {
    let name = path.file_name().map_or_else(|| "-".into(), |name| name.to_string_lossy());
    read_from(&name, std::fs::File::open(path)?, options)
}

/// Reads a pipe or anything else that can be read; `name` stands for it in the evidence.
///
/// # Errors
/// As [`read`].
pub fn read_from(name: &str, input: impl Read + Send + 'static, options: &Options) -> Result<Reading, FileError> {
    let mut series = Series::new(*options);
    let kind = series.read_from(name, input)?;
    let ledger = series.finish().unwrap_or_else(|| Ledger::new(ShardId::default(), options.limits));
    Ok(Reading { kind, ledger })
}

/// Reads a file of anything but packets.
pub(super) fn other(name: &str, kind: FileKind, input: impl Read, options: &Options) -> Result<Ledger, FileError> {
    Ok(match kind {
        FileKind::Capture => return Err(FileError::Unknown),
        FileKind::Dicom => dicom_file(name, input, options)?,
        FileKind::Hl7 => hl7_file(name, input, options)?,
        FileKind::Lis => message_file(name, input, options, lis::file)?,
        FileKind::Poct1a => message_file(name, input, options, poct1a::file)?,
    })
}

/// The kind of an input by its content, and the input from its start, decompressed. Damage after the first bytes does not keep
/// those from being read; it is met again behind them.
pub(crate) fn open(input: impl Read + Send + 'static) -> Result<(FileKind, impl Read + Send + 'static), FileError> {
    let mut input = iomt_capture::decompress(input)?;
    let mut head = Vec::with_capacity(HEAD);
    let wanted = u64::try_from(HEAD).unwrap_or(u64::MAX);
    let mut damage = None;
    if let Err(error) = (&mut input).take(wanted).read_to_end(&mut head) {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
                if !head.is_empty() =>
            {
                damage = Some(error);
            }
            _ => return Err(error.into()),
        }
    }
    let kind = kind_of(&head).ok_or(FileError::Unknown)?;
    Ok((kind, io::Cursor::new(head).chain(Met(damage)).chain(input)))
}

/// Damage that was met before its turn: an error once, then nothing.
struct Met(Option<io::Error>);

impl Read for Met {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn kind_of(head: &[u8]) -> Option<FileKind> {
    if iomt_capture::is_capture(head) {
        Some(FileKind::Capture)
    } else if matches!(iomt_dicom::file::probe(head), Verdict::Yes(_)) {
        Some(FileKind::Dicom)
    } else if matches!(iomt_hl7v2::probe_file(head), Verdict::Yes(_)) {
        Some(FileKind::Hl7)
    } else if iomt_lis::probe_file(head).is_at_least(30) {
        Some(FileKind::Lis)
    } else if matches!(iomt_lis::poct1a::probe(head), Verdict::Yes(_)) {
        Some(FileKind::Poct1a)
    } else {
        None
    }
}

/// One object: its equipment speaks through no endpoint.
fn dicom_file(name: &str, mut input: impl Read, options: &Options) -> Result<Ledger, FileError> {
    let mut scanner = iomt_dicom::file::Scanner::with_filter(options.limits, Portrait::wants);
    let mut portrait = Portrait::default();
    let mut health = Health { messages: 1, ..Health::default() };
    let place = Place { time: NO_TIME, input: name.into(), frame: 0, offset: 0 };
    let mut identity = Identity::new();
    let mut consumed = 0_u64;
    let mut broken = None;
    let outcome;
    {
        let mut sink = |event: Event<'_>| match event {
            Event::Element { offset, enclosing, item, element, .. } => {
                let place = Place { offset, ..place.clone() };
                portrait.hear(enclosing, item, &element, "dicom-file", &place);
            }
            Event::Error { offset, error, .. } => {
                health.messages_damaged = health.messages_damaged.saturating_add(1);
                health.damaged(format!("{name} from byte {offset}: {error}"));
            }
            _ => {}
        };
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = match input.read(&mut buffer) {
                Ok(count) => count,
                // What came before it is good.
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            };
            let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
            identity.add(chunk);
            consumed = consumed.saturating_add(u64::try_from(count).unwrap_or_default());
            scanner.feed(chunk, &mut sink);
            (options.progress)(consumed);
            if scanner.is_done() {
                break;
            }
        }
        outcome = scanner.finish(&mut sink);
    }
    if outcome == iomt_dicom::file::Outcome::Incomplete && health.messages_damaged == 0 {
        health.messages_damaged = 1;
        health.damaged(format!("{name} at byte {consumed}: ends within its data set"));
    }
    if let Some(error) = broken {
        health.damaged(format!("{name} at byte {consumed}: {error}"));
    }
    health.bytes = consumed;
    let shard = identity.shard();
    let mut ledger = Ledger::new(shard, options.limits);
    if portrait.file(None, "dicom-file", &place, &mut ledger).capped {
        health.hit("facts of one device", 1);
    }
    ledger.set_health(health);
    Ok(ledger)
}

fn hl7_file(name: &str, input: impl Read, options: &Options) -> Result<Ledger, FileError> {
    let (bytes, mut health) = whole(name, input);
    let mut ledger = Ledger::new(shard_of(&bytes), options.limits);
    let input: Arc<str> = name.into();
    hl7v2::each_message(&bytes, |offset, message| {
        let place = Place { time: NO_TIME, input: Arc::clone(&input), frame: 0, offset };
        match message {
            Some(message) => {
                hl7v2::message_of_file(message, &place, &mut ledger);
                health.messages = health.messages.saturating_add(1);
            }
            None => {
                health.messages_damaged = health.messages_damaged.saturating_add(1);
                health.damaged(format!("{name} at byte {offset}: not a message"));
            }
        }
    });
    (options.progress)(health.bytes);
    ledger.set_health(health);
    Ok(ledger)
}

/// Reads a file of messages: files what they say, and gives how many there were and how many were damaged.
type MessageFile = fn(&[u8], Limits, &Place, &mut dyn Sink) -> (u64, u64);

fn message_file(name: &str, input: impl Read, options: &Options, read: MessageFile) -> Result<Ledger, FileError> {
    let (bytes, mut health) = whole(name, input);
    let mut ledger = Ledger::new(shard_of(&bytes), options.limits);
    let place = Place { time: NO_TIME, input: name.into(), frame: 0, offset: 0 };
    (health.messages, health.messages_damaged) = read(&bytes, options.limits, &place, &mut ledger);
    if health.messages_damaged > 0 {
        health.damaged(format!("{name}: {} messages, frames or records could not be read", health.messages_damaged));
    }
    (options.progress)(health.bytes);
    ledger.set_health(health);
    Ok(ledger)
}

/// The bytes of a file of messages, and what reading them met.
fn whole(name: &str, input: impl Read) -> (Vec<u8>, Health) {
    let mut bytes = Vec::new();
    let broken = input.take(MESSAGE_FILE).read_to_end(&mut bytes).err();
    let mut health = Health { bytes: u64::try_from(bytes.len()).unwrap_or_default(), ..Health::default() };
    if let Some(error) = broken {
        health.damaged(format!("{name} at byte {}: {error}", health.bytes));
    }
    if health.bytes == MESSAGE_FILE {
        health.damaged(format!("{name}: only the first {MESSAGE_FILE} bytes were read"));
    }
    (bytes, health)
}

fn shard_of(bytes: &[u8]) -> ShardId {
    let mut identity = Identity::new();
    identity.add(bytes);
    identity.shard()
}

/// The identity of a shard, from its bytes, however they are cut.
struct Identity(Sha256);

impl Identity {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn shard(self) -> ShardId {
        let digest = self.0.finalize();
        ShardId(digest.first_chunk().copied().map_or(0, u64::from_be_bytes))
    }
}
