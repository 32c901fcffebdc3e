//! The table of device codes.
//!
//! Source letters: P Philips data export enumeration (OpenICE), H HL7 v2.9.1 examples, F HL7 FHIR point-of-care device
//! guide, G a gateway sample in two repositories, B B. Braun samples, M Mindray sample, T IHE test tool, V home ventilator
//! FHIR guide, Q FHIR personal health device guide (its published reference identifiers), R seen as a RefID without number.
//!
//! A class is given only where the name alone says what the whole device is. Modules of a monitor (respiration,
//! temperature difference, arrhythmia ...) have none: they are not the device.

use super::Device;

/// One group of four codes that differ in their level; `levels` are those that a source shows.
struct Group {
    stem: &'static str,
    rows: [Device; 4],
}

const fn shows(levels: &str, level: u8) -> bool {
    let mut rest = levels.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == level {
            return true;
        }
        rest = tail;
    }
    false
}

macro_rules! groups {
    ($($code:literal $stem:literal $levels:literal $class:expr, $source:literal;)*) => {
        /// Sorted by code.
        static GROUPS: &[Group] = &[$(Group {
            stem: $stem,
            rows: [
                row($code, concat!("MDC_DEV_", $stem), $class, $source, shows($levels, b'b')),
                row($code + 1, concat!("MDC_DEV_", $stem, "_MDS"), $class, $source, shows($levels, b'm')),
                row($code + 2, concat!("MDC_DEV_", $stem, "_VMD"), $class, $source, shows($levels, b'v')),
                row($code + 3, concat!("MDC_DEV_", $stem, "_CHAN"), $class, $source, shows($levels, b'c')),
            ],
        }),*];
    };
}

const fn row(
    code: u32,
    ref_id: &'static str,
    class: Option<&'static str>,
    source: &'static str,
    attested: bool,
) -> Device {
    Device { code, ref_id, class, source, attested }
}

const fn single(code: u32, ref_id: &'static str, class: Option<&'static str>, source: &'static str) -> Device {
    row(code, ref_id, class, source, true)
}

pub(super) fn by_code(code: u32) -> Option<&'static Device> {
    if code == 0 {
        return None;
    }
    if let Ok(index) = SINGLES.binary_search_by_key(&code, |row| row.code) {
        return SINGLES.get(index);
    }
    let base = code & !3;
    let index = GROUPS.binary_search_by_key(&base, |group| group.rows.first().map_or(0, |row| row.code)).ok()?;
    GROUPS.get(index)?.rows.iter().find(|row| row.code == code)
}

/// `stem` is a RefID without its prefix.
pub(super) fn by_stem(stem: &[u8]) -> Option<&'static Device> {
    let groups = GROUPS.iter().filter(|group| starts_with(stem, group.stem)).flat_map(|group| &group.rows);
    groups.chain(SINGLES).chain(UNNUMBERED).find(|row| {
        let known = row.ref_id.as_bytes().get(super::PREFIX.len()..).unwrap_or_default();
        !known.is_empty() && known.eq_ignore_ascii_case(stem)
    })
}

fn starts_with(text: &[u8], stem: &str) -> bool {
    text.get(..stem.len()).is_some_and(|head| head.eq_ignore_ascii_case(stem.as_bytes()))
}

const ANAESTHESIA: Option<&str> = Some("anaesthesia-machine");
const ECG: Option<&str> = Some("ecg");
const GLUCOSE: Option<&str> = Some("glucose-meter");
const INFUSION: Option<&str> = Some("infusion-pump");
const MONITOR: Option<&str> = Some("patient-monitor");
const OXIMETER: Option<&str> = Some("pulse-oximeter");
const PERSONAL: Option<&str> = Some("personal-health-device");
const POINT_OF_CARE: Option<&str> = Some("point-of-care-analyser");
const PRESSURE: Option<&str> = Some("blood-pressure-monitor");
const SCALE: Option<&str> = Some("weighing-scale");
const SYRINGE: Option<&str> = Some("syringe-pump");
const THERMOMETER: Option<&str> = Some("thermometer");
const VENTILATOR: Option<&str> = Some("ventilator");

