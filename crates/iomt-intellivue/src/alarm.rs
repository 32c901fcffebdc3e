//! Alarms, as the alert monitor object has them.
//!
//! ```text
//!  NOM_ATTR_AL_MON_P_AL_LIST, .._T_AL_LIST   list of
//!    DevAlarmEntry | source:16 | code:16 | type:16 | state:16 | ManagedObjectId | info id:16 | length:16 | info ... |
//!    info          | instance:16 | text id:32 | priority:16 | flags:16 | [ String ] |
//!  NOM_ATTR_DEV_AL_COND
//!                  | state:16 | changes:16 | highest patient:16 | highest technical:16 | highest audible:16 |
//! ```
//! Data Export guide, "alert monitor". An info of id 0201 has no String, one of 0204 has.
//!
//! What devices really do: a captured monitor in demonstration mode says `1100` (silenced, demonstration) and empty lists.

use iomt_wire::{Cursor, Result, bits};
use iomt_x73::{Decode, List, ManagedObjectId, OctetString, OidType, WideString};

/// The active alarms of one kind.
pub type DevAlarmList<'a> = List<'a, DeviceAlarm<'a>>;

bits! {
    /// How grave an alarm is, and whether the patient or the device is in it.
    AlertType(u16) {
        /// The device, low.
        LOW_TECHNICAL = 0x0001;
        /// The device, medium.
        MEDIUM_TECHNICAL = 0x0002;
        /// The device, high.
        HIGH_TECHNICAL = 0x0004;
        /// The patient, low.
        LOW_PATIENT = 0x0100;
        /// The patient, medium.
        MEDIUM_PATIENT = 0x0200;
        /// The patient, high.
        HIGH_PATIENT = 0x0400;
    }
    /// What has become of an alarm.
    AlertState(u16) {
        /// Off.
        INHIBITED = 0x8000;
        /// Suspended.
        SUSPENDED = 0x4000;
        /// It goes on after its cause has gone.
        LATCHED = 0x2000;
        /// Its sound was silenced.
        SILENCED_RESET = 0x1000;
        /// The device tests itself.
        TEST_MODE = 0x0400;
        /// The device is in standby.
        STANDBY = 0x0200;
        /// The device is in demonstration mode.
        DEMO_MODE = 0x0100;
        /// It is new.
        NEW_ALERT = 0x0008;
    }
}

/// One active alarm.
#[derive(Clone, Copy, Debug)]
pub struct DeviceAlarm<'a> {
    /// What it is about.
    pub source: OidType,
    /// Which alarm.
    pub code: OidType,
    /// How grave.
    pub alarm_type: AlertType,
    /// What has become of it.
    pub state: AlertState,
    /// The object in alarm.
    pub object: ManagedObjectId,
    /// 0201 general information, 0204 with a string.
    pub info_id: u16,
    /// The information.
    pub info: OctetString<'a>,
}

/// More on an alarm.
#[derive(Clone, Copy, Debug)]
pub struct AlarmInfo<'a> {
    /// Tells alarms of one code apart.
    pub instance: u16,
    /// Its text, by number.
    pub text: u32,
    /// Its rank among the active alarms.
    pub priority: u16,
    /// Bits.
    pub flags: u16,
    /// Its text; may name what was measured of a patient.
    pub string: Option<WideString<'a>>,
}

impl<'a> DeviceAlarm<'a> {
    /// Info id with a string.
    const STRING: u16 = 0x0204;
    /// Info id without.
    const GENERAL: u16 = 0x0201;

    /// The information, when its id is one of the two that are known.
    #[must_use]
    pub fn information(&self) -> Option<AlarmInfo<'a>> {
        let mut cursor = Cursor::at(self.info.bytes, self.info.offset);
        let with_string = match self.info_id {
            Self::GENERAL => false,
            Self::STRING => true,
            _ => return None,
        };
        let [i0, i1, t0, t1, t2, t3, p0, p1, f0, f1] = cursor.array("AlMonGenInfo").ok()?;
        let string = if with_string { Some(WideString::decode(&mut cursor).ok()?) } else { None };
        Some(AlarmInfo {
            instance: u16::from_be_bytes([i0, i1]),
            text: u32::from_be_bytes([t0, t1, t2, t3]),
            priority: u16::from_be_bytes([p0, p1]),
            flags: u16::from_be_bytes([f0, f1]),
            string,
        })
    }
}

