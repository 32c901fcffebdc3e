//! Attributes, partition 1.

use crate::OidType;

/// An attribute that the nomenclature knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its number.
    pub id: OidType,
    /// Its name without the leading `MDC_` or `NOM_`, where a public source gives it.
    pub name: Option<&'static str>,
    /// What it says, in plain words.
    pub meaning: &'static str,
}

/// Looks an attribute up.
#[must_use]
pub fn attribute_by_id(id: OidType) -> Option<&'static Attribute> {
    let index = ATTRIBUTES.binary_search_by_key(&id, |row| row.id).ok()?;
    ATTRIBUTES.get(index)
}

/// Whether the attribute speaks of a patient: never to be copied by whoever identifies devices.
///
/// ```
/// use iomt_x73::nomenclature::{attribute, is_patient_attribute};
/// assert!(is_patient_attribute(attribute::NAME_FAMILY));
/// assert!(!is_patient_attribute(attribute::ID_BED_LABEL));
/// ```
#[must_use]
pub const fn is_patient_attribute(id: OidType) -> bool {
    matches!(id.0, 0x0807 | 0x0956..=0x0962 | 0x09d8..=0x09df | 0xf129 | 0xf12a | 0xf1ec)
}

/// Numbers of the attributes that dissectors ask for.
pub mod attribute {
    use crate::OidType;

