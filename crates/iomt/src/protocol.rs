//! The protocols that are told apart and listened to.

use serde::Serialize;

/// A protocol that devices speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protocol {
    /// DICOM upper layer and Part 10 files.
    Dicom,
    /// HL7 version 2 over MLLP and in files.
    Hl7,
    /// LIS02 records (ASTM E1394), in LIS01 frames or bare, and in files.
    Lis,
    /// POCT1-A messages and files of them.
    Poct1a,
    /// Philips IntelliVue Data Export.
    IntelliVue,
    /// ISO/IEEE 11073-20601 personal health devices.
    Phd,
    /// GE Unity (CARESCAPE) network.
    Unity,
    /// GE Datex-Ohmeda record interface.
    Dri,
    /// DICOMweb in clear HTTP.
    DicomWeb,
    /// TLS: what follows its handshake is encrypted.
    Tls,
}

impl Protocol {
    /// The name that records carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dicom => "dicom",
            Self::Hl7 => "hl7",
            Self::Lis => "lis",
            Self::Poct1a => "poct1a",
            Self::IntelliVue => "intellivue",
            Self::Phd => "phd",
            Self::Unity => "unity",
            Self::Dri => "dri",
            Self::DicomWeb => "dicomweb",
            Self::Tls => "tls",
        }
    }
}
