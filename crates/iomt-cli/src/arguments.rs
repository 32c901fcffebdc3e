//! The command line.

use core::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Identifies medical devices passively, from captures of what they say to each other.
#[derive(Debug, Parser)]
#[command(name = "iomt", version, arg_required_else_help = true, after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 all was read; 1 usage; 2 nothing could be read; 3 read with damage.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Says which devices are there: maker, model, serial number, software, place, and who speaks for whom.
    Identify(Identify),
    /// Shows every PDU, message, element and attribute with its frame and byte offset. Values that may be a patient's are
    /// redacted.
    Dissect(Dissect),
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Identify {
    /// How the inventory is written.
    #[arg(long, value_enum, default_value_t = InventoryFormat::Table)]
    pub(crate) format: InventoryFormat,
    /// Writes to FILE instead of standard output; FILE is replaced only when all is written.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Files read at the same time [default: as many as there are processors].
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// A folder with a site's own tables of knowledge, on top of the built-in ones; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct Dissect {
    /// How the dissection is written.
    #[arg(long, value_enum, default_value_t = DissectionFormat::Text)]
    pub(crate) format: DissectionFormat,
    /// Only this protocol.
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) protocol: Option<ProtocolName>,
    /// Shows values that may be a patient's. Keep what is written as safe as a patient's record.
    #[arg(long)]
    pub(crate) reveal_phi: bool,
    #[command(flatten)]
    pub(crate) inputs: Inputs,
}

#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// A capture (pcap, pcapng), a DICOM file, a file of HL7, LIS02 or POCT1-A messages, each plain or compressed (gzip, zstd);
    /// a folder of these; or - for standard input.
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InventoryFormat {
    /// For people, 100 columns wide.
    Table,
    /// One document with the evidence of every value.
    Json,
    /// One device a line, then a line with the health of the input.
    Ndjson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DissectionFormat {
    /// For people, indented.
    Text,
    /// One document, one record a line.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProtocolName {
    /// DICOM upper layer and files.
    Dicom,
    /// HL7 version 2 over MLLP and files.
    Hl7,
    /// LIS02 records (ASTM E1394) and files of them.
    Lis,
    /// POCT1-A messages and files of them.
    Poct1a,
    /// Philips IntelliVue Data Export.
    #[value(name = "intellivue")]
    IntelliVue,
    /// ISO/IEEE 11073-20601 personal health devices.
    Phd,
    /// GE Unity (CARESCAPE) network.
    Unity,
    /// DICOMweb in clear HTTP.
    #[value(name = "dicomweb")]
    DicomWeb,
    /// GE Datex-Ohmeda record interface.
    Dri,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_job_at_all_is_refused() {
        assert!(Arguments::try_parse_from(["iomt", "identify", "--jobs", "0", "x"]).is_err());
        assert!(Arguments::try_parse_from(["iomt", "identify", "--jobs", "3", "x"]).is_ok());
    }
}
