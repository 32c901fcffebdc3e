//! The fuzz seeds, replayed on every test run, and the proof that reading them allocates nothing.

mod common;

use iomt_intellivue::{
    emit::ConnectIndicationBuilder,
    export::Body,
    ident,
    message::{self, Message},
    poll::PollResult,
    probe,
};

#[test]
fn every_seed_is_read_and_every_fact_lies_in_it() {
    common::each_seed(|name, seed| {
        if let Ok((message, used)) = message::parse(seed) {
            ident::facts(&message, &mut |fact| assert!(fact.offset < used, "{name}: {fact:?}"));
            if let Message::ConnectIndication(indication) = message
                && indication.missing() == 0
            {
                assert_eq!(ConnectIndicationBuilder::copy_of(&indication).build().as_deref(), Ok(seed), "{name}");
            }
        }
    });
}

#[test]
fn probing_parsing_and_the_facts_allocate_nothing() {
    common::each_seed(|name, seed| {
        let mut facts = 0_usize;
        let counted = allocation_counter::measure(|| {
            let _ = probe(seed);
            if let Ok((message, _)) = message::parse(seed) {
                ident::facts(&message, &mut |_| facts = facts.saturating_add(1));
                if let Message::DataExport(pdu) = message
                    && let Ok(Body::Action(action)) = pdu.body()
                    && let Ok(Some(poll)) = PollResult::read(&action)
                {
                    facts =
                        poll.observations().fold(facts, |sum, each| sum.saturating_add(each.attributes.iter().count()));
                }
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
        assert!(name != "connect_indication" || facts == 21);
    });
}
