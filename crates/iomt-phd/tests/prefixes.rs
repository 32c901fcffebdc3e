//! Every prefix of a sound APDU parses, or says that bytes are missing; a prefix of anything else does not panic.
#![allow(clippy::arithmetic_side_effects)]

mod common;

use iomt_phd::{Kind, Verdict, apdu::Apdu, check, ident, probe};

#[test]
fn every_prefix_parses_or_is_truncated_and_gives_no_fact_that_the_whole_does_not_give() {
    common::each_seed(|name, seed| {
        let mut all = Vec::new();
        let whole = Apdu::parse(seed);
        if let Ok((apdu, _)) = whole {
            ident::facts(&apdu, &mut |fact| all.push(fact));
        }
        for end in 0..seed.len() {
            match Apdu::parse(&seed[..end]) {
                Ok((apdu, used)) => {
                    assert!(used <= end, "{name}");
                    ident::facts(&apdu, &mut |fact| assert!(all.contains(&fact), "{name} cut at {end}: {fact:?}"));
                    let mut findings = 0;
                    check::check(&apdu, &mut |_| findings += 1);
                    assert!(apdu.missing() == 0 || findings > 0, "{name} cut at {end}");
                }
                Err(error) => {
                    let missing = matches!(error.kind, Kind::Truncated { .. });
                    assert!(missing || whole.is_err(), "{name} cut at {end}: {error}");
                }
            }
        }
    });
}

#[test]
fn no_prefix_is_disowned_by_the_probe() {
    common::each_seed(|name, seed| {
        if matches!(probe(seed), Verdict::Yes(_)) {
            for end in 0..seed.len() {
                assert_ne!(probe(&seed[..end]), Verdict::No, "{name} cut at {end}");
            }
        }
    });
}
