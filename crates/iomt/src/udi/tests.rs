//! Carriers that were published, and generated ones.

#![allow(clippy::arithmetic_side_effects)]

use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> Udi<'_> {
    Udi::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn date(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// The example of the FDA's "UDI formats by FDA-accredited issuing agency", version 1.3.
#[test]
fn gs1_in_parentheses() {
    let udi = parsed("(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234");
    assert_eq!((udi.issuer, udi.device, udi.check), (Issuer::Gs1, Some("51022222233336"), Check::Right));
    assert_eq!((udi.lot, udi.serial, udi.unread), (Some("A213B1"), Some("1234"), None));
    assert_eq!((date(udi.made).as_str(), date(udi.expires).as_str()), ("2014-12-31", "2015-07-07"));
    assert!(udi.is_unit());
}

/// The same as a scanner sends it: constructed from the above by GS1 General Specifications 7.8.
#[test]
fn gs1_as_scanned_says_the_same_as_in_parentheses() {
    let readable = parsed("(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234");
    for scanned in [
        "0151022222233336111412311715070710A213B1\u{1d}211234",
        "]d20151022222233336111412311715070710A213B1\u{1d}211234",
        "]C1\u{1d}0151022222233336111412311715070710A213B1\u{1d}211234\u{1d}",
        "0151022222233336111412311715070710A213B1␝211234",
    ] {
        assert_eq!(parsed(scanned), readable, "{scanned:?}");
    }
}

#[test]
fn gs1_elements_that_are_no_part_of_a_udi_are_stepped_over() {
    // (20) variant, fixed; (240) additional id, ends with FNC1; (3103) net weight, fixed. Constructed.
    let udi = parsed("0151022222233336 2001 240REF9\u{1d}3103001750 21S9");
    assert_eq!((udi.serial, udi.unread), (Some("S9"), None));
    let udi = parsed("(01)51022222233336(240)REF(9)x(21)S(9)");
    assert_eq!((udi.serial, udi.unread), (Some("S(9)"), None), "one digit in parentheses is no identifier");
}

#[test]
fn a_bare_gtin_is_a_product_and_no_unit() {
    let udi = parsed("00844588003288");
    assert_eq!((udi.device, udi.product(), udi.check), (Some("00844588003288"), Some("844588003288"), Check::Right));
    assert!(!udi.is_unit());
    assert_eq!(parsed("844588003288").product(), udi.product(), "UPC-12 of the same product");
}

#[test]
fn a_wrong_digit_is_told_and_makes_no_unit() {
    let udi = parsed("(01)51022222233337(21)1234");
    assert_eq!(udi.check, Check::Wrong { expected: Some('6') });
    assert_eq!(udi.serial, Some("1234"));
    assert!(!udi.is_unit());
}

#[test]
fn what_cannot_be_read_is_left_in_sight() {
    assert_eq!(parsed("(01)51022222233336(17)159901(21)1").unread, Some("(17)159901(21)1"));
    assert_eq!(parsed("(01)51022222233336(21)A(21)B").unread, Some("(21)B"), "which of two it is, nobody said");
    assert_eq!(parsed("015102222223333621123456789012345678901").unread, Some("21123456789012345678901"));
    assert!(Udi::parse("(01)51022222233336 and more").is_err(), "a device identifier has 14 digits");
}

/// Published with ANSI/HIBC 2.x: labeler A999, catalogue number 1234, unit of measure 5.
#[test]
fn hibcc_in_one_carrier() {
    for carrier in
        ["+A99912345/$$52001510X3/16D20111212/S77DE1G45-", "*+A99912345/$$52001510X3/16D20111212/S77DE1G45-*"]
    {
        let udi = parsed(carrier);
        assert_eq!((udi.issuer, udi.device, udi.check), (Issuer::Hibcc, Some("A99912345"), Check::Right));
        assert_eq!((udi.lot, udi.serial, udi.unread), (Some("10X3"), Some("77DE1G45"), None));
        assert_eq!((date(udi.expires).as_str(), date(udi.made).as_str()), ("2020-01-15", "2011-12-12"));
    }
}

/// From the documentation of a commercial grammar for UDIs, one for each form of the expiry date; checks recomputed here.
#[test]
fn hibcc_expiry_dates_in_every_form() {
    for (carrier, expires) in [
        ("+X999123ABC0/$$05191234AB/S5678EDFG/16D20151001A", "2019-05"),
        ("+X999123ABC0/$$20515191234AB/S5678EDFG/16D20151001I", "2019-05-15"),
        ("+X999123ABC0/$$31905151234AB/S5678EDFG/16D20151001J", "2019-05-15"),
        ("+X999123ABC0/$$4190515211234AB/S5678EDFG/16D20151001N", "2019-05-15"),
        ("+X999123ABC0/$$5191351234AB/S5678EDFG/16D20151001J", "2019-05-15"),
        ("+X999123ABC0/$$619135211234AB/S5678EDFG/16D20151001N", "2019-05-15"),
        ("+X999123ABC0/$1234AB/S5678EDFG/16D20151001/14D20190515.", "2019-05-15"),
    ] {
        let udi = parsed(carrier);
        assert_eq!((udi.device, udi.check), (Some("X999123ABC0"), Check::Right), "{carrier}");
        assert_eq!((udi.lot, udi.serial), (Some("1234AB"), Some("5678EDFG")), "{carrier}");
        assert_eq!((date(udi.expires), date(udi.made)), (expires.to_owned(), "2015-10-01".to_owned()), "{carrier}");
    }
}

/// Published in source code of other readers; the structures without `$` are of older labels.
#[test]
fn hibcc_with_an_expiry_date_and_no_dollar_sign() {
    let udi = parsed("+H124425114008161/2203162599746A14.");
    assert_eq!((udi.device, udi.check), (Some("H124425114008161"), Check::Right));
    assert_eq!((date(udi.expires).as_str(), udi.lot), ("2022-01-31", Some("62599746A14")));
    let udi = parsed("+M894NX55M1/1915206121404F14B");
    assert_eq!((udi.check, udi.lot), (Check::Right, Some("06121404F14")));
    assert_eq!(parsed("+A123BJC5D6E71G").device, Some("A123BJC5D6E71"));
}

#[test]
fn a_secondary_structure_alone_has_no_product_and_two_characters_at_its_end() {
    // Constructed: the link is the check of +A99912345, which is 7.
    let udi = parsed("+$$52001510X374");
    assert_eq!((udi.device, udi.lot, udi.check), (None, Some("10X3"), Check::Right));
    let udi = parsed("+$+SER7P");
    assert_eq!((udi.serial, udi.check), (Some("SER"), Check::Right));
}

/// The FDA's own example has a wrong check character: `C` where modulo 43 gives `H`.
#[test]
fn the_published_hibcc_example_does_not_verify() {
    let udi = parsed("+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C");
    assert_eq!(udi.check, Check::Wrong { expected: Some('H') });
    assert_eq!((udi.device, udi.serial), (Some("H123PARTNO1234567890120"), Some("XYZ456789012345678")));
    assert_eq!((udi.lot, date(udi.expires).as_str()), (Some("LOT123456789012345"), "2020-02-02"));
}

/// The FDA's examples, and one from the documentation of a commercial grammar.
#[test]
fn iccbba_verifies_nothing_and_says_so() {
    let udi = parsed("=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123");
    assert_eq!((udi.issuer, udi.device, udi.check), (Issuer::Iccbba, Some("A9999XYZ100T0944"), Check::Absent));
    assert_eq!((udi.serial, udi.donation), (Some("000025"), Some("A99971312345600")));
    assert_eq!((udi.lot, udi.unread), (Some("000000000000XYZ123"), None));
    assert_eq!((date(udi.expires).as_str(), date(udi.made).as_str()), ("2014-02-01", "2013-02-01"));
    for bag in ["=)1TE123456A&)RZ12345678", "=)1TE123456A &)RZ12345678"] {
        assert_eq!((parsed(bag).device, parsed(bag).lot), (Some("1TE123456A"), Some("RZ12345678")));
    }
    let udi = parsed("=/1AB370000007JC89=,000000=1234567890ABC00=>030329=}025226");
    assert_eq!(date(udi.expires), "2030-11-25");
}

#[test]
fn what_is_no_carrier_is_an_error() {
    for text in ["", " ", "A99912345", "SN 4711", "+", "+/", "(01)", "(21)", "=", "&", "]d2", "12", "2.16.840.1", "*"] {
        assert!(Udi::parse(text).is_err(), "{text:?}");
    }
    assert!(Udi::parse(&"1".repeat(LONGEST + 1)).is_err());
}

fn gtin(digits: &str) -> String {
    (0..10).map(|check| format!("{digits}{check}")).find(|gtin| parsed(gtin).check == Check::Right).unwrap()
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in r"[()\]+=&/$,>}A-Z0-9 SD\x1d␝é*_]{0,80}") {
        if let Ok(udi) = Udi::parse(&text) {
            for part in [udi.device, udi.serial, udi.lot, udi.donation, udi.unread].into_iter().flatten() {
                prop_assert!(!part.is_empty() && text.contains(part));
            }
        }
    }

    #[test]
    fn no_other_text_panics(text in any::<String>()) {
        let _ = Udi::parse(&text);
    }

    #[test]
    fn both_forms_of_gs1_say_what_was_put_in(product in "[0-9]{13}", lot in "[A-Z0-9/-]{1,20}", serial in "[A-Za-z0-9.]{1,20}") {
        let gtin = gtin(&product);
        let readable = format!("(01){gtin}(17)300100(10){lot}(21){serial}");
        let scanned = format!("01{gtin}1730010010{lot}\u{1d}21{serial}");
        let (readable, scanned) = (parsed(&readable), parsed(&scanned));
        prop_assert_eq!(readable, scanned);
        prop_assert_eq!((readable.lot, readable.serial), (Some(&*lot), Some(&*serial)));
        prop_assert_eq!((readable.check, readable.unread, date(readable.expires)), (Check::Right, None, "2030-01".to_owned()));
    }

    #[test]
    fn another_digit_in_a_gtin_never_verifies(product in "[0-9]{13}", at in 0_usize..14, more in 1_u8..10) {
        let mut gtin = gtin(&product).into_bytes();
        gtin[at] = b'0' + (gtin[at] - b'0' + more) % 10;
        let gtin = String::from_utf8(gtin).unwrap();
        prop_assert_ne!(parsed(&gtin).check, Check::Right);
    }

    #[test]
    fn another_character_in_a_hibcc_carrier_never_verifies(at in 5_usize..46, other in "[0-9A-Z]") {
        let carrier = "+A99912345/$$52001510X3/16D20111212/S77DE1G45-";
        let mut changed = carrier.to_owned();
        changed.replace_range(at..=at, &other);
        if let Ok(udi) = Udi::parse(&changed) {
            prop_assert_eq!(udi.check == Check::Right, changed == carrier);
        }
    }
}
