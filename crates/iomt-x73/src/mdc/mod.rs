//! The MDC nomenclature as data: terms, and device codes with their class, as HL7 device messages and x73 carry them.
//!
//! ```text
//!  MDC code = partition x 65536 + term            69965 = 1 x 65536 + 4429
//!  term mod 4 = 0 base   1 MDS   2 VMD   3 channel          devices in partition 1
//! ```
//! ISO/IEEE 11073-10101; the rule of four was checked against 55 pairs from six sources: 53 agree, and the two exceptions
//! (126977, 126978) are an older numbering and are in the table as they are.
//!
//! What devices really do: some send the RefID with code 0, some send a code whose RefID says another level or another
//! device. [`agrees`] tells: the second kind is a simulator, a honeypot or a gateway set up wrongly.

mod devices;
mod terms;

pub use terms::{Term, term, term_by_ref_id};

/// A device code, its name and the class of device that a fingerprint reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The 32-bit code; 0 where only the name is known.
    pub code: u32,
    /// The reference identifier with its `MDC_DEV_`; empty where no public source gives it.
    pub ref_id: &'static str,
    /// The class of device in plain words, from the project's closed list; nothing where no class fits.
    pub class: Option<&'static str>,
    /// Letters of the sources that show the group, see the table's head.
    pub source: &'static str,
    /// Whether a source shows this very code or name, rather than the rule of four giving it.
    pub attested: bool,
}

/// Where in the containment tree a device object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not said.
    Base,
    /// A medical device system: the device itself.
    Mds,
    /// A virtual medical device: a module or function of it.
    Vmd,
    /// A channel of a module.
    Channel,
}

impl Level {
    /// What a RefID of this level ends with.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Base => "",
            Self::Mds => "_MDS",
            Self::Vmd => "_VMD",
            Self::Channel => "_CHAN",
        }
    }
}

/// Looks a device code up.
///
/// ```
/// let monitor = iomt_x73::mdc::device(69965).expect("a known code");
/// assert_eq!((monitor.ref_id, monitor.class), ("MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS", Some("patient-monitor")));
/// ```
#[must_use]
pub fn device(code: u32) -> Option<&'static Device> {
    devices::by_code(code)
}

/// Looks a device up by its RefID, with or without the leading `MDC_DEV_`, in any case of letters.
///
/// ```
/// let pump = iomt_x73::mdc::device_by_ref_id(b"MDC_DEV_PUMP_INFUS_SYRINGE_MDS").expect("a known name");
/// assert_eq!((pump.code, pump.class), (70053, Some("syringe-pump")));
/// ```
#[must_use]
pub fn device_by_ref_id(ref_id: &[u8]) -> Option<&'static Device> {
    let has_prefix = ref_id.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(PREFIX));
    if has_prefix {
        return devices::by_ref_id(ref_id);
    }
    let mut whole = [0; LONGEST];
    let (head, rest) = whole.split_at_mut(PREFIX.len());
    head.copy_from_slice(PREFIX);
    rest.get_mut(..ref_id.len())?.copy_from_slice(ref_id);
    devices::by_ref_id(whole.get(..PREFIX.len().saturating_add(ref_id.len()))?)
}

/// The level that a device code says by the rule of four; nothing for codes that are no devices of partition 1.
#[must_use]
pub const fn level(code: u32) -> Option<Level> {
    if code >> 16 != 1 || code & 0xffff < FIRST_DEVICE {
        return None;
    }
    Some(match code {
        126_977 | 126_978 => Level::Channel,
        _ => match code & 3 {
            0 => Level::Base,
            1 => Level::Mds,
            2 => Level::Vmd,
            _ => Level::Channel,
        },
    })
}

/// Whether a code and a RefID name the same device; nothing when either is unknown.
#[must_use]
pub fn agrees(code: u32, ref_id: &[u8]) -> Option<bool> {
    let (by_code, by_name) = (device(code)?, device_by_ref_id(ref_id)?);
    (!by_code.ref_id.is_empty() && by_name.code != 0).then_some(by_code.code == by_name.code)
}

