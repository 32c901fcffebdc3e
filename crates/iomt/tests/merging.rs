//! The merge law where subjects turn out to be one: devices that two speakers name, hosts with several addresses. However the evidence
//! is shuffled, divided among shards and merged, in any tree, the inventory is the same byte for byte.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test reports"
)]

use core::net::IpAddr;

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Place, Sink, Source, Subject, Value, normalise};
use iomt::ledger::{Neighbour, Proof, ShardId};
use iomt::{Inventory, Ledger, Limits, Timestamp, knowledge::Knowledge};
use proptest::prelude::*;

/// One thing seen.
#[derive(Clone, Debug)]
enum Seen {
    Said(Evidence),
    Alive(Subject, i64),
    Together(Neighbour, Proof),
}

fn addresses() -> impl Strategy<Value = IpAddr> {
    prop::sample::select(
        ["192.0.2.1", "192.0.2.2", "192.0.2.3", "fe80::1", "fe80::2"]
            .map(|ip| ip.parse().expect("an address"))
            .to_vec(),
    )
}

/// Subjects of a small world, so that many of them are one: makers under several names, numbers said or not.
fn subjects() -> impl Strategy<Value = Subject> {
    let word = |words: &[&'static str]| prop::sample::select(words.to_vec());
    let equipment = (
        word(&["", "Philips", "Philips Medical Systems", "SIEMENS"]),
        word(&["", "866064", "Avanto"]),
        word(&["", "", "1", "2"]),
        word(&["", "", "0009fbfffe112233"]),
        word(&["", "", "516 a"]),
        word(&["", "bed1", "bed2"]),
        prop::option::weighted(0.9, addresses()),
        word(&["dicom", "hl7", "intellivue"]),
    );
    let equipment = equipment.prop_map(|(manufacturer, model, serial, eui64, udi, instance, speaker, protocol)| {
        let key = EquipmentKey {
            manufacturer: normalise(manufacturer),
            model: normalise(model),
            serial: serial.into(),
            eui64: eui64.into(),
            udi: udi.into(),
            product: Box::default(),
            instance: instance.into(),
        };
        Subject::Equipment { key, speaker, protocol }
    });
    prop_oneof![1 => addresses().prop_map(Subject::Endpoint), 3 => equipment]
}

fn values() -> impl Strategy<Value = (Attribute, Value, &'static str)> {
    let text = |attribute, kind: &'static str, texts: &[&'static str]| {
        prop::sample::select(texts.to_vec()).prop_map(move |text| (attribute, Value::text(text), kind))
    };
    let pair = |attribute, kind: &'static str, pairs: &[(&'static str, &'static str)]| {
        prop::sample::select(pairs.to_vec()).prop_map(move |(a, b)| (attribute, Value::pair(a, b), kind))
    };
    prop_oneof![
        text(Attribute::Manufacturer, "declared", &["Philips", "PHILIPS Medical Systems", "SIEMENS", "Acme"]),
        text(Attribute::Model, "declared", &["866064", "Avanto", "avanto"]),
        text(Attribute::Serial, "declared", &["1", "2", "SN 1"]),
        text(Attribute::Eui64, "declared", &["0009FBFFFE112233"]),
        text(Attribute::Ip, "claimed-address", &["192.0.2.1", "10.0.0.1"]),
        text(Attribute::Mac, "claimed-address", &["00:09:fb:11:22:33"]),
        text(Attribute::Mac, "seen-address", &["00:09:fb:11:22:33", "00:90:e8:00:00:01"]),
        text(Attribute::Sign, "sign", &["seen-whole", "worklist-user", "move-originator"]),
        text(Attribute::Udi, "declared", &["(01)51022222233336(21)A", "(01)51022222233337(21)A", "odd"]),
        pair(
            Attribute::Software,
            "declared",
            &[("software", "L.01.18"), ("software", "L.1.18"), ("software", "M.00.02")]
        ),
        pair(
            Attribute::Name,
            "declared-name",
            &[("ae-title", "CT01"), ("station-name", "CT01"), ("hl7-application", "GW")]
        ),
        pair(Attribute::Class, "modality", &[("DICOM Modality", "CT"), ("DICOM Modality", "MR"), ("MDC", "69965")]),
        pair(Attribute::VendorSign, "private-creator", &[("private-creator", "GEMS_ACQU_01"), ("MSH-4", "Draeger")]),
        pair(
            Attribute::Role,
            "role",
            &[("acceptor", "C-STORE"), ("requestor", "C-STORE"), ("sender", "ORU^R01"), ("peer", "x")]
        ),
        pair(Attribute::Peer, "role", &[("stored-at", "192.0.2.2"), ("stored-at", "192.0.2.3")]),
        pair(Attribute::Stack, "implementation", &[("1.2.276.0.7230010.3.0.3.6.7", "OFFIS_DCMTK_367")]),
        pair(Attribute::Port, "role", &[("", "tcp/104")]),
    ]
}

fn seen() -> impl Strategy<Value = Seen> {
    let said = (subjects(), values(), 0_i64..6, 0_u64..9, prop::sample::select(vec!["F", "G"])).prop_map(
        |(subject, (attribute, value, kind), time, frame, field)| {
            let place = Place { time: Timestamp(time), input: "t".into(), frame, offset: 0 };
            let protocol = match &subject {
                Subject::Equipment { protocol, .. } => protocol,
                Subject::Endpoint(_) | Subject::Encrypted(_) => "dicom",
            };
            Seen::Said(Evidence { subject, attribute, value, source: Source { protocol, field, kind }, place })
        },
    );
    let alive = (subjects(), 0_i64..6).prop_map(|(subject, time)| Seen::Alive(subject, time));
    let macs = prop::sample::select(vec!["00:09:fb:11:22:33", "00:90:e8:00:00:01", "02:00:00:00:00:01"]);
    let together = (macs, addresses(), any::<bool>(), 0_i64..6).prop_map(|(mac, ip, stated, time)| {
        let place = Some(Place { time: Timestamp(time), input: "t".into(), frame: 1, offset: 0 });
        let proof = if stated { Proof { stated: place, seen: None } } else { Proof { seen: place, stated: None } };
        Seen::Together(Neighbour { mac: mac.into(), ip }, proof)
    });
    prop_oneof![10 => said, 2 => alive, 1 => together]
}

