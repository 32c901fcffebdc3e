//! What is written reads the same, and what is read is written the same.

use super::*;
use crate::emit::{self, Association, Attributes};
use iomt_x73::{RelativeTime, SpecType};
use proptest::prelude::*;

#[test]
fn the_vectors_are_written_as_they_were() {
    for (vector, is_request) in [(AARQ_SCALE, true), (AARQ_OXIMETER, true), (AARE_UNKNOWN_CONFIG, false)] {
        let written = match apdu(vector).body() {
            Ok(Body::AssociationRequest(request)) if is_request => {
                Association::copy_of(&request.information().unwrap()).unwrap().request()
            }
            Ok(Body::AssociationResponse(response)) => {
                Association::copy_of(&response.information().unwrap()).unwrap().response(response.result)
            }
            _ => panic!(),
        };
        assert_eq!(written.as_deref(), Ok(vector));
    }
    assert_eq!(emit::release_request(ReleaseReason::NORMAL), RELEASE_REQUEST);
    assert_eq!(emit::abort(AbortReason::BUFFER_OVERFLOW), ABORT);
    let attributes = Attributes::new()
        .specialisations(&[(0x100f, 1)])
        .system_model(b"TheCompany", b"TheScaleABC")
        .system_id([0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])
        .config_id(ConfigId(0x4000))
        .production_spec(&[(SpecType::SERIAL_NUMBER, 0, b"DE124567")])
        .attribute(OidType(0x0987), &[0x20, 0x07, 0x02, 0x01, 0x12, 0x05, 0, 0]);
    assert_eq!(emit::get_result(0x3456, Handle(0), &attributes).as_deref(), Ok(GET_RESULT));
}

#[test]
fn what_does_not_fit_a_length_is_refused() {
    let long = vec![0; 65_536];
    assert!(emit::apdu(ApduType::PRST, &long).is_err());
    assert!(Attributes::new().attribute(OidType(1), &long).build().is_err());
    assert!(emit::data(1, Choice::ROIV_GET, &long[..65_530]).is_err(), "with its header it does not");
    assert!(emit::data(1, Choice::ROIV_GET, &long[..65_527]).is_ok());
}

fn small() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

proptest! {
    #[test]
    fn any_attributes_come_back(
        invoke: u16, handle: u16, all in prop::collection::vec((any::<u16>(), small()), 0..12),
    ) {
        let attributes = all.iter().fold(Attributes::new(), |list, (id, value)| list.attribute(OidType(*id), value));
        let bytes = emit::get_result(invoke, Handle(handle), &attributes).unwrap();
        let data = apdu(&bytes).data().unwrap();
        prop_assert_eq!((data.invoke_id, data.choice, data.missing()), (invoke, Choice::RORS_GET, 0));
        let Ok(DataBody::Attributes { handle: found, attributes }) = data.body() else { panic!() };
        prop_assert_eq!(found, Handle(handle));
        let read: Vec<_> = attributes.iter().map(|ava| ava.unwrap()).map(|ava| (ava.id.0, ava.value.to_vec())).collect();
        prop_assert_eq!(read, all);
    }

    #[test]
    fn any_event_comes_back(
        invoke: u16, handle: u16, time: u32, event: u16, info in small(), confirmed: bool,
    ) {
        let choice = if confirmed { Choice::RORS_CONFIRMED_EVENT_REPORT } else { Choice::ROIV_EVENT_REPORT };
        let bytes =
            emit::event_report(invoke, choice, Handle(handle), RelativeTime(time), OidType(event), &info).unwrap();
        let Ok(DataBody::EventReport(found)) = apdu(&bytes).data().unwrap().body() else { panic!() };
        prop_assert_eq!((found.handle.0, found.time.0, found.event_type.0), (handle, time, event));
        prop_assert_eq!((found.info.rest(), found.is_result), (&info[..], confirmed));
    }

    #[test]
    fn any_values_come_back_by_the_layout_that_was_written(
        values in prop::collection::vec((any::<u16>(), small()), 1..8),
    ) {
        let map: Vec<(u16, u16)> =
            values.iter().map(|(id, value)| (*id, u16::try_from(value.len()).unwrap())).collect();
        let objects = [(OidType(6), Handle(1), Attributes::new().value_map(&map))];
        let config = emit::config_report(1, ConfigId(0x4000), &objects).unwrap();
        let bare: Vec<u8> = values.iter().flat_map(|(_, value)| value.clone()).collect();
        let scan = emit::fixed_scan(2, 0, &[(Handle(1), &bare)]).unwrap();
        let (mut tracker, mut read) = (Tracker::default(), Vec::new());
        for bytes in [config, scan] {
            prop_assert_eq!(findings(&bytes), Vec::<String>::new());
            tracker.hear(Direction::Initiator, Segment::Data(&bytes), &mut |event| {
                if let Event::Observation { observation, .. } = event {
                    read.push((observation.attribute.0, observation.value.rest().to_vec()));
                }
            });
        }
        prop_assert_eq!(read, values);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic_and_end(bytes in prop::collection::vec(any::<u8>(), 0..300), choice in 0xe2_u8..=0xe7) {
        let mut bytes = bytes;
        if bytes.len() > 4 {
            bytes[..2].copy_from_slice(&[choice, 0]);
        }
        if let Ok((parsed, used)) = Apdu::parse(&bytes) {
            prop_assert!(used <= bytes.len());
            check(&parsed, &mut |_| {});
            ident::facts(&parsed, &mut |fact| assert!(fact.offset <= used));
        }
        let mut tracker = Tracker::default();
        tracker.hear(Direction::Responder, Segment::Data(&bytes), &mut |_| {});
    }
}
