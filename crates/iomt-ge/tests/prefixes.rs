//! Every prefix of a sound message parses, or says that bytes are missing; none gives a fact that the whole does not give.
#![allow(clippy::arithmetic_side_effects)]

mod common;

use iomt_ge::{
    Kind, Verdict,
    dri::{self, Record},
    ident, unity,
};

#[test]
fn every_prefix_of_a_datagram_parses_or_is_an_error() {
    common::each_seed("ge_unity", |name, seed| {
        let mut all = Vec::new();
        if let Ok(message) = unity::Message::parse(seed) {
            ident::unity_facts(&message, &mut |fact| all.push((fact.attribute, format!("{:?}", fact.value))));
        }
        for end in 0..seed.len() {
            if let Ok(message) = unity::Message::parse(&seed[..end]) {
                ident::unity_facts(&message, &mut |fact| {
                    let role = fact.attribute == ident::Attribute::Role;
                    let found = all.contains(&(fact.attribute, format!("{:?}", fact.value)));
                    assert!(role || found, "{name} cut at {end}: {fact:?}");
                });
            }
        }
    });
}

#[test]
fn every_prefix_of_a_record_parses_or_is_truncated() {
    common::each_seed("ge_dri", |name, seed| {
        let seed = seed.strip_prefix(b"\x7e").unwrap_or(seed);
        for end in 0..seed.len() {
            match Record::parse(&seed[..end]) {
                Ok((record, used)) => {
                    assert!(used <= end, "{name}");
                    record.sub_records().for_each(drop);
                }
                Err(error) => assert!(matches!(error.kind, Kind::Truncated { .. }), "{name} cut at {end}: {error}"),
            }
        }
    });
}

#[test]
fn no_prefix_of_a_stream_is_disowned_by_its_probe() {
    common::each_seed("ge_dri", |name, seed| {
        if matches!(dri::probe(seed), Verdict::Yes(_)) {
            for end in 0..seed.len() {
                assert_ne!(dri::probe(&seed[..end]), Verdict::No, "{name} cut at {end}");
            }
        }
    });
    common::each_seed("ge_unity", |name, seed| {
        if matches!(unity::probe_serial(seed), Verdict::Yes(_)) {
            for end in 0..seed.len() {
                assert_ne!(unity::probe_serial(&seed[..end]), Verdict::No, "{name} cut at {end}");
            }
        }
    });
}
