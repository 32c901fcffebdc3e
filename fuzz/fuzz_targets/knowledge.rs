#![no_main]
//! Any table of a site: read, or refused with the name of the file and a line that it has; look-ups of any text afterwards
//! answer with nothing that rests on memory. The first line names the table, the rest is its text.
use iomt::knowledge::Knowledge;
use libfuzzer_sys::fuzz_target;

fn look_up(knowledge: &Knowledge, text: &str) {
    let bytes = text.as_bytes();
    let _ = knowledge.vendor(text);
    let claims = [
        knowledge.implementation(text, Some(text)).map(|found| found.grade),
        knowledge.implementation_with_reserved(text, None, 0).map(|found| found.grade),
        knowledge.private_creator(text).map(|found| found.grade),
        knowledge.uid_root(text).map(|found| found.grade),
        knowledge.sop_class(text).map(|found| found.grade),
        knowledge.hl7_habit("MSH-3", text).map(|found| found.grade),
        knowledge.product("Philips", text).map(|found| found.grade),
        bytes.first_chunk().and_then(|mac| knowledge.oui(*mac)).map(|found| found.grade),
    ];
    assert!(claims.into_iter().flatten().all(|grade| grade.claims()));
    if let Some(habit) = knowledge.ae_habit(text) {
        assert!(habit.grade.claims() || (habit.vendor, habit.product, habit.model) == (None, None, None));
    }
    let hints = knowledge.hints();
    assert!(knowledge.uid_root(text).is_none() || hints.uid_root(text).is_some());
    assert!(knowledge.private_creator(text).is_none() || hints.private_creator(text).is_some());
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (table, text) = text.split_once('\n').unwrap_or(("vendors.tsv", &text));
    let empty = Knowledge::default();
    match empty.with_tables(&[(table, text)]) {
        Ok(site) => {
            assert_eq!(site.version().len(), 12);
            // Loading twice changes nothing but the version.
            let again = site.with_tables(&[(table, text)]).expect("what was read once is read again");
            assert_eq!(again.cross_matches(), site.cross_matches());
            site.lint().iter().for_each(|finding| drop(finding.to_string()));
            text.lines().flat_map(|line| line.split('\t')).take(64).for_each(|cell| look_up(&site, cell));
        }
        Err(error) => {
            assert_eq!(error.file, table);
            assert!(error.line <= text.lines().count());
            assert!(!error.to_string().is_empty());
        }
    }
    text.lines().take(16).for_each(|line| look_up(Knowledge::builtin(), line));
});
