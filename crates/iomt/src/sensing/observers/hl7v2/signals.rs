//! Utilisation signals: in which minutes the devices of a message measured, infused or alarmed.

use iomt_hl7v2::Message;
use iomt_hl7v2::pcd::{AlarmKind, Priority, Signal, signals};
use iomt_wire::Timestamp;

use crate::evidence::Subject;
use crate::usage::{Alarm, Gravity, Mode, Track, Usage};

/// The devices of a message by their number in OBX-4.
pub(super) type Systems = Vec<(u64, Subject)>;

/// What each device did in the minute of a message, by its place in `systems`.
///
/// Rows that stand under no number are the only device's, where there is one. What a pump shows that does not infuse is what it is set
/// to and not what it does. Messages for training carry made-up numbers.
pub(super) fn usage(message: &Message<'_>, systems: &Systems, time: Timestamp) -> Vec<Usage> {
    let mut all = vec![Usage::default(); systems.len()];
    let mut idle = vec![false; systems.len()];
    if systems.is_empty() {
        return all;
    }
    let training = message.header().field(11).component(1).bytes() == b"T";
    let place = |mds: u64| match systems.as_slice() {
        [(number, _)] if mds == 0 || *number == 0 => Some(0),
        _ => systems.iter().position(|(number, _)| *number == mds),
    };
    let mut measured = Vec::new();
    signals(message, &mut |mds, signal| {
        let Some(place) = place(mds) else { return };
        let Some(usage) = all.get_mut(place) else { return };
        match signal {
            Signal::Measured(_) if training => usage.note(Track::Mode(Mode::Demonstration), time),
            Signal::Measured(code) => measured.push((place, code)),
            Signal::Infusing(infusing) => {
                usage.note(Track::Mode(if infusing { Mode::Monitoring } else { Mode::Standby }), time);
                if let Some(idle) = idle.get_mut(place) {
                    *idle = !infusing;
                }
            }
            Signal::Alarm(alarm) if alarm.is_active() => {
                if let Some(alarm) = of(alarm.kind(), alarm.priority()) {
                    usage.note(Track::Alarm(alarm), time);
                }
            }
            _ => {}
        }
    });
    for (place, code) in measured {
        if let (Some(usage), Some(false)) = (all.get_mut(place), idle.get(place)) {
            usage.note(Track::Measured(code), time);
        }
    }
    all
}

/// An alarm whose kind and gravity are known; an advice is none.
const fn of(kind: Option<AlarmKind>, priority: Option<Priority>) -> Option<Alarm> {
    let patient = match kind {
        Some(AlarmKind::Patient) => true,
        Some(AlarmKind::Device) => false,
        _ => return None,
    };
    let gravity = match priority {
        Some(Priority::High) => Gravity::High,
        Some(Priority::Medium) => Gravity::Medium,
        Some(Priority::Low) => Gravity::Low,
        _ => return None,
    };
    Some(Alarm { patient, gravity })
}
