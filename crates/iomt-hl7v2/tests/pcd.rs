//! Transactions of IHE's device profiles. The layouts are those of published messages of the named makers; identifiers, addresses, places,
//! names and words are invented.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used,
    reason = "in tests a panic is the report"
)]

use iomt_hl7v2::Message;
use iomt_hl7v2::ident::facts;
use iomt_hl7v2::pcd::{Alarm, AlarmKind, AlarmState, Phase, Priority, Signal, Transaction, alarms, signals};

/// PCD-04 of a syringe pump, B. Braun's layout.
const BRAUN_ALARM: &[u8] = b"MSH|^~\\&|PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|BBRAUN|||20260102080000+0000||ORU^R40^ORU_R40|639029376000000001|P|2.6|||AL|NE||ASCII|||IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO\r\
PID|||CANARY1^^^HOSP^MR||CANARY2^PATIENT\r\
OBR|1|639029376000000001^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|7^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|196616^MDC_EVT_ALARM^MDC|||20260102080000+0000\r\
OBX|1||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC|1.0.0.0|||||||X|||||||P54321^^0012210000000000^EUI-64\r\
OBX|2||70054^MDC_DEV_PUMP_INFUS_SYRINGE_VMD^MDC|1.1.0.0|||||||X\r\
OBX|3|CWE|196616^MDC_EVT_ALARM^MDC|1.1.0.0.1|196940^MDC_EVT_PUMP_VOL_COMP^MDC||||||F|||20260102080000+0000\r\
OBX|4|CWE|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.1.0.0.2|70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC||||||F|||||||P54321^^0012210000000000^EUI-64\r\
OBX|5|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.1.0.0.3|start||||||F\r\
OBX|6|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.1.0.0.4|active||||||F\r\
OBX|7|ST|68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC|1.1.0.0.5|enabled||||||F\r\
OBX|8|ST|68484^MDC_ATTR_ALARM_PRIORITY^MDC|1.1.0.0.6|PH||||||F\r\
OBX|9|ST|68485^MDC_ATTR_ALERT_TYPE^MDC|1.1.0.0.7|ST||||||F\r\
OBX|10|ST|68546^MDC_ATTR_ALERT_TEXT^MDC|1.1.0.0.8|CANARY3 infusion complete||||||F\r";

/// PCD-04 of a monitor, Mindray's layout: priority and kind in OBX-8, rows left out, two alarms in two orders.
const MINDRAY_ALARM: &[u8] = b"MSH|^~\\&|MINDRAY_EGATEWAY^00A0370027A1B2C3^EUI64|MINDRAY|||20260102080000.0000+0000||ORU^R40|44|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4.1^ISO\r\
OBR|1|1^MINDRAY_EGATEWAY^00A0370027A1B2C3^EUI64|1^MINDRAY_EGATEWAY^00A0370027A1B2C3^EUI64|196616^MDC_EVT_ALARM^MDC\r\
OBX|1|CWE|196616^MDC_EVT_ALARM^MDC|1.7.0.196680.1|196680^MDC_EVT_LEAD_OFF^MDC|||A~PL~ST|||R|||20260102080000+0000||||000F14049BA1B2C4^BED3^000F14049BA1B2C4^EUI-64\r\
OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.7.0.196680.3|start\r\
OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.7.0.196680.4|active\r\
OBR|2|2^MINDRAY_EGATEWAY^00A0370027A1B2C3^EUI64|2^MINDRAY_EGATEWAY^00A0370027A1B2C3^EUI64|196616^MDC_EVT_ALARM^MDC\r\
OBX|1|CWE|196670^MDC_EVT_LO^MDC|1.3.1.150456.1|150456^MDC_PULS_OXIM_SAT_O2^MDC|||L~PM~SP|||R\r\
OBX|2|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456.2|88|262688^MDC_DIM_PERCENT^MDC|90-96|L|||F\r\
OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.3.1.150456.3|end\r\
OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.3.1.150456.4|inactive\r";