groups! {
     69_636 "ANALY" "b" None, "H";
     69_640 "ANALY_SAT_O2" "bvc" OXIMETER, "HPG";
     69_648 "ANALY_CONC_GAS_MULTI_PARAM" "mv" None, "P";
     69_664 "ANALY_FLOW_AWAY" "v" None, "P";
     69_668 "ANALY_CARD_OUTPUT" "v" None, "P";
     69_708 "ANALY_PRESS_BLD" "bvc" PRESSURE, "HPF";
     69_720 "ANALY_RESP_RATE" "v" None, "P";
     69_740 "CALC" "v" None, "P";
     69_764 "GEN_CONC_AWAY" "v" None, "G";
     69_796 "ECG" "vc" ECG, "PFG";
     69_800 "METER_CONC_SKIN_GAS" "bmv" None, "P";
     69_808 "EEG" "v" None, "P";
     69_820 "METER_FLOW_BLD" "b" None, "P";
     69_852 "METER_PRESS_BLD" "vc" None, "G";
     69_884 "METER_TEMP_BLD" "v" None, "P";
     69_900 "METER_TEMP" "vc" THERMOMETER, "PG";
     69_932 "MON_BLD_CHEM_MULTI_PARAM" "v" None, "P";
     69_952 "MON_PT_PHYSIO_MULTI_PARAM" "b" MONITOR, "M";
     69_964 "MON_PHYSIO_MULTI_PARAM" "m" MONITOR, "PFGT";
     69_984 "PUMP_INFUS" "mv" INFUSION, "HP";
     70_000 "SYS_PT_VENT" "mv" VENTILATOR, "PV";
     70_028 "SYS_MULTI_MODAL" "mv" None, "P";
     70_040 "SYS_ANESTH" "v" ANAESTHESIA, "PM";
     70_048 "PUMP_INFUS_LVP" "mv" INFUSION, "B";
     70_052 "PUMP_INFUS_SYRINGE" "mv" SYRINGE, "B";
     70_068 "PUMP_INFUSATE_SOURCE_PRIMARY" "c" INFUSION, "B";
     70_656 "GENERAL" "v" None, "P";
     70_664 "ECG_RESP" "v" None, "PT";
     70_668 "ARRHY" "vc" None, "PT";
     70_672 "PULS" "v" None, "P";
     70_676 "ST" "v" None, "P";
     70_680 "CO2" "v" None, "P";
     70_684 "PRESS_BLD_NONINV" "vc" PRESSURE, "PF";
     70_688 "CEREB_PERF" "v" None, "P";
     70_692 "CO2_CTS" "v" None, "P";
     70_696 "CO2_TCUT" "v" None, "P";
     70_700 "O2" "v" None, "P";
     70_704 "O2_CTS" "v" None, "P";
     70_708 "O2_TCUT" "v" None, "P";
     70_712 "TEMP_DIFF" "v" None, "P";
     70_716 "CNTRL" "v" None, "P";
     70_724 "WEDGE" "v" None, "P";
     70_728 "O2_VEN_SAT" "v" None, "P";
     70_736 "CARD_RATE" "vc" None, "PF";
     70_744 "SYS_VS_CONFIG" "m" MONITOR, "P";
     70_748 "SYS_VS_UNCONFIG" "m" MONITOR, "P";
     70_772 "PLETH" "v" None, "P";
    127_336 "ANALY_PULS_CONT" "b" None, "P";
    127_340 "ANALY_BISPECTRAL_INDEX" "v" None, "P";
    127_356 "HIRES_TREND" "bmv" None, "P";
    127_360 "MON_PT_EVENT" "v" None, "P";
    127_364 "DERIVED_MSMT" "bmv" None, "P";
    127_628 "PROT_WATCH" "c" None, "P";
    127_696 "METAB" "v" None, "P";
}