fn fed<'a>(shard: u64, all: impl Iterator<Item = &'a Seen>) -> Ledger {
    let mut ledger = Ledger::new(ShardId(shard), Limits::DEFAULT);
    for one in all {
        match one.clone() {
            Seen::Said(evidence) => ledger.take(evidence),
            Seen::Alive(subject, time) => ledger.active(&subject, Timestamp(time), 1, 1),
            Seen::Together(neighbour, proof) => ledger.neighbour(neighbour, proof),
        }
    }
    ledger
}

fn read(ledger: &Ledger) -> String {
    serde_json::to_string_pretty(&Inventory::read(ledger, Knowledge::builtin())).expect("an inventory is JSON")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_division_in_any_order_merged_in_any_tree_reads_as_one_pass(
        all in prop::collection::vec((seen(), 0_u64..4, any::<u32>()), 0..40),
        joins in prop::collection::vec((0_usize..4, 0_usize..4), 4),
    ) {
        let whole = read(&fed(9, all.iter().map(|(seen, ..)| seen)));
        let mut shuffled: Vec<_> = all.iter().collect();
        shuffled.sort_by_key(|(.., order)| *order);
        let mut shards: Vec<Ledger> = (0..4)
            .map(|shard| fed(shard, shuffled.iter().filter(|(_, of, _)| *of == shard).map(|(seen, ..)| seen)))
            .collect();
        for (a, b) in joins.into_iter().chain([(0, 1); 4]) {
            if shards.len() > 1 {
                let taken = shards.remove(b % shards.len());
                let into = a % shards.len();
                shards[into].merge(taken);
            }
        }
        prop_assert_eq!(shards.len(), 1);
        prop_assert_eq!(whole, read(&shards[0]));
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_value_is_lost_when_subjects_turn_out_to_be_one(all in prop::collection::vec(seen(), 0..40)) {
        let ledger = fed(1, all.iter());
        let inventory = read(&ledger);
        let shown = [Attribute::Serial, Attribute::Software, Attribute::Udi];
        for one in &all {
            if let Seen::Said(Evidence { subject: Subject::Equipment { .. }, attribute, value, .. }) = one
                && shown.contains(attribute)
            {
                let value = serde_json::to_string(value.bare()).expect("text");
                prop_assert!(inventory.contains(&value), "{value}");
            }
        }
    }
}

/// The ids in an inventory, in its order.
fn ids(ledger: &Ledger) -> Vec<String> {
    Inventory::read(ledger, Knowledge::builtin()).devices.into_iter().map(|device| device.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_id_is_of_one_device_and_does_not_change_with_what_else_is_there(all in prop::collection::vec(seen(), 0..40)) {
        let mut ledger = fed(1, all.iter());
        let alone = ids(&ledger);
        let mut unique = alone.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(alone.len(), unique.len(), "{:?}", alone);

        let key = EquipmentKey { manufacturer: "acme".into(), serial: "z9".into(), ..EquipmentKey::default() };
        for subject in [
            Subject::Endpoint(IpAddr::from([198, 51, 100, 7])),
            Subject::Equipment { key, speaker: Some(IpAddr::from([198, 51, 100, 7])), protocol: "hl7" },
        ] {
            let source = Source { protocol: "hl7", field: "F", kind: "role" };
            let place = Place { time: Timestamp(1), input: "t".into(), frame: 1, offset: 0 };
            let value = Value::pair("sender", "ORU^R01");
            ledger.take(Evidence { subject, attribute: Attribute::Role, value, source, place });
        }
        let beside = ids(&ledger);
        prop_assert!(alone.iter().all(|id| beside.contains(id)), "{:?} {:?}", alone, beside);
    }
}

#[test]
fn devices_that_differ_in_nothing_in_the_end_are_one() {
    let all = [
        ["siemens", "", "1", "0009fbfffe112233", "516 a", "bed1"],
        ["siemens", "avanto", "1", "", "516 a", "bed1"],
        ["siemens", "866064", "1", "", "516 a", ""],
        ["siemens", "avanto", "", "0009fbfffe112233", "", ""],
        ["", "avanto", "1", "0009fbfffe112233", "", ""],
        ["philips", "avanto", "", "0009fbfffe112233", "", ""],
    ]
    .map(|[manufacturer, model, serial, eui64, udi, instance]| {
        let key = EquipmentKey {
            manufacturer: manufacturer.into(),
            model: model.into(),
            serial: serial.into(),
            eui64: eui64.into(),
            udi: udi.into(),
            instance: instance.into(),
            ..EquipmentKey::default()
        };
        let place = Place { time: Timestamp(0), input: "t".into(), frame: 1, offset: 0 };
        Seen::Said(Evidence {
            subject: Subject::Equipment { key, speaker: None, protocol: "dicom" },
            attribute: Attribute::Manufacturer,
            value: Value::text("Siemens"),
            source: Source { protocol: "dicom", field: "F", kind: "declared" },
            place,
        })
    });
    let mut unique = ids(&fed(1, all.iter()));
    let count = unique.len();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), count);
}
