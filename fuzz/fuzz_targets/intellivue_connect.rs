#![no_main]
//! Any datagram of Data Export: used bytes lie in the input, facts point into it, what is whole is written back as it was.
use iomt_intellivue::{
    Verdict,
    emit::ConnectIndicationBuilder,
    export::{Body, DataExport},
    ident::{self, Value},
    mds::MdsCreate,
    message::{self, Message},
    poll::{PollRequest, PollResult},
    probe,
    session::Spdu,
};
use libfuzzer_sys::fuzz_target;

fn export(pdu: &DataExport<'_>) {
    pdu.quirks().for_each(drop);
    match pdu.body() {
        Ok(Body::EventReport(event)) => {
            if let Ok(Some(create)) = MdsCreate::read(&event) {
                create.attributes.iter().for_each(drop);
            }
        }
        Ok(Body::Action(action)) => {
            let _ = PollRequest::read(&action);
            if let Ok(Some(poll)) = PollResult::read(&action) {
                poll.observations().for_each(|object| object.attributes.iter().for_each(drop));
                let _ = (poll.numerics().count(), poll.waves().count(), poll.alert_condition());
                poll.alarms().for_each(|alarm| {
                    let _ = alarm.value.information();
                });
            }
        }
        Ok(Body::Get { attributes, .. }) => attributes.iter().for_each(drop),
        Ok(Body::Set { modifications, .. }) => modifications.iter().for_each(drop),
        Ok(Body::Attributes { attributes, .. }) => attributes.iter().for_each(drop),
        _ => {}
    }
}

fn datagram(data: &[u8]) {
    if let Verdict::More(need) = probe(data) {
        assert!(need.get() > data.len() as u64);
    }
    if probe(&data[..data.len() / 2]) == Verdict::No {
        assert_eq!(probe(data), Verdict::No, "a no is final");
    }
    if let Ok((spdu, used)) = Spdu::parse(data) {
        assert!(used <= data.len());
        spdu.items().for_each(drop);
        let _ = (spdu.reason(), spdu.refuse_reason());
    }
    let Ok((message, used)) = message::parse(data) else { return };
    assert!(used <= data.len());
    ident::facts(&message, &mut |fact| {
        let at = data.get(fact.offset..used).expect("a fact lies in its message");
        match fact.value {
            Value::Bytes(text) => assert!(!text.is_empty() && text.len() <= 64 && at.starts_with(text)),
            Value::Mac(bytes) => assert!(at.starts_with(&bytes)),
            Value::Ipv4(bytes) => assert!(at.starts_with(&bytes)),
            Value::Ipv6(bytes) => assert!(at.starts_with(&bytes)),
            Value::Eui64(bytes) => assert!(at.starts_with(&bytes)),
            Value::Octets(bytes) => assert!(at.starts_with(bytes)),
            Value::Utf16(text) => assert!(at.starts_with(text.bytes)),
            _ => {}
        }
    });
    match message {
        Message::ConnectIndication(found) => {
            let sound =
                found.quirks().next().is_none() && found.missing() == 0 && found.attributes().all(|ava| ava.is_ok());
            if sound && data[10..12] == [0, 0] {
                let written = ConnectIndicationBuilder::copy_of(&found).build().expect("it fitted before");
                assert_eq!(written, data[..used]);
            }
        }
        Message::AssociationRequest(found) | Message::AssociationAccept(found) => {
            if let Some(user) = found.user_information() {
                let _ = user.poll_profile().map(|profile| profile.extension());
                user.object_support().iter().for_each(drop);
            }
        }
        Message::DataExport(pdu) => export(&pdu),
        _ => {}
    }
}

fuzz_target!(|data: &[u8]| datagram(data));