/// PCD-04 through a gateway, Draeger's layout: older numbers, MSH-21 in MSH-20, the event in OBX-3 and its words in OBX-5.
const DRAEGER_ALARM: &[u8] = b"MSH|^~\\&|0030E6A1B2C3D4E5^EUI-64|Draeger|||20260102080000+0100||ORU^R40^ORU_R40|79|D|2.6|||AL|NE||||IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO\r\
OBR|1||1^0a0b0c0d-0001-4002-8003-0123456789ab^0030E6A1B2C3D4E5|196616^MDC_EVT_ALARM^MDC|||20260102080000+0100\r\
OBX|1|ST|196650|1.0.0.0.1|CANARY4 PVC/min||||||F|||||||urn:uuid:0a0b0c0d-0001-0002-0003-0123456789ac^^urn:uuid:0a0b0c0d-0001-0002-0003-0123456789ac^URN\r\
OBX|2|ST|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.0.0.0.2|69837^MDC_TODO^MDC||||||F\r\
OBX|3|ST|68165^MDC_ATTR_EVENT_PHASE^MDC|1.0.0.0.3|continue||||||F\r\
OBX|4|ST|68166^MDC_ATTR_ALARM_STATE^MDC|1.0.0.0.4|latched||||||F\r\
OBX|5|ST|68167^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC|1.0.0.0.5|audio-paused||||||F\r\
OBX|6|ST|68168^MDC_ATTR_ALARM_PRIORITY^MDC|1.0.0.0.6|PN||||||F\r\
OBX|7|ST|68485^MDC_ATTR_ALERT_TYPE^MDC|1.0.0.0.7|SA||||||F\r";

/// PCD-10: a pump begins to infuse; its alert's source is a place in the tree.
const BRAUN_EVENT: &[u8] = b"MSH|^~\\&|PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|BBRAUN|||20260102080000+0000||ORU^R42^ORU_R01|2|P|2.6|||AL|NE||ASCII|||IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO\r\
OBR|1|2^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|2^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC\r\
OBX|1||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|1.0.0.0|||||||X|||||||I51559^^0012210000000000^EUI-64\r\
OBX|2||70050^MDC_DEV_PUMP_INFUS_LVP_VMD^MDC|1.1.0.0|||||||X\r\
OBX|3|ST|184520^MDC_PUMP_DRUG_LIBRARY_NAME^MDC|1.1.0.1|ICU v12||||||R\r\
OBX|4|CWE|68487^MDC_ATTR_EVT_COND^MDC|1.1.0.3|197288^MDC_EVT_PUMP_DELIV_START^MDC\r\
OBX|5|ST|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.1.0.6|1.1.2.0\r\
OBX|6|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.1.0.8|B Braun SpacePlus Infusomat||||||F\r\
OBX|7|ST|0^MDC_ATTR_PUMP_PILLAR_DETAILS^MDC|1.1.0.24|0^0||||||F|||||||~~WARD D5~SITE^^0012210000000000^EUI-64\r\
OBX|8|CWE|184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-infusing||||||R\r\
OBX|9|NM|158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC|1.1.1.2|12.5|265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM|||||R\r\
OBX|10|NM|157884^MDC_VOL_FLUID_TBI^MDC|1.1.1.3|50||||||X\r";

/// PCD-03: an order for a pump.
const ORDER: &[u8] = b"MSH|^~\\&|BCMA^00A0370027000001^EUI-64|HOSP|PUMPGW|HOSP|20260102080000+0000||RGV^O15^RGV_O15|3|P|2.6|||AL|AL||||IHE_PCD_RGV_O15^IHE PCD^1.3.6.1.4.1.19376.1.6.1.3.1^ISO\r\
PID|||CANARY5^^^HOSP^MR||CANARY6^PATIENT\r\
ORC|RE|ORD1^BCMA\r\
RXG|1|||^CANARY7 drug|100||263762^MDC_DIM_MILLI_L^MDC\r\
RXR|^IV^HL70162\r\
OBX|1||69986^MDC_DEV_PUMP_INFUS_VMD^MDC||||||||X|||||||PUMP9^^0012210000A1B2C3^EUI-64\r\
OBX|2|NM|68063^MDC_ATTR_PT_WEIGHT^MDC||71.5|263875^MDC_DIM_KILO_G^MDC\r";

