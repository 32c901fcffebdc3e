//! What was dissected: every PDU, message, element, field and attribute, with its frame and its bytes.
//!
//! ```text
//!  frame ─► iomt-capture ─► dialog: probe by content ─► protocol crate: borrowed views ─► records ─► sink
//!  file  ─► kind by content ─────────────────────────►
//! ```
//!
//! The same probes and views that feed the [`Sensor`](crate::Sensor), shown instead of weighed: who doubts a value of the
//! inventory looks up its frame and offset here. Records are handed over as they are found and nothing is kept, so a capture of
//! any size takes the memory of its open conversations.
//!
//! # Patients
//!
//! A value is shown when its field is known to say nothing of a patient: the identity elements of [`iomt_dicom::ident`], DICOM
//! command sets, MSH, SFT and the identity facts of [`iomt_hl7v2::ident`], those of [`iomt_lis::ident`], [`iomt_intellivue::ident`],
//! [`iomt_phd::ident`] and [`iomt_ge::ident`]. Every other value
//! is [`REDACTED`]: its field, place and length are told, its content is not. Instance UIDs, which number a study or an
//! image, are cut after their root. [`Options::reveal_phi`] shows all of that. Passwords are never shown.
//!
//! ```no_run
//! use core::ops::ControlFlow;
//! use iomt::dissect::{self, Options};
//!
//! dissect::read("capture.pcap".as_ref(), &Options::default(), &mut |record| {
//!     println!("{:>6} {:>8} {} {:?}", record.frame, record.offset, record.kind, record.value);
//!     ControlFlow::Continue(())
//! })?;
//! # Ok::<(), iomt::files::FileError>(())
//! ```

use core::ops::ControlFlow;
use std::io::Read;
use std::path::Path;

use iomt_wire::Limits;

use crate::health::Health;
use crate::sensing::files::{FileError, FileKind, open};

mod capture;
mod dicom;
mod dicomweb;
mod file;
mod ge;
mod ge_dri;
mod hl7v2;
mod intellivue;
mod lis;
mod moment;
mod phd;
mod poct1a;
mod record;
mod value;

pub use crate::protocol::Protocol;
pub use iomt_wire::Direction;
pub use record::{Flow, Record};

/// What stands for a value that may be a patient's.
pub const REDACTED: &str = "‹redacted›";

/// How inputs are dissected.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The caps.
    pub limits: Limits,
    /// Shows the values that may be a patient's. Whoever sets this must keep what comes out as safe as a patient's record.
    pub reveal_phi: bool,
    /// Only this protocol.
    pub protocol: Option<Protocol>,
}

impl Default for Options {
    fn default() -> Self {
        Self { limits: Limits::DEFAULT, reveal_phi: false, protocol: None }
    }
}

impl Options {
    pub(crate) fn wants(&self, protocol: Protocol) -> bool {
        self.protocol.is_none_or(|wanted| wanted == protocol)
    }
}

/// Where records go; [`ControlFlow::Break`] ends the dissection.
pub type Sink<'s> = &'s mut dyn FnMut(&Record<'_>) -> ControlFlow<()>;

/// Dissects a file, whatever it is; gzip and zstd are opened on the way.
///
/// # Errors
/// As [`files::read`](crate::files::read).
pub fn read(path: &Path, options: &Options, sink: Sink<'_>) -> Result<Health, FileError> {
    let name = path.file_name().map_or_else(|| "-".into(), |name| name.to_string_lossy());
    read_from(&name, std::fs::File::open(path)?, options, sink)
}

/// Dissects a pipe or anything else that can be read; `name` stands for it in the records.
///
/// # Errors
/// As [`read`].
pub fn read_from(
    name: &str,
    input: impl Read + Send + 'static,
    options: &Options,
    sink: Sink<'_>,
) -> Result<Health, FileError> {
    let (kind, input) = open(input)?;
    match kind {
        FileKind::Capture => capture::read(name, input, options, sink),
        FileKind::Dicom => file::dicom(name, input, options, sink),
        FileKind::Hl7 => file::messages(name, input, options, Protocol::Hl7, sink),
        FileKind::Lis => file::messages(name, input, options, Protocol::Lis, sink),
        FileKind::Poct1a => file::messages(name, input, options, Protocol::Poct1a, sink),
    }
}