    macro_rules! constants {
        ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {$(
            $(#[$doc])*
            pub const $name: OidType = OidType($id);
        )*};
    }

    constants! {
        /// Poll profile that a peer supports.
        POLL_PROFILE_SUPPORT = 0x0001;
        /// Object types and how many of each a device may have.
        MDIB_OBJ_SUPPORT = 0x0102;
        /// Metres above the sea, signed.
        ALTITUDE = 0x090c;
        /// Area where a device is used.
        AREA_APPL = 0x090d;
        /// Number of the association.
        ID_ASSOC_NO = 0x091d;
        /// Bed label.
        ID_BED_LABEL = 0x091e;
        /// Handle of the object.
        ID_HANDLE = 0x0921;
        /// Number of the object's label text.
        ID_LABEL = 0x0924;
        /// Label text.
        ID_LABEL_STRING = 0x0927;
        /// Manufacturer and model.
        ID_MODEL = 0x0928;
        /// Serial numbers, part numbers and revisions.
        ID_PROD_SPECN = 0x092d;
        /// Type of the object.
        ID_TYPE = 0x092f;
        /// Mains frequency.
        LINE_FREQ = 0x0935;
        /// Language and string format.
        LOCALIZN = 0x0937;
        /// Operating mode.
        MODE_OP = 0x0946;
        /// Nomenclature version.
        NOM_VERS = 0x0948;
        /// Several numbers measured together.
        NU_CMPD_VAL_OBS = 0x094b;
        /// A measured number.
        NU_VAL_OBS = 0x0950;
        /// Power status.
        POWER_STAT = 0x0955;
        /// Patient's family name.
        NAME_FAMILY = 0x095c;
        /// Patient's given name.
        NAME_GIVEN = 0x095d;
        /// Safety standard.
        STD_SAFETY = 0x0982;
        /// System identifier, EUI-64.
        SYS_ID = 0x0984;
        /// System specification.
        SYS_SPECN = 0x0985;
        /// Device type.
        SYS_TYPE = 0x0986;
        /// The device's clock.
        TIME_ABS = 0x0987;
        /// Time since power-up.
        TIME_REL = 0x098f;
        /// Clock time of a value.
        TIME_STAMP_ABS = 0x0990;
        /// Time since power-up of a value.
        TIME_STAMP_REL = 0x0991;
        /// Unit of a value.
        UNIT_CODE = 0x0996;
        /// Battery charge.
        VAL_BATT_CHARGE = 0x099c;
        /// Status of the device.
        VMS_MDS_STAT = 0x09a7;
        /// Configuration number of a personal health device.
        DEV_CONFIG_ID = 0x0a44;
        /// Time capabilities of a personal health device.
        MDS_TIME_INFO = 0x0a45;
        /// Certifications of a personal health device.
        REG_CERT_DATA_LIST = 0x0a4b;
        /// Which attributes a fixed scan carries.
        ATTRIBUTE_VAL_MAP = 0x0a55;
        /// Specialisations of a personal health device.
        SYS_TYPE_SPEC_LIST = 0x0a5a;
        /// Poll profile extensions that a peer supports (Philips).
        POLL_PROFILE_EXT = 0xf001;
        /// MAC, IPv4 address and netmask (Philips).
        NET_ADDR_INFO = 0xf100;
        /// Services and their ports (Philips).
        PCOL_SUPPORT = 0xf101;
        /// Polling period (Philips).
        TIME_PD_POLL = 0xf13e;
        /// General information on the device (Philips).
        MDS_GEN_INFO = 0xf1fa;
        /// IPv6 address; its name is not public (Philips).
        IPV6_ADDRESS = 0xf35e;
    }
}

const fn row(id: u16, name: &'static str, meaning: &'static str) -> Attribute {
    Attribute { id: OidType(id), name: Some(name), meaning }
}

const fn word(id: u16, meaning: &'static str) -> Attribute {
    Attribute { id: OidType(id), name: None, meaning }
}

static ATTRIBUTES: &[Attribute] = &[
    row(0x0001, "POLL_PROFILE_SUPPORT", "poll profile"),
    row(0x0102, "MDIB_OBJ_SUPPORT", "supported objects"),
    word(0x0801, "alert monitor group"),
    word(0x0803, "metric observed value group"),
    word(0x0807, "patient demographics group"),
    word(0x080a, "system application group"),
    word(0x080b, "system identification group"),
    word(0x080c, "system production group"),
    word(0x0810, "VMO dynamic group"),
    word(0x0811, "VMO static group"),
    word(0x0902, "patient alarms"),
    word(0x0904, "technical alarms"),
    row(0x090c, "ATTR_ALTITUDE", "altitude in metres"),
    row(0x090d, "ATTR_AREA_APPL", "area of use"),
    word(0x0911, "colour"),
    word(0x0916, "alert condition"),
    word(0x0917, "display resolution"),
    word(0x091a, "visual grid"),
    row(0x091d, "ATTR_ID_ASSOC_NO", "association number"),
    row(0x091e, "ATTR_ID_BED_LABEL", "bed label"),
    word(0x0921, "handle"),
    word(0x0924, "label, as text number"),
    word(0x0927, "label string"),
    row(0x0928, "ATTR_ID_MODEL", "manufacturer and model"),
    row(0x092d, "ATTR_ID_PROD_SPECN", "production specification"),
    word(0x092f, "object type"),
    row(0x0935, "ATTR_LINE_FREQ", "mains frequency"),
    row(0x0937, "ATTR_LOCALIZN", "language and string format"),
    word(0x093c, "metric info label"),
    word(0x093d, "metric info label string"),
    word(0x093f, "metric specification"),
    word(0x0940, "metric state"),
    word(0x0945, "measure mode"),
    row(0x0946, "ATTR_MODE_OP", "operating mode"),
    row(0x0948, "ATTR_NOM_VERS", "nomenclature version"),
    word(0x094b, "compound numeric value"),
    word(0x0950, "numeric value"),
    word(0x0955, "power status"),
    word(0x0956, "body surface area"),
    word(0x0957, "patient demographic state"),
    word(0x0958, "date of birth"),
    word(0x095a, "patient identifier"),
    word(0x095c, "family name"),
    word(0x095d, "given name"),
    word(0x0961, "sex"),
    word(0x0962, "patient type"),
    word(0x0964, "calibration"),
    word(0x0967, "compound sample array"),
    word(0x096a, "physiological range"),
    word(0x096d, "sample array specification"),
    word(0x096e, "sample array value"),
    word(0x096f, "scale and range"),
    row(0x0982, "ATTR_STD_SAFETY", "safety standard"),
    row(0x0984, "ATTR_SYS_ID", "system identifier"),
    row(0x0985, "ATTR_SYS_SPECN", "system specification"),
    row(0x0986, "ATTR_SYS_TYPE", "device type"),
    row(0x0987, "ATTR_TIME_ABS", "clock"),
    word(0x098d, "sample period"),
    row(0x098f, "ATTR_TIME_REL", "time since power-up"),
    word(0x0990, "absolute time stamp"),
    word(0x0991, "relative time stamp"),
    word(0x0996, "unit code"),
    word(0x099c, "battery charge"),
    word(0x099e, "enumeration value"),
    row(0x09a7, "ATTR_VMS_MDS_STAT", "device status"),
    word(0x09d8, "age"),
    word(0x09dc, "height"),
    word(0x09df, "weight"),
    word(0x0a16, "fixed values"),
    word(0x0a1e, "paced mode"),
    word(0x0a44, "device configuration"),
    word(0x0a45, "time information"),
    word(0x0a4b, "certifications"),
    word(0x0a55, "attribute value map"),
    word(0x0a5a, "type specification list"),
    row(0xf001, "ATTR_POLL_PROFILE_EXT", "poll profile extension"),
    row(0xf100, "ATTR_NET_ADDR_INFO", "MAC, IPv4 address and netmask"),
    row(0xf101, "ATTR_PCOL_SUPPORT", "services and ports"),
    word(0xf129, "notes"),
    word(0xf12a, "notes"),
    word(0xf13e, "polling period"),
    word(0xf1ec, "body surface area formula"),
    row(0xf1fa, "ATTR_MDS_GEN_INFO", "general information"),
    word(0xf228, "prioritised object count"),
    word(0xf239, "numeric priority list"),
    word(0xf23a, "wave priority list"),
    word(0xf294, "modality"),
    word(0xf35e, "IPv6 address"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_constant_is_in_it() {
        assert!(ATTRIBUTES.is_sorted_by(|left, right| left.id < right.id));
        for id in [attribute::ID_MODEL, attribute::ID_PROD_SPECN, attribute::SYS_ID, attribute::NET_ADDR_INFO] {
            assert!(attribute_by_id(id).is_some_and(|row| row.name.is_some()));
        }
    }

    #[test]
    fn every_patient_attribute_is_marked_and_no_device_attribute_is() {
        for id in
            [0x0956, 0x0957, 0x0958, 0x095a, 0x095c, 0x095d, 0x0961, 0x0962, 0x09d8, 0x09dc, 0x09df, 0xf129, 0xf12a]
        {
            assert!(is_patient_attribute(OidType(id)), "{id:#x}");
        }
        for id in [0x0928, 0x092d, 0x0955, 0x0963, 0x0984, 0x09d7, 0x09e0, 0xf100, 0xf101, 0x091e] {
            assert!(!is_patient_attribute(OidType(id)), "{id:#x}");
        }
    }
}