/// PCD-15: power and battery, the latter in a module of its own.
const BRAUN_STATE: &[u8] = b"MSH|^~\\&|PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|BBRAUN|||20260102080000+0000||ORU^R01^ORU_R01|4|P|2.6|||AL|NE||ASCII|||IHE_PCD_015^^1.3.6.1.4.1.19376.1.6.4.15^ISO\r\
OBR|1|0^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|I51559^PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|69135^MDC_OBS_MEM^MDC\r\
OBX|1|ST|67925^MDC_ATTR_POWER_STAT^MDC|1.1.0.11|onBattery(1)||||||F\r\
OBX|2||65577^MDC_MOC_BATTERY^MDC|1.2.0.0|||||||X\r\
OBX|3|ST|68020^MDC_ATTR_BATT_STAT^MDC|1.2.0.1|batt-full(1)||||||F\r\
OBX|4|NM|67996^MDC_ATTR_VAL_BATT_CHARGE^MDC|1.2.0.3|97|262688^MDC_DIM_PERCENT^MDC^%^%^UCUM|||||F\r";

const ALL: [&[u8]; 6] = [BRAUN_ALARM, MINDRAY_ALARM, DRAEGER_ALARM, BRAUN_EVENT, ORDER, BRAUN_STATE];

fn all(bytes: &[u8]) -> Vec<Alarm<'_>> {
    let mut found = Vec::new();
    alarms(&Message::parse(bytes).unwrap(), &mut |alarm| found.push(alarm));
    found
}

/// Device and signal of each, in words.
fn told(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    signals(&Message::parse(bytes).unwrap(), &mut |mds, signal| {
        found.push(match signal {
            Signal::Alarm(alarm) => format!("{mds} alarm {}", alarm.is_active()),
            other => format!("{mds} {other:?}"),
        });
    });
    found
}

fn said(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    facts(&Message::parse(bytes).unwrap(), &mut |fact| {
        found.push(format!("{:?} {:?}={} {}", fact.subject, fact.attribute, fact.value.escape_ascii(), fact.field));
    });
    found
}

fn has(bytes: &[u8], expected: &str) {
    let said = said(bytes);
    assert!(said.iter().any(|line| line == expected), "no {expected:?} in {said:#?}");
}

#[test]
fn each_message_is_known_for_its_transaction() {
    let numbers = ALL.map(|bytes| Transaction::of(&Message::parse(bytes).unwrap()).map(Transaction::number));
    let expected = ["PCD-04", "PCD-04", "PCD-04", "PCD-10", "PCD-03", "PCD-15"].map(Some);
    assert_eq!(numbers, expected);
}

#[test]
fn an_alarm_has_event_source_phase_state_priority_kind_and_text() {
    let [alarm] = all(BRAUN_ALARM)[..] else { panic!("one alarm") };
    assert_eq!((alarm.mds, alarm.vmd), (1, 1));
    assert_eq!(alarm.event().component(2).bytes(), b"MDC_EVT_PUMP_VOL_COMP");
    assert!(alarm.value().is_none());
    assert_eq!(alarm.source().component(1).bytes(), b"70053");
    assert_eq!((alarm.phase(), alarm.state()), (Some(Phase::Start), Some(AlarmState::Active)));
    assert_eq!(alarm.inactivation().bytes(), b"enabled");
    assert_eq!((alarm.priority(), alarm.kind()), (Some(Priority::High), Some(AlarmKind::Device)));
    assert_eq!(alarm.text().bytes(), b"CANARY3 infusion complete");
    assert!(alarm.is_active());
}

#[test]
fn an_alarm_without_rows_has_its_priority_and_kind_in_the_flags() {
    let [technical, physiological] = all(MINDRAY_ALARM)[..] else { panic!("two alarms") };
    assert_eq!(technical.event().component(2).bytes(), b"MDC_EVT_LEAD_OFF");
    assert_eq!((technical.priority(), technical.kind()), (Some(Priority::Low), Some(AlarmKind::Device)));
    assert!(technical.is_active() && technical.text().is_absent());
    assert_eq!(physiological.event().component(2).bytes(), b"MDC_EVT_LO");
    assert_eq!(physiological.value().unwrap().component(1).bytes(), b"150456");
    assert_eq!((physiological.priority(), physiological.kind()), (Some(Priority::Medium), Some(AlarmKind::Patient)));
    assert_eq!(physiological.phase(), Some(Phase::End));
    assert!(!physiological.is_active());
}

#[test]
fn older_numbers_and_an_event_without_a_system_are_read() {
    let [alarm] = all(DRAEGER_ALARM)[..] else { panic!("one alarm") };
    assert_eq!(alarm.event().bytes(), b"196650");
    assert_eq!((alarm.phase(), alarm.state()), (Some(Phase::Continue), Some(AlarmState::Latched)));
    assert_eq!((alarm.priority(), alarm.kind()), (Some(Priority::None), Some(AlarmKind::Advisory)));
    assert!(!alarm.is_active(), "what is latched is over");
}

