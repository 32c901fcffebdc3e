//! Utilisation signals of GE monitors: in which minutes they had usable numbers of what, and an alarm.
//!
//! Neither protocol tells uptime, standby or demonstration in a place that is public.

use iomt_ge::dri::physiology::{Group, Physiology};
use iomt_ge::dri::{MainType, Record};
use iomt_ge::unity::header::{BedMessage, Body};
use iomt_ge::unity::parameters::{AlarmLevel, Code, Parameter};
use iomt_wire::Timestamp;
use iomt_x73::{OidType, Partition, Type};

use crate::usage::{Alarm, Gravity, Track, Usage};

/// What the values of a Unity parameter are, each a term of the physiological partition. Of temperature and the ST segments it is
/// not public which value is which, so any of them counts.
const PARAMETERS: [(Code, [u16; 3]); 9] = [
    (Code::ECG, [HEART_RATE, PVC, NONE]),
    (Code::SPO2, [SPO2, PLETH_RATE, NONE]),
    (Code::NBP, [NBP_MEAN, NBP_SYSTOLIC, NBP_DIASTOLIC]),
    (Code::RESPIRATION, [RESPIRATION_RATE, NONE, NONE]),
    (Code::TEMPERATURE, [TEMPERATURE; 3]),
    (Code::ST_I, [0x0301; 3]),
    (Code::ST_II, [0x0302; 3]),
    (Code::ST_III, [0x033d; 3]),
    (Code::ST_V, [0x0343; 3]),
];

/// What a group of a DRI record measures; of its values only the number is public, so any of them counts.
const GROUPS: [(&str, u16); 14] = [
    ("ECG", 0x0100),
    ("invasive pressure 1", PRESSURE),
    ("invasive pressure 2", PRESSURE),
    ("invasive pressure 3", PRESSURE),
    ("invasive pressure 4", PRESSURE),
    ("non-invasive pressure", 0x4a04),
    ("temperature 1", TEMPERATURE),
    ("temperature 2", TEMPERATURE),
    ("temperature 3", TEMPERATURE),
    ("temperature 4", TEMPERATURE),
    ("SpO2", SPO2),
    ("CO2", 0x50ac),
    ("cardiac output", 0x4b04),
    ("SvO2", 0x4b3c),
];

const NONE: u16 = 0;
const HEART_RATE: u16 = 0x4182;
const PVC: u16 = 0x4261;
const PLETH_RATE: u16 = 0x4822;
const PRESSURE: u16 = 0x4a00;
const NBP_SYSTOLIC: u16 = 0x4a05;
const NBP_DIASTOLIC: u16 = 0x4a06;
const NBP_MEAN: u16 = 0x4a07;
const TEMPERATURE: u16 = 0x4b5c;
const SPO2: u16 = 0x4bb8;
const RESPIRATION_RATE: u16 = 0x500a;

/// What a message says of the minute in which it was sent.
pub(super) fn unity(message: &BedMessage<'_>, time: Timestamp) -> Usage {
    let mut usage = Usage::default();
    let Ok(Body::Parameters { block, .. }) = message.body() else { return usage };
    for parameter in block.parameters().map_while(Result::ok) {
        measured(&parameter, time, &mut usage);
    }
    if let Some(alarm) = gravest(block.alarm_level) {
        usage.note(Track::Alarm(alarm), time);
    }
    usage
}

fn measured(parameter: &Parameter<'_>, time: Timestamp, usage: &mut Usage) {
    let known = PARAMETERS.iter().find(|(code, _)| *code == parameter.code);
    for (quantity, value) in known.iter().flat_map(|(_, quantities)| quantities.iter().zip(parameter.values)) {
        if value.value().is_some() {
            note(*quantity, time, usage);
        }
    }
}

/// What a record says of the minute in which it was sent.
pub(in crate::sensing::observers) fn dri(record: &Record<'_>, time: Timestamp) -> Usage {
    let mut usage = Usage::default();
    if record.main_type != MainType::PHYSIOLOGICAL {
        return usage;
    }
    for sub in record.sub_records().map_while(Result::ok) {
        let values = Physiology::read(record, &sub).ok().flatten();
        for group in values.iter().flat_map(Physiology::groups).filter(Group::is_measured) {
            if let Some((_, quantity)) = GROUPS.iter().find(|(name, _)| *name == group.name) {
                note(*quantity, time, &mut usage);
            }
        }
    }
    usage
}

fn note(quantity: u16, time: Timestamp, usage: &mut Usage) {
    if quantity != NONE {
        let code = Type { partition: Partition::SCADA, code: OidType(quantity) }.mdc();
        usage.note(Track::Measured(code), time);
    }
}

/// Whose the gravest alarm is, and how grave. Messages are no alarms: nothing sounds.
fn gravest(level: AlarmLevel) -> Option<Alarm> {
    let (patient, gravity) = match level {
        AlarmLevel::CRISIS => (true, Gravity::High),
        AlarmLevel::WARNING => (true, Gravity::Medium),
        AlarmLevel::ADVISORY => (true, Gravity::Low),
        AlarmLevel::SYSTEM_WARNING => (false, Gravity::Medium),
        AlarmLevel::SYSTEM_ADVISORY => (false, Gravity::Low),
        _ => return None,
    };
    Some(Alarm { patient, gravity })
}

#[cfg(test)]
mod tests {
    use iomt_ge::dri::physiology::BASIC;

    use super::*;

    #[test]
    fn every_quantity_is_a_term_and_every_group_is_of_the_basic_class() {
        let quantities =
            PARAMETERS.iter().flat_map(|(_, each)| each).chain(GROUPS.iter().map(|(_, quantity)| quantity));
        for quantity in quantities.filter(|quantity| **quantity != NONE) {
            let code = Type { partition: Partition::SCADA, code: OidType(*quantity) }.mdc();
            assert!(iomt_x73::mdc::term(code).is_some(), "{quantity:#x}");
        }
        for (name, _) in GROUPS {
            assert!(BASIC.iter().any(|group| group.name == name), "{name}");
        }
    }
}
