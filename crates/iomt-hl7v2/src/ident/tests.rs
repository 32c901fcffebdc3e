//! One walk with its short cuts beside a plain reading: every segment as [`Message::segments`] gives it, every place searched for.

use super::*;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

fn plain_facts<'a>(message: &Message<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut context = Context::default();
    for segment in message.segments() {
        let Ok(name) = <[u8; 3]>::try_from(segment.name()) else { continue };
        let line = Line::plain(segment);
        if name.eq_ignore_ascii_case(b"OBX") {
            context.row = Some(segment.place());
            observation::row(line, line.count(), &mut context, visit);
        } else {
            other(message, line, name, &mut context, visit);
        }
    }
}

fn agree(text: &[u8]) -> usize {
    let Ok(message) = Message::parse(text) else { return 0 };
    let (mut walked, mut plain) = (Vec::new(), Vec::new());
    facts(&message, &mut |fact| walked.push(fact));
    plain_facts(&message, &mut |fact| plain.push(fact));
    assert_eq!(walked, plain, "{}", text.escape_ascii());
    walked.len()
}

/// Rows of every kind, constructed, with the usual delimiters; `\u{7c}`s behind 600 bytes, names of other letters and lengths among them.
fn rows() -> Vec<String> {
    let long = "x".repeat(600);
    let mut rows: Vec<String> = [
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||080019FFFE00C3D4^B40_GE",
        "OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|||||F|||20260102075959||||080019FFFE00C3D4^B40_GE",
        "OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|2.5.1.1|72|||||F|||20260102075959||||080019FFFE00C3D4^B40_GE",
        "OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|||||F|||||||CX-5",
        "OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|||||F|||||||CX-5|20260102",
        "OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|||||F||||||080019FFFE00C3D5^^^EUI-64|CX-5",
        "OBX|4|NM|184520^MDC_PUMP_DRUG_LIBRARY_NAME^MDC|1.1.1.9|LIB 7|||||R",
        "OBX|5|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|manufacturer=Acme model=Drip 9||||||R",
        "OBX|5|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|Drip 9~Drip 10||||||R",
        "OBX|6|ST|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.2|SN-0042||||||R",
        "OBX|7|ST|0^MDCX_ID_PROD_SPEC_SW^MDC|1.0.0.2|4.2",
        "OBX|7|CWE|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.1.0.0.2|70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC",
        "OBX|8||70050^MDC_DEV_PUMP_INFUS_LVP_VMD^MDC|1.1.0.0|||||||X",
        "OBX|9|NM|999999^MDC_X^MDC|1.1.0.0|1||||||||||||^^0012210000000000^EUI-64~I12345",
        "OBX|9|NM|147842^Rate^99X^67880^MDC_ATTR_ID_MODEL^MDC|1|M-1",
        "obx|6|ST|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|3.0.0.2|SN-0043",
        "OBX",
        "OBX|1|2|3",
        "OBX147842",
        "PRT||UC||EQUIP^^HL70912|||||||CX-6^^001221FFFE0A0B0D^EUI-64||||||0123|||L7|SN-9",
        "OBR|1|1^GW^001221FFFE0A0B0C^EUI-64|1^GW^001221FFFE0A0B0C^EUI-64|69985^MDC_DEV_PUMP_INFUS_MDS^MDC|||||9^^001221FFFE0A0B0E^EUI-64",
        "PV1||I|ICU^4^B^HOSP^^^^^00-0F-14-01-02-03",
        "SFT|ACME Middleware^L|7.4.1|LinkServer",
        "EQU|CX-7^^001221FFFE0A0B0F^EUI-64",
        "DEV||CX-8|M|A|Acme|B|M9|P|D|L|S|2026|2027|||4.2",
        "PID|||8||TEST^TWO",
        "NTE|1|\u{fc}\\F\\~&",
        "UAC|1|x",
        "Z",
        "ZZ|",
        "|||",
        " OBX|4|ST|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.2|SN-0044",
        "",
    ]
    .map(String::from)
    .into();
    rows.push(format!("OBX|1|TX|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.2|{long}||||||||||||CX-9||CX-10"));
    rows.push(format!("OBX|1|{long}|147842^MDC_ECG_HEART_RATE^MDC|1.0.0.2|7{}CX-11", "|".repeat(13)));
    rows.push(format!("NTE|{long}|{long}"));
    for separators in [17, 62, 63, 64, 255, 256, 270, 274, 450, 511, 520] {
        rows.push(format!("OBX{}147842^MDC_ECG_HEART_RATE^MDC|1.0.0.2|CX-12", "|".repeat(separators)));
        rows.push(format!("OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.0.0.2{}CX-13|", "|".repeat(separators)));
    }
    rows
}