#[test]
fn words_that_are_not_known_are_none_and_stay_raw() {
    let text = String::from_utf8(BRAUN_ALARM.to_vec()).unwrap();
    let text = text.replace("|PH|", "|20|").replace("|active|", "|alive|").replace("|start|", "|begin|");
    let [alarm] = all(text.as_bytes())[..] else { panic!("one alarm") };
    assert_eq!((alarm.priority(), alarm.state(), alarm.phase()), (None, None, None));
    assert!(!alarm.is_active());
}

#[test]
fn an_infusion_event_tells_that_the_pump_infuses_and_what_it_measured() {
    assert_eq!(told(BRAUN_EVENT), ["1 Infusing(true)", "1 Measured(158014)"], "a value that was not obtained is none");
    assert!(all(BRAUN_EVENT).is_empty());
    let idle = String::from_utf8(BRAUN_EVENT.to_vec()).unwrap().replace("-infusing|", "-not-infusing|");
    assert!(told(idle.as_bytes()).contains(&"1 Infusing(false)".to_owned()));
}

#[test]
fn alarms_and_their_values_are_signals() {
    assert_eq!(told(BRAUN_ALARM), ["1 alarm true"]);
    assert_eq!(told(MINDRAY_ALARM), ["1 Measured(150456)", "1 alarm true", "1 alarm false"]);
    assert!(told(ORDER).is_empty(), "an order measures nothing");
}

#[test]
fn the_source_of_an_alert_is_a_type_only_when_it_is_a_device() {
    has(BRAUN_ALARM, "Device(1.0 P54321) DeviceType=70053 OBX-5.1");
    assert!(!said(BRAUN_EVENT).iter().any(|line| line.contains("1.1.2.0")), "a place in the tree is no type");
}

#[test]
fn power_and_battery_are_told_and_charge_is_not() {
    has(BRAUN_STATE, "Device(1.1 ) PowerStatus=onBattery(1) OBX-5");
    has(BRAUN_STATE, "Device(1.2 ) BatteryStatus=batt-full(1) OBX-5");
    assert!(!said(BRAUN_STATE).iter().any(|line| line.contains("=97")), "what changes all the time identifies nothing");
}

#[test]
fn a_ward_written_with_repetition_separators_is_a_place_and_no_name() {
    has(BRAUN_EVENT, "Device(1.1 WARD D5) Location=WARD D5 OBX-18.1");
    assert!(!said(BRAUN_EVENT).iter().any(|line| line.contains("SITE")));
    let other = String::from_utf8(BRAUN_EVENT.to_vec()).unwrap().replace("001221", "70B3D5");
    has(other.as_bytes(), "Device(1.1 WARD D5) DeviceIdentifier=WARD D5 OBX-18.1");
}

#[test]
fn an_order_names_the_pump_that_it_is_for() {
    has(ORDER, "Device(0.0 0012210000A1B2C3) Eui64=0012210000A1B2C3 OBX-18.3");
    has(ORDER, "Device(0.0 0012210000A1B2C3) DeviceType=69986 OBX-3.1");
}

#[test]
fn no_patient_and_no_words_of_an_alarm_are_facts_or_debug_output() {
    for bytes in ALL {
        assert!(!said(bytes).iter().any(|line| line.contains("CANARY")), "{:#?}", said(bytes));
        assert!(!format!("{:?}", all(bytes)).contains("CANARY"));
        signals(&Message::parse(bytes).unwrap(), &mut |_, signal| assert!(!format!("{signal:?}").contains("CANARY")));
    }
}

#[test]
fn every_prefix_and_every_changed_byte_is_read_without_panic() {
    for bytes in ALL {
        let mut changed = bytes.to_vec();
        for at in 0..bytes.len() {
            if let Ok(message) = Message::parse(bytes.get(..at).unwrap()) {
                signals(&message, &mut |_, _| {});
            }
            for byte in [b'|', b'^', b'.', b'\r', 0xff] {
                let kept = changed[at];
                changed[at] = byte;
                if let Ok(message) = Message::parse(&changed) {
                    signals(&message, &mut |_, signal| drop(format!("{signal:?}")));
                    let _ = Transaction::of(&message);
                }
                changed[at] = kept;
            }
        }
    }
}
