//! Attributes, partition 1.

use crate::{OidType, Partition};

/// An attribute that the nomenclature knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its number.
    pub id: OidType,
    /// Its name without the leading `MDC_` or `NOM_`, where a public source gives it.
    pub name: Option<&'static str>,
    /// What it says, in plain words; its name where there are none.
    pub meaning: &'static str,
}

/// Looks an attribute up.
///
/// The profile attributes of association control count from 1 on their own and stand in the infrastructure partition.
#[must_use]
pub fn attribute_by_id(id: OidType) -> Option<Attribute> {
    let partition = if id.0 < FIRST_ATTRIBUTE { Partition::INFRASTRUCTURE } else { Partition::OBJECT };
    let term = super::term(partition, id)?;
    Some(Attribute { id, name: term.short_name(), meaning: term.words() })
}

/// Below it, partition 1 holds object classes.
const FIRST_ATTRIBUTE: u16 = 0x0800;

/// Whether the attribute speaks of a patient: never to be copied by whoever identifies devices.
///
/// F001 is one: a patient's internal identifier, and only within an association profile the poll extension. 0A1A and F2E1 to
/// F2E3 have no public name; a captured monitor sends them among the demographics of its patient.
///
/// ```
/// use iomt_x73::nomenclature::{attribute, is_patient_attribute};
/// assert!(is_patient_attribute(attribute::NAME_FAMILY));
/// assert!(!is_patient_attribute(attribute::ID_BED_LABEL));
/// ```
#[must_use]
pub const fn is_patient_attribute(id: OidType) -> bool {
    matches!(
        id.0,
        0x0807 | 0x0956..=0x0962 | 0x09d8..=0x09df | 0x0a1a..=0x0a1e | 0x0a4f | 0xf001 | 0xf129 | 0xf12a | 0xf1ec | 0xf2e1..=0xf2e3
    )
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
        /// Active patient alarms.
        AL_MON_P_AL_LIST = 0x0902;
        /// Active technical alarms.
        AL_MON_T_AL_LIST = 0x0904;
        /// Area where a device is used.
        AREA_APPL = 0x090d;
        /// Whether and how a device is in alarm.
        DEV_AL_COND = 0x0916;
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
        /// Waves sampled together.
        SA_CMPD_VAL_OBS = 0x0967;
        /// The shape of a wave.
        SA_SPECN = 0x096d;
        /// A piece of a wave.
        SA_VAL_OBS = 0x096e;
        /// How samples become values.
        SCALE_SPECN_I16 = 0x096f;
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
        /// An observed state.
        VAL_ENUM_OBS = 0x099e;
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
        /// Bed label within a connect indication (Philips; no public name).
        BED_LABEL_ANNOUNCED = 0xf135;
        /// Polling period (Philips).
        TIME_PD_POLL = 0xf13e;
        /// General information on the device (Philips).
        MDS_GEN_INFO = 0xf1fa;
        /// IPv6 address; its name is not public (Philips).
        IPV6_ADDRESS = 0xf35e;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_in_the_table() {
        for id in [attribute::ID_MODEL, attribute::ID_PROD_SPECN, attribute::SYS_ID, attribute::NET_ADDR_INFO] {
            assert!(attribute_by_id(id).is_some_and(|row| row.name.is_some()));
        }
    }

    #[test]
    fn every_attribute_with_a_patients_name_is_marked() {
        let mut seen = 0;
        for id in (0..=u16::MAX).map(OidType) {
            let name = attribute_by_id(id).and_then(|attribute| attribute.name).unwrap_or_default();
            if name.starts_with("ATTR_PT_") || name.contains("PT_DEMOG") || name.contains("PERSON_ID") {
                assert!(is_patient_attribute(id) || id.0 < FIRST_ATTRIBUTE, "{name}");
                seen += 1;
            }
        }
        assert!(seen > 14);
    }

    #[test]
    fn profile_attributes_and_object_classes_share_numbers_and_not_names() {
        let profile = attribute_by_id(attribute::POLL_PROFILE_SUPPORT).unwrap();
        assert_eq!((profile.name, super::super::class_name(OidType(1))), (Some("POLL_PROFILE_SUPPORT"), Some("VMO")));
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