const PREFIX: &[u8] = b"MDC_DEV_";

/// No name is longer.
const LONGEST: usize = 96;

/// Below it, partition 1 holds object classes and attributes, to which the rule of four does not apply.
const FIRST_DEVICE: u32 = 0x1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_its_name_find_the_same_device() {
        for (code, name, class) in [
            (69_985, "MDC_DEV_PUMP_INFUS_MDS", Some("infusion-pump")),
            (70_053, "MDC_DEV_PUMP_INFUS_SYRINGE_MDS", Some("syringe-pump")),
            (70_001, "MDC_DEV_SYS_PT_VENT_MDS", Some("ventilator")),
            (69_952, "MDC_DEV_MON_PT_PHYSIO_MULTI_PARAM", Some("patient-monitor")),
            (70_067, "MDC_DEV_PUMP_DELIVERY_INFO", Some("infusion-pump")),
            (126_977, "MDC_DEV_PUMP_INFUS_CHAN_SOURCE", Some("infusion-pump")),
            (528_388, "MDC_DEV_SPEC_PROFILE_PULS_OXIM", Some("pulse-oximeter")),
            (127_342, "MDC_DEV_ANALY_BISPECTRAL_INDEX_VMD", None),
        ] {
            let found = device(code).unwrap();
            assert_eq!((found.ref_id, found.class, found.attested), (name, class, true), "{code}");
            assert_eq!(device_by_ref_id(name.as_bytes()), Some(found));
            assert_eq!(agrees(code, name.as_bytes()), Some(true));
        }
    }

    #[test]
    fn names_are_found_without_prefix_and_in_any_case() {
        assert_eq!(device_by_ref_id(b"mdc_dev_sys_pt_vent_vmd").unwrap().code, 70_002);
        assert_eq!(device_by_ref_id(b"SYS_PT_VENT").unwrap().code, 70_000);
        assert_eq!(device_by_ref_id(b""), None);
        assert_eq!(device_by_ref_id(b"MDC_DEV_"), None);
        assert_eq!(device_by_ref_id(b"_MDS"), None);
        assert_eq!(device_by_ref_id(b"MNDRY_SOMETHING_MDS"), None);
    }

    #[test]
    fn a_name_without_a_number_still_has_a_class() {
        let pump = device_by_ref_id(b"MDC_DEV_PUMP_INFUS_PCA_MDS").unwrap();
        assert_eq!((pump.code, pump.class), (0, Some("infusion-pump")));
        assert_eq!(device(0), None);
        assert_eq!(device_by_ref_id(b"MDC_DEV_SYS_ANESTH_MDS").unwrap().class, Some("anaesthesia-machine"));
    }

    #[test]
    fn the_rule_of_four_gives_what_was_not_seen_and_says_so() {
        let found = device(69_953).unwrap();
        assert_eq!((found.ref_id, found.attested), ("MDC_DEV_MON_PT_PHYSIO_MULTI_PARAM_MDS", false));
    }

    #[test]
    fn levels_follow_the_code_and_its_two_known_exceptions() {
        assert_eq!(level(69_965), Some(Level::Mds));
        assert_eq!(level(69_986), Some(Level::Vmd));
        assert_eq!(level(69_952), Some(Level::Base));
        assert_eq!(level(126_977), Some(Level::Channel));
        assert_eq!(level(67_880), None, "an attribute is no device");
        assert_eq!(level(528_388), None);
    }

    #[test]
    fn a_code_with_another_devices_name_disagrees() {
        assert_eq!(agrees(69_985, b"MDC_DEV_PUMP_INFUS_VMD"), Some(false));
        assert_eq!(agrees(69_985, b"MDC_DEV_SYS_PT_VENT_MDS"), Some(false));
        assert_eq!(agrees(1, b"MDC_DEV_SYS_PT_VENT_MDS"), None);
        assert_eq!(agrees(69_985, b"MDC_DEV_PUMP_INFUS_PCA_MDS"), None);
    }
}
