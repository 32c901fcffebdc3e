//! One PDU: read all of it, and check that what is read lies within it.
#![no_main]

use iomt_dicom::{CommandSet, Pdu, Verdict, pdu};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let verdict = pdu::probe(bytes);
    let (pdu, taken) = match Pdu::parse(bytes) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(error.offset <= bytes.len());
            return;
        }
    };
    assert!((6..=bytes.len()).contains(&taken));
    assert!(pdu::need(&bytes[..taken]).is_none());
    if let Verdict::More(need) = verdict {
        assert!(need.get() > bytes.len() as u64);
    }
    let mut quirks = 0;
    pdu.quirks(&mut |quirk| {
        assert!(quirk.offset <= taken);
        quirks += 1;
    });
    assert!(quirks < 32, "each kind once");
    match pdu {
        Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) => {
            let mut consumed = 74;
            for item in associate.items().flatten() {
                assert_eq!(item.offset, consumed);
                consumed += 4 + item.value.len();
            }
            assert!(consumed <= taken);
            for context in associate.presentation_contexts().flatten() {
                let _ = (context.abstract_syntax(), context.transfer_syntaxes().count(), context.result());
            }
            for item in associate.user_items().flatten() {
                let _ = format!("{item:?}");
            }
            let _ = (associate.max_pdu_length(), associate.implementation_class_uid());
        }
        Pdu::PData(data) => {
            let mut consumed = 6;
            for pdv in data.pdvs().flatten() {
                assert_eq!(pdv.offset, consumed + 6);
                consumed += 6 + pdv.data.len();
                if let Ok(command) = CommandSet::parse(pdv.data) {
                    let whole: usize = command.elements().map(|element| 8 + element.unwrap().value.len()).sum();
                    assert!(whole <= pdv.data.len());
                    let _ = (command.status(), command.suboperations(), command.has_data_set());
                }
            }
            assert!(consumed <= taken);
        }
        _ => {}
    }
});
