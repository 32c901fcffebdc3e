//! Every prefix of every fixture parses or asks for more, and nothing panics.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::element::Entry;
use iomt_dicom::{CommandSet, DataSet, Encoding, Kind, Limits, Pdu, Verdict, emit, file, pdu};

#[test]
fn a_prefix_of_a_pdu_asks_for_the_whole_and_no_more() {
    for text in STREAMS {
        let bytes = hex(text);
        let (_, total) = Pdu::parse(&bytes).unwrap();
        for cut in 0..total {
            let error = Pdu::parse(&bytes[..cut]).unwrap_err();
            let Kind::Truncated { needed, .. } = error.kind else { panic!("{cut}: {error}") };
            assert!(needed > cut as u64 && needed <= total as u64);
            assert_eq!(pdu::need(&bytes[..cut]).unwrap().get(), if cut < 6 { 6 } else { total as u64 });
        }
    }
}

#[test]
fn a_prefix_never_talks_a_probe_out_of_it() {
    for text in STREAMS {
        let bytes = hex(text);
        for cut in 0..=bytes.len() {
            assert_ne!(pdu::probe(&bytes[..cut]), Verdict::No, "{cut}");
        }
        assert!(matches!(pdu::probe(&bytes), Verdict::Yes(_)));
    }
}

#[test]
fn a_prefix_of_a_data_set_yields_the_whole_elements_and_then_one_error() {
    let mut sets: Vec<_> = DATA_SETS.iter().map(|(text, encoding)| (hex(text), *encoding)).collect();
    for encoding in [Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig] {
        sets.push((ct(encoding, 64), encoding));
    }
    for (bytes, encoding) in sets {
        let whole: Vec<_> = DataSet::new(&bytes, encoding).elements().map(Result::unwrap).collect();
        let entries: Vec<_> = DataSet::new(&bytes, encoding).walk().map(Result::unwrap).collect();
        let walked = entries.len();
        assert!(walked >= whole.len());
        for cut in 0..bytes.len() {
            let data = DataSet::new(&bytes[..cut], encoding);
            let elements: Vec<_> = data.elements().collect();
            assert!(elements.iter().rev().skip(1).all(Result::is_ok));
            for (element, original) in elements.iter().flatten().zip(&whole) {
                assert_eq!(element, original);
            }
            let before: Vec<_> = data.walk().map_while(Result::ok).collect();
            assert_eq!(before, entries[..before.len()], "{cut}");
            let ends = |entry: &&Entry<'_>| entry.element.offset + 12 + entry.element.value.len() <= cut;
            assert!(before.len() >= entries.iter().take_while(ends).count(), "what is before the cut is there");
            let _ = data.identity().count();
            let _ = CommandSet::parse(&bytes[..cut]);
        }
    }
}

#[test]
fn a_prefix_of_a_file_ends_incomplete_until_the_pixels() {
    let whole = emit::part10(EXPLICIT, CT, b"2.999.1", &ct(Encoding::ExplicitLittle, 64));
    let pixels = whole.len() - 64 - 12;
    for cut in 0..=whole.len() {
        let mut scanner = file::Scanner::new(Limits::DEFAULT);
        scanner.feed(&whole[..cut], &mut |_| ());
        let outcome = scanner.finish(&mut |_| ());
        match cut {
            0..132 => assert_eq!(outcome, file::Outcome::NotDicom),
            _ if cut >= pixels + 12 => assert_eq!(outcome, file::Outcome::Complete),
            _ => {}
        }
        assert!(matches!(file::probe(&whole[..cut]), Verdict::More(_) | Verdict::Yes(_)));
    }
}