/// The usual delimiters replaced by these.
fn with_delimiters(text: &str, delimiters: &str) -> String {
    let mut others = delimiters.chars();
    let pairs: Vec<(char, Option<char>)> = "|^~\\&".chars().map(|usual| (usual, others.next())).collect();
    let other =
        |letter| pairs.iter().find(|(usual, _)| *usual == letter).and_then(|(_, other)| *other).unwrap_or(letter);
    text.chars().map(other).collect()
}

prop_compose! {
    fn message()(
        delimiters in prop::sample::select(&["|^~\\&", "|^~\\&", "!@#$%", "|^", "_^~\\&", "|^~\\&#"]),
        charset in prop::sample::select(&["", "", "UNICODE UTF-8", "GB 18030-2000", "ISO IR87", "JIS"]),
        ends in prop::sample::select(&["\r", "\r", "\r\n", "\n", "\r\r", "\n\r"]),
        last in prop::sample::select(&["", "\r", "\n"]),
        chosen in prop::collection::vec(prop::sample::select(rows()), 0..12),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(prop::sample::select(&b"|^~\r\n\x1b$B(\x81A1. "[..]))), 0..4),
    ) -> Vec<u8> {
        let (field, rest) = delimiters.split_at(1);
        let header = format!("MSH{field}{rest}{field}");
        let fields = "PUMPGW^001221FFFE0A0B0C^EUI-64|BBRAUN|RCV^10.0.0.1^DNS||20260102080000+0000||ORU^R01|638712345678901234|P|2.6|||AL|NE||";
        let body = with_delimiters(&format!("{fields}{charset}|||IHE_PCD_001^IHE PCD^1.3.6^ISO{ends}{}{last}", chosen.join(ends)), delimiters);
        let mut text = (header + &body).into_bytes();
        for (at, change) in changes {
            let at = at.index(text.len());
            match change {
                Some(byte) => text[at] = byte,
                None => drop(text.remove(at)),
            }
        }
        text
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn one_walk_tells_what_a_plain_reading_does(text in message()) {
        agree(&text);
    }

    #[test]
    fn a_place_in_the_tree_equals_one_split_at_its_dots(path in "[0-9.^~a]{0,9}|[0-9]{0,20}(\\.[0-9]{1,19}){3,5}[\\^~]?") {
        let syntax = crate::view::Syntax::new(crate::Delimiters::DEFAULT, crate::scan::Trap::None);
        let head = path.split(['^', '~']).next().unwrap_or_default();
        let numbers: Option<Vec<u64>> =
            head.split('.').map(|part| part.parse().ok().filter(|_| part.len() <= 18)).collect();
        let expected = numbers.filter(|numbers| numbers.len() >= 4).map_or((0, 0), |numbers| (numbers[0], numbers[1]));
        prop_assert_eq!(observation::tree(path.as_bytes(), syntax), expected);
    }
}

#[test]
fn every_row_alone_and_behind_every_other_tells_the_same() {
    let rows = rows();
    let mut told = 0_usize;
    for first in &rows {
        for second in &rows {
            for end in ["\r", "\n", "\r\n"] {
                let text = format!(
                    "MSH|^~\\&|GW^001221FFFE0A0B0C^EUI-64|A|||2026||ORU^R01|1|P|2.6{end}{first}{end}{second}{end}"
                );
                told = told.max(agree(text.as_bytes()));
            }
        }
    }
    assert!(told > 20, "{told}");
}