impl<'a> Decode<'a> for DeviceAlarm<'a> {
    const LEAST: usize = 18;
    const NAME: &'static str = "DevAlarmEntry";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self {
            source: OidType::decode(cursor)?,
            code: OidType::decode(cursor)?,
            alarm_type: AlertType(cursor.be_u16("al-type")?),
            state: AlertState(cursor.be_u16("al-state")?),
            object: ManagedObjectId::decode(cursor)?,
            info_id: cursor.be_u16("alert-info-id")?,
            info: OctetString::decode(cursor)?,
        })
    }
}

/// Whether and how a device is in alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAlertCondition {
    /// State bits of the device.
    pub state: AlertState,
    /// How often the state has changed.
    pub changes: u16,
    /// The gravest alarm of the patient.
    pub max_patient_alarm: AlertType,
    /// The gravest alarm of the device.
    pub max_technical_alarm: AlertType,
    /// The gravest alarm that sounds.
    pub max_audible_alarm: AlertType,
}

impl<'a> Decode<'a> for DeviceAlertCondition {
    const LEAST: usize = 10;
    const NAME: &'static str = "DeviceAlertCondition";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [s0, s1, c0, c1, p0, p1, t0, t1, a0, a1] = cursor.array(Self::NAME)?;
        let be = |high, low| u16::from_be_bytes([high, low]);
        Ok(Self {
            state: AlertState(be(s0, s1)),
            changes: be(c0, c1),
            max_patient_alarm: AlertType(be(p0, p1)),
            max_technical_alarm: AlertType(be(t0, t1)),
            max_audible_alarm: AlertType(be(a0, a1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Constructed after the data model: a technical alarm with a text.
    const LIST: &[u8] = &[
        0, 1, 0, 38, 0x4b, 0xb8, 0x00, 0x12, 0, 2, 0, 8, 0, 0x36, 0, 0, 0, 9, 0x02, 0x04, 0, 18, 0, 1, 0, 0, 2, 3, 0,
        4, 0x80, 0, 0, 6, 0, b'O', 0, b'f', 0, 0, 0, 0,
    ];

    #[test]
    fn an_alarm_says_what_is_in_it_and_how_grave_it_is() {
        let list = DevAlarmList::decode(&mut Cursor::new(LIST)).unwrap();
        let alarm = list.iter().next().unwrap().unwrap();
        assert_eq!((alarm.source, alarm.code, alarm.object.class), (OidType(0x4bb8), OidType(0x12), OidType(0x36)));
        assert_eq!((alarm.alarm_type, alarm.state), (AlertType::MEDIUM_TECHNICAL, AlertState::NEW_ALERT));
        let info = alarm.information().unwrap();
        assert_eq!((info.instance, info.text, info.priority, info.flags), (1, 0x203, 4, 0x8000));
        assert_eq!(info.string.unwrap().to_string(), "Of");
        assert!(DeviceAlarm { info_id: 7, ..alarm }.information().is_none());
        assert!(DeviceAlarm { info_id: DeviceAlarm::GENERAL, ..alarm }.information().unwrap().string.is_none());
    }

    #[test]
    fn an_alarm_text_does_not_show_in_debug_output() {
        let list = DevAlarmList::decode(&mut Cursor::new(LIST)).unwrap();
        let alarm = list.iter().next().unwrap().unwrap();
        let shown = format!("{alarm:?} {:?}", alarm.information());
        assert!(!shown.contains("Of\"") && !shown.contains("79, 0, 102"), "{shown}");
    }

    #[test]
    fn the_condition_tells_the_mode_of_the_device() {
        // constructed: silenced, demonstration, 6 changes, a high technical alarm
        let bytes = [0x11, 0x00, 0, 6, 0, 0, 0, 4, 0, 0];
        let found = DeviceAlertCondition::decode(&mut Cursor::new(&bytes)).unwrap();
        assert!(found.state.contains(AlertState::DEMO_MODE) && !found.state.contains(AlertState::STANDBY));
        assert_eq!((found.changes, found.max_technical_alarm), (6, AlertType::HIGH_TECHNICAL));
    }
}
