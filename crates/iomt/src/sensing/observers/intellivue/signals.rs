//! Utilisation signals of a message that a monitor sent.

use iomt_intellivue::OperatingMode;
use iomt_intellivue::alarm::{AlertState, AlertType};
use iomt_intellivue::ident::{Attribute as Said, Value as Is, facts};
use iomt_intellivue::message::Message;
use iomt_wire::Timestamp;
use iomt_x73::{FloatValue, MeasurementState, Partition, Type};

use super::poll_result;
use crate::usage::{Alarm, Gravity, Mode, Track, Usage};

/// What a message says of the minute in which it was sent.
pub(super) fn usage(message: &Message<'_>, time: Timestamp) -> Usage {
    let mut usage = Usage::default();
    // The time of a connect indication is when it was made: a captured monitor repeats the same one for minutes.
    let announced = matches!(message, Message::ConnectIndication(_));
    facts(message, &mut |fact| match (fact.attribute, fact.value) {
        (Said::OperatingMode, Is::Number(bits)) => {
            if let Some(mode) = u16::try_from(bits).ok().and_then(mode) {
                usage.note(Track::Mode(mode), time);
            }
        }
        (Said::Uptime, Is::Number(nanoseconds)) if !announced => came_up(&mut usage, time, nanoseconds),
        _ => {}
    });
    let Some(poll) = poll_result(message) else { return usage };
    came_up(&mut usage, time, poll.time.nanoseconds());
    for measured in poll.numerics() {
        let value = measured.value;
        let number = matches!(value.value.value(), FloatValue::Number { .. });
        if number && value.state.is_usable() {
            let code = Type { partition: Partition::SCADA, code: value.physio_id }.mdc();
            usage.note(Track::Measured(code), time);
        } else if number && value.state.contains(MeasurementState::DEMO_DATA) {
            usage.note(Track::Mode(Mode::Demonstration), time);
        }
    }
    for alarm in poll.alarms() {
        if let Some(alarm) = gravest(alarm.value.alarm_type) {
            usage.note(Track::Alarm(alarm), time);
        }
    }
    if let Some(condition) = poll.alert_condition() {
        for (bit, mode) in [(AlertState::DEMO_MODE, Mode::Demonstration), (AlertState::STANDBY, Mode::Standby)] {
            if condition.state.contains(bit) {
                usage.note(Track::Mode(mode), time);
            }
        }
    }
    usage
}

/// When the monitor came up; a time of zero is none.
fn came_up(usage: &mut Usage, time: Timestamp, uptime: u64) {
    if uptime > 0
        && let Ok(uptime) = i64::try_from(uptime)
    {
        usage.note(Track::PoweredUp, Timestamp(time.nanoseconds().saturating_sub(uptime)));
    }
}

fn mode(bits: u16) -> Option<Mode> {
    Some(match OperatingMode(bits) {
        OperatingMode::MONITORING => Mode::Monitoring,
        OperatingMode::DEMONSTRATION => Mode::Demonstration,
        OperatingMode::SERVICE => Mode::Service,
        OperatingMode::STANDBY => Mode::Standby,
        OperatingMode::CONFIGURATION => Mode::Configuration,
        _ => return None,
    })
}

/// The gravest that the bits of an alarm's type say.
fn gravest(of: AlertType) -> Option<Alarm> {
    let kinds = [
        (AlertType::HIGH_PATIENT, true, Gravity::High),
        (AlertType::MEDIUM_PATIENT, true, Gravity::Medium),
        (AlertType::LOW_PATIENT, true, Gravity::Low),
        (AlertType::HIGH_TECHNICAL, false, Gravity::High),
        (AlertType::MEDIUM_TECHNICAL, false, Gravity::Medium),
        (AlertType::LOW_TECHNICAL, false, Gravity::Low),
    ];
    let found = kinds.into_iter().find(|(bit, ..)| of.contains(*bit));
    found.map(|(_, patient, gravity)| Alarm { patient, gravity })
}