/// Codes outside the rule of four, sorted.
static SINGLES: &[Device] = &[
    single(70_067, "MDC_DEV_PUMP_DELIVERY_INFO", INFUSION, "B"),
    single(70_091, "MDC_DEV_PUMP_SYRINGE_INFO", SYRINGE, "B"),
    single(126_977, "MDC_DEV_PUMP_INFUS_CHAN_SOURCE", INFUSION, "H"),
    single(126_978, "MDC_DEV_PUMP_INFUS_CHAN_DELIVERY", INFUSION, "H"),
    single(528_388, "MDC_DEV_SPEC_PROFILE_PULS_OXIM", OXIMETER, "Q"),
    single(528_390, "MDC_DEV_SPEC_PROFILE_MIN_ECG", ECG, "Q"),
    single(528_391, "MDC_DEV_SPEC_PROFILE_BP", PRESSURE, "Q"),
    single(528_392, "MDC_DEV_SPEC_PROFILE_TEMP", THERMOMETER, "Q"),
    single(528_397, "MDC_DEV_SPEC_PROFILE_RESP_RATE", PERSONAL, "Q"),
    single(528_399, "MDC_DEV_SPEC_PROFILE_SCALE", SCALE, "Q"),
    single(528_401, "MDC_DEV_SPEC_PROFILE_GLUCOSE", GLUCOSE, "Q"),
    single(528_402, "MDC_DEV_SPEC_PROFILE_COAG", POINT_OF_CARE, "Q"),
    single(528_403, "MDC_DEV_SPEC_PROFILE_INSULIN_PUMP", INFUSION, "Q"),
    single(528_404, "MDC_DEV_SPEC_PROFILE_BCA", PERSONAL, "Q"),
    single(528_405, "MDC_DEV_SPEC_PROFILE_PEAK_FLOW", PERSONAL, "Q"),
    single(528_406, "MDC_DEV_SPEC_PROFILE_URINE", POINT_OF_CARE, "Q"),
    single(528_408, "MDC_DEV_SPEC_PROFILE_SABTE", PERSONAL, "Q"),
    single(528_409, "MDC_DEV_SPEC_PROFILE_CGM", GLUCOSE, "Q"),
    single(528_412, "MDC_DEV_SPEC_PROFILE_PSM", PERSONAL, "Q"),
    single(528_413, "", PERSONAL, "Q"),
    single(528_425, "MDC_DEV_SPEC_PROFILE_HF_CARDIO", PERSONAL, "Q"),
    single(528_426, "MDC_DEV_SPEC_PROFILE_HF_STRENGTH", PERSONAL, "Q"),
    single(528_455, "MDC_DEV_SPEC_PROFILE_AI_ACTIVITY_HUB", PERSONAL, "Q"),
    single(528_456, "MDC_DEV_SPEC_PROFILE_AI_MED_MINDER", PERSONAL, "Q"),
    single(528_457, "MDC_DEV_SPEC_PROFILE_GENERIC", PERSONAL, "Q"),
    single(528_484, "", PERSONAL, "Q"),
];

/// Names that were seen without a number.
static UNNUMBERED: &[Device] = &[
    single(0, "MDC_DEV_REGUL_VOL_VENT_MDS", VENTILATOR, "R"),
    single(0, "MDC_DEV_PUMP_INFUS_PCA_MDS", INFUSION, "R"),
    single(0, "MDC_DEV_PUMP_INFUS_PCA_VMD", INFUSION, "R"),
    single(0, "MDC_DEV_PUMP_INFUS_PCA_SYRINGE_MDS", SYRINGE, "R"),
    single(0, "MDC_DEV_PUMP_INFUS_PCA_SYRINGE_VMD", SYRINGE, "R"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_groups_start_at_a_multiple_of_four() {
        let base = |group: &Group| group.rows[0].code;
        assert!(GROUPS.is_sorted_by(|left, right| base(left) < base(right)));
        assert!(GROUPS.iter().all(|group| base(group) % 4 == 0));
        assert!(SINGLES.is_sorted_by(|left, right| left.code < right.code));
    }

    #[test]
    fn every_row_is_found_by_its_code_and_by_its_name() {
        for row in GROUPS.iter().flat_map(|group| &group.rows).chain(SINGLES) {
            assert_eq!(by_code(row.code), Some(row));
            if !row.ref_id.is_empty() {
                assert_eq!(super::super::device_by_ref_id(row.ref_id.as_bytes()), Some(row));
            }
        }
    }

    #[test]
    fn every_class_is_on_the_projects_list() {
        let classes = [
            "patient-monitor",
            "central-station",
            "ventilator",
            "anaesthesia-machine",
            "infusion-pump",
            "syringe-pump",
            "ecg",
            "analyser",
            "point-of-care-analyser",
            "glucose-meter",
            "pulse-oximeter",
            "blood-pressure-monitor",
            "thermometer",
            "weighing-scale",
            "dialysis-machine",
            "defibrillator",
            "personal-health-device",
            "unknown-medical",
        ];
        let rows = GROUPS.iter().flat_map(|group| &group.rows).chain(SINGLES).chain(UNNUMBERED);
        assert!(rows.filter_map(|row| row.class).all(|class| classes.contains(&class)));
    }

    #[test]
    fn the_attested_names_agree_with_the_level_of_their_code() {
        for row in GROUPS.iter().flat_map(|group| &group.rows) {
            let level = super::super::level(row.code).unwrap();
            assert!(row.ref_id.ends_with(level.suffix()), "{}", row.ref_id);
        }
    }
}
