//! `iomt dissect`: every input after the other, every record as it is found.
//!
//! ```text
//!  {"schema":"iomt.dissection/1","records":[
//!  {"input":"ct.pcap","frame":4, ... },
//!  ...
//!  ],"health":{ ... }}
//! ```
//! The document is written as it grows, one record a line, so tools that read lines can take it as well.

use core::ops::ControlFlow;
use std::fs::File;
use std::io::{self, Write};

use iomt::Health;
use iomt::dissect::{self, Options, Protocol, Record};
use iomt::files::FileError;

use crate::arguments::{Dissect, DissectionFormat, ProtocolName};
use crate::failure::Failure;
use crate::output::Output;
use crate::paths::{self, Input};
use crate::status::{Status, Tally, complain};
use crate::text::Text;

/// Reads and writes.
pub(crate) fn run(arguments: &Dissect) -> Result<Status, Failure> {
    let options = Options {
        reveal_phi: arguments.reveal_phi,
        protocol: arguments.protocol.map(|name| match name {
            ProtocolName::Dicom => Protocol::Dicom,
            ProtocolName::Hl7 => Protocol::Hl7,
            ProtocolName::Lis => Protocol::Lis,
            ProtocolName::Poct1a => Protocol::Poct1a,
            ProtocolName::IntelliVue => Protocol::IntelliVue,
            ProtocolName::Phd => Protocol::Phd,
            ProtocolName::Unity => Protocol::Unity,
            ProtocolName::DicomWeb => Protocol::DicomWeb,
            ProtocolName::Dri => Protocol::Dri,
        }),
        ..Options::default()
    };
    let (inputs, missing) = paths::find(&arguments.inputs.paths);
    let mut tally = Tally::default();
    for missing in missing {
        tally.failed = tally.failed.saturating_add(1);
        complain(format_args!("{}: cannot be read: {}", missing.path.display(), missing.error));
    }
    let mut health = Health::default();
    Output::open(None)?.put(|to| {
        let mut writer = Writer::new(arguments.format, to);
        writer.open()?;
        for input in &paths::in_order(inputs) {
            match read_one(input, &options, &mut writer) {
                Ok(of_input) => {
                    tally.read = tally.read.saturating_add(1);
                    health = health.plus(&of_input);
                }
                Err(error) if input.may_be_skipped(&error) => {}
                Err(error) => {
                    tally.failed = tally.failed.saturating_add(1);
                    complain(format_args!("{}: {error}", input.display()));
                }
            }
            writer.check()?;
        }
        writer.close(&health)
    })?;
    tally.lost(&health);
    Ok(tally.status())
}

fn read_one(input: &Input, options: &Options, writer: &mut Writer<'_>) -> Result<Health, FileError> {
    let sink = &mut |record: &Record<'_>| writer.take(record);
    match &input.path {
        Some(path) => dissect::read_from(&input.name(), File::open(path)?, options, sink),
        None => dissect::read_from(&input.name(), io::stdin(), options, sink),
    }
}

/// Writes records; after a failed write it takes no more.
struct Writer<'w> {
    to: &'w mut dyn Write,
    /// How records are written for people; nothing for JSON.
    text: Option<Text>,
    first: bool,
    failed: Option<io::Error>,
}

impl<'w> Writer<'w> {
    fn new(format: DissectionFormat, to: &'w mut dyn Write) -> Self {
        let text = (format == DissectionFormat::Text).then(Text::default);
        Self { to, text, first: true, failed: None }
    }

    fn open(&mut self) -> io::Result<()> {
        if self.text.is_some() {
            Ok(())
        } else {
            self.to.write_all(b"{\"schema\":\"iomt.dissection/1\",\"records\":[\n")
        }
    }

    fn take(&mut self, record: &Record<'_>) -> ControlFlow<()> {
        match self.write(record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn write(&mut self, record: &Record<'_>) -> io::Result<()> {
        let first = core::mem::replace(&mut self.first, false);
        match &mut self.text {
            Some(text) => text.write(record, self.to),
            None => {
                if !first {
                    self.to.write_all(b",\n")?;
                }
                Ok(serde_json::to_writer(&mut *self.to, record)?)
            }
        }
    }

    fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn close(&mut self, health: &Health) -> io::Result<()> {
        if self.text.is_some() {
            return Ok(());
        }
        self.to.write_all(if self.first { b"],\"health\":" } else { b"\n],\"health\":" })?;
        serde_json::to_writer(&mut *self.to, health)?;
        self.to.write_all(b"}\n")
    }
}
