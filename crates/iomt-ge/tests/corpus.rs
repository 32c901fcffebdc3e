//! The fuzz seeds, replayed on every test run, and the proof that reading them allocates nothing.

mod common;

use iomt_ge::{
    dri::{self, Record, frame},
    ident, unity,
};

#[test]
fn every_seed_is_read_and_every_fact_lies_in_it() {
    common::each_seed("ge_unity", |name, seed| {
        if let Ok(message) = unity::Message::parse(seed) {
            ident::unity_facts(&message, &mut |fact| assert!(fact.offset < seed.len(), "{name}: {fact:?}"));
        }
    });
    common::each_seed("ge_dri", |name, seed| {
        frame::Decoder::default().feed(seed, &mut |event| {
            if let frame::Event::Record(bytes) = event {
                let (record, used) = Record::parse(bytes).expect(name);
                ident::dri_facts(&record, &mut |fact| assert!(fact.offset < used, "{name}: {fact:?}"));
                assert_eq!(frame::encode(bytes).as_slice(), seed, "{name}");
            }
        });
    });
}

#[test]
fn probing_parsing_and_the_facts_allocate_nothing() {
    let mut facts = 0_usize;
    let mut visit = |_: ident::Fact<'_>| facts = facts.saturating_add(1);
    common::each_seed("ge_unity", |name, seed| {
        let counted = allocation_counter::measure(|| {
            let _ = (unity::probe(seed), unity::probe_serial(seed));
            if let Ok(message) = unity::Message::parse(seed) {
                ident::unity_facts(&message, &mut visit);
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
    });
    common::each_seed("ge_dri", |name, seed| {
        let counted = allocation_counter::measure(|| {
            let _ = dri::probe(seed);
            if let Ok((record, _)) = Record::parse(seed.strip_prefix(b"\x7e").unwrap_or(seed)) {
                ident::dri_facts(&record, &mut visit);
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
    });
    assert!(facts > 20, "{facts}");
}
