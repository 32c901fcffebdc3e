//! The fuzz seeds, replayed on every test run, and the proof that reading them allocates nothing.

mod common;

use iomt_phd::{apdu::Apdu, check, emit, ident, probe};

#[test]
fn every_seed_is_read_and_every_fact_lies_in_it() {
    common::each_seed(|name, seed| {
        if let Ok((apdu, used)) = Apdu::parse(seed) {
            ident::facts(&apdu, &mut |fact| assert!(fact.offset < used, "{name}: {fact:?}"));
            if apdu.missing() == 0 {
                let written = emit::apdu(apdu.apdu_type, apdu.bytes().rest());
                assert_eq!(written.as_deref(), Ok(seed.get(..used).unwrap_or_default()), "{name}");
            }
        }
    });
}

#[test]
fn probing_parsing_checking_and_the_facts_allocate_nothing() {
    common::each_seed(|name, seed| {
        let (mut facts, mut findings) = (0_usize, 0_usize);
        let counted = allocation_counter::measure(|| {
            let _ = probe(seed);
            if let Ok((apdu, _)) = Apdu::parse(seed) {
                ident::facts(&apdu, &mut |_| facts = facts.saturating_add(1));
                check::check(&apdu, &mut |_| findings = findings.saturating_add(1));
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
        assert!(name != "get_result" || (facts, findings) == (7, 0), "{facts} {findings}");
    });
}
