//! The tables of knowledge held against themselves and against what was seen.
#![allow(clippy::arithmetic_side_effects, missing_docs)]

use std::path::Path;

use iomt::knowledge::{
    CreatorKind, Grade, ImplementationKind, Knowledge, KnowledgeError, OuiKind, Reason, RootKind, Service, Speaker,
};
use proptest::prelude::*;

fn known() -> &'static Knowledge {
    Knowledge::builtin()
}

fn with(table: &str, text: &str) -> Result<Knowledge, KnowledgeError> {
    known().with_tables(&[(table, text)])
}

#[test]
fn every_example_matches_no_counter_example_does_and_every_row_is_reached() {
    let findings: Vec<String> = known().lint().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn the_built_in_tables_pass_the_checks_for_a_site_s_tables() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let again = Knowledge::default().with_dir(&dir).unwrap();
    assert!(again.lint().is_empty());
    // The version is of the texts, whatever way they came.
    assert_eq!(again.weights().count(), known().weights().count());
}

#[test]
fn the_cross_match_matrix_is_as_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/lint/cross-match.tsv");
    let found = known().cross_matches();
    if std::env::var_os("IOMT_WRITE_CROSS_MATCH").is_some() {
        let head = "# Examples of one row that another row matches too, and who wins. Written by\n\
                    # IOMT_WRITE_CROSS_MATCH=1 cargo test -p iomt --test knowledge; a change is to be reviewed.\n\
                    # table\texample\tits row\tother row\twinner\n";
        std::fs::write(&path, format!("{head}{found}")).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    let committed: Vec<&str> = committed.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), committed);
}

#[test]
fn every_table_of_the_directory_is_built_in() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
    let tables = std::fs::read_dir(dir)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "tsv"));
    assert_eq!(tables.count(), 15);
    assert!(known().is_device_class("ct") && known().vendor("Philips").is_some());
}

#[test]
fn toolkits_are_named_with_their_version_and_without_a_maker() {
    for (uid, name, product, version) in [
        ("1.2.276.0.7230010.3.0.3.6.7", "OFFIS_DCMTK_367", "DCMTK", Some("3.6.7")),
        ("1.2.826.0.1.3680043.9.3811.3.0.4", "PYNETDICOM_304", "pynetdicom", Some("3.0.4")),
        ("2.25.268051044599311345688996422911472681751", "DICOM-rs 0.10.1", "DICOM-rs", Some("0.10.1")),
        ("1.2.826.0.1.3680043.10.854", "DCMJS-DIMSE-V0.2", "dcmjs-dimse", None),
    ] {
        let found = known().implementation(uid, Some(name)).unwrap();
        assert_eq!((found.product, found.version.as_deref()), (product, version));
        assert_eq!((found.kind, found.vendor, found.class), (ImplementationKind::Toolkit, None, None));
        assert_eq!((found.name_agrees, found.grade), (Some(true), Grade::A));
    }
}

#[test]
fn a_padded_uid_and_name_are_read_all_the_same() {
    let found = known().implementation("1.2.276.0.7230010.3.0.3.6.7\0", Some("OFFIS_DCMTK_367 ")).unwrap();
    assert_eq!((found.version.as_deref(), found.name_agrees), (Some("3.6.7"), Some(true)));
}

#[test]
fn a_name_that_contradicts_its_uid_is_told() {
    let found = known().implementation("1.2.276.0.7230010.3.0.3.6.7", Some("OFFIS_DCMTK_362")).unwrap();
    assert_eq!((found.product, found.name_agrees), ("DCMTK", Some(false)));
    let found = known().implementation("1.2.276.0.7230010.3.0.3.6.7", Some("MYSTORE")).unwrap();
    assert_eq!((found.version.as_deref(), found.name_agrees), (Some("3.6.7"), Some(false)));
    let found = known().implementation("1.2.276.0.7230010.3.0.3.6.7", None).unwrap();
    assert_eq!((found.version.as_deref(), found.name_agrees), (Some("3.6.7"), None));
}

#[test]
fn a_scanner_that_borrows_a_toolkit_s_name_is_known_by_its_reserved_byte() {
    let (uid, name) = ("1.2.276.0.7230010.3.0.3.6.2", Some("OFFIS_DCMTK_362"));
    let kind = |found: Option<iomt::knowledge::Implementation<'_>>| found.unwrap().kind;
    assert_eq!(kind(known().implementation_with_reserved(uid, name, 0x00)), ImplementationKind::Probe);
    assert_eq!(kind(known().implementation_with_reserved(uid, name, 0xff)), ImplementationKind::Toolkit);
    assert_eq!(kind(known().implementation(uid, name)), ImplementationKind::Toolkit);
}

#[test]
fn modalities_and_archives_are_told_from_toolkits() {
    let found = known().implementation("1.3.12.2.1107.5.2", Some("MR_VB19A")).unwrap();
    assert_eq!(
        (found.vendor, found.class, found.version.as_deref()),
        (Some("Siemens Healthineers"), Some("mr"), Some("VB19A"))
    );
    let found = known().implementation("1.2.826.0.1.3680043.2.135.1066.101", Some("1.5.0/WIN32")).unwrap();
    assert_eq!((found.kind, found.class), (ImplementationKind::Archive, Some("archive")));
    // A short name proves nothing without its UID.
    assert_eq!(known().implementation("1.2.3", Some("V8")), None);
    assert_eq!(known().implementation("1.2.3", Some("1.5.0/WIN32")), None);
}

#[test]
fn what_rests_on_memory_is_a_hint_and_no_answer() {
    assert_eq!(known().implementation("1.2.840.113619.7.1", None), None);
    assert_eq!(known().hints().implementation("1.2.840.113619.7.1", None).unwrap().grade, Grade::M);
    assert_eq!(known().implementation("1.2.3", Some("MERGECOM3_390")), None);
    assert_eq!(known().private_creator("SPI-P Release 1"), None);
    assert_eq!(known().hints().private_creator("SPI-P Release 1").unwrap().vendor, Some("Philips"));
    assert_eq!(known().product("Philips", "866062"), None);
    assert_eq!(known().hints().product("Philips", "866062").unwrap().name, "IntelliVue MX450");
    assert_eq!(known().product("Philips Medical Systems", "866064").unwrap().name, "IntelliVue MX500");
    assert_eq!(known().vendor("Covidien"), None);
    assert_eq!(known().hints().vendor("Covidien"), Some("Medtronic"));
    // The longest root is from memory; the shorter one is not.
    assert_eq!(known().uid_root("1.3.12.2.1107.5.99.3").unwrap().root, "1.3.12.2.1107.5");
    assert_eq!(known().hints().uid_root("1.3.12.2.1107.5.99.3").unwrap().root, "1.3.12.2.1107.5.99");
}

#[test]
fn no_answer_is_ever_of_grade_m() {
    for code in 0..=u8::MAX {
        for text in
            [format!("GEMS_{code}"), format!("SIENET{code}"), format!("FDMS {code}"), format!("1.2.752.24.{code}")]
        {
            assert!(known().private_creator(&text).is_none_or(|found| found.grade.claims()));
            assert!(known().uid_root(&text).is_none_or(|found| found.grade.claims()));
            let habit = known().ae_habit(&text);
            assert!(habit.is_none_or(|found| found.grade.claims() || (found.vendor, found.product) == (None, None)));
        }
    }
}

#[test]
fn the_archive_built_on_a_toolkit_is_not_named() {
    let found = known().implementation("1.2.276.0.7230010.3.0.3.6.7", Some("OFFIS_DCMTK_367")).unwrap();
    assert!(!found.product.contains("Orthanc"));
}

#[test]
fn the_spellings_of_one_maker_are_one_name() {
    for (spelling, vendor) in [
        ("GE MEDICAL SYSTEMS", "GE HealthCare"),
        ("G.E. Medical Systems", "GE HealthCare"),
        ("GE Medical Systems, Nuclear", "GE HealthCare"),
        ("GE Healthcare", "GE HealthCare"),
        ("Philips Medical Systems", "Philips"),
        ("PHILIPS MEDICAL SYSTEMS NEDERLAND B.V.", "Philips"),
        ("PMS", "Philips"),
        ("TOSHIBA_MEC", "Canon Medical"),
        ("Canon Medical Systems", "Canon Medical"),
        ("SIEMENS", "Siemens Healthineers"),
        ("Siemens Healthineers AG", "Siemens Healthineers"),
        ("SonoSite, Inc.", "Fujifilm SonoSite"),
        ("Mortara Instrument, Inc.", "Baxter"),
        ("Draeger", "Dräger"),
        ("Drägerwerk AG & Co. KG aA", "Dräger"),
        ("Becton, Dickinson and Company", "BD"),
        ("B.Braun Melsungen AG", "B. Braun"),
    ] {
        assert_eq!(known().vendor(spelling), Some(vendor), "{spelling}");
    }
    for stranger in ["", "  ", "Acme Infusion", "Chemix", "Siemens Energy", "Philipson", "GEM Medical Systems"] {
        assert_eq!(known().vendor(stranger), None, "{stranger}");
    }
}

#[test]
fn uid_roots_end_on_component_boundaries() {
    let vendor = |uid| known().uid_root(uid).and_then(|root| root.vendor);
    assert_eq!(vendor("1.2.840.113619.2.55.3.1"), Some("GE HealthCare"));
    // Seen in a real file: a maker's root without the dot that should follow it.
    assert_eq!(vendor("1.2.840.1136190195280574824680000700.3.0.1.19970424140438"), None);
    assert_eq!(vendor("1.3.46.670589.14.1000.210.2.19"), Some("Philips"));
    let random = known().uid_root("2.25.268051044599311345688996422911472681751").unwrap();
    assert_eq!((random.kind, random.vendor), (RootKind::None, None));
    let toolkit = known().uid_root("1.2.826.0.1.3680043.8.498.56065").unwrap();
    assert_eq!((toolkit.kind, toolkit.vendor), (RootKind::Toolkit, None));
}

#[test]
fn private_creators_name_maker_modality_and_chain() {
    let ct = known().private_creator("GEMS_CT_CARDIAC_001 ").unwrap();
    assert_eq!((ct.vendor, ct.class), (Some("GE HealthCare"), Some("ct")));
    let any = known().private_creator("GEMS_ACQU_01").unwrap();
    assert_eq!((any.vendor, any.class), (Some("GE HealthCare"), None));
    assert_eq!(known().private_creator("SIEMENS CSA HEADER").unwrap().class, Some("mr"));
    assert_eq!(known().private_creator("SIEMENS CSA NON-IMAGE").unwrap().class, None);
    let chain = known().private_creator("CTP").unwrap();
    assert_eq!((chain.kind, chain.vendor), (CreatorKind::Chain, None));
}

#[test]
fn sop_classes_say_service_and_device() {
    let found = known().sop_class("1.2.840.10008.5.1.4.1.1.2").unwrap();
    assert_eq!((found.name, found.service, found.class), ("CT Image Storage", Service::Storage, Some("ct")));
    for (uid, service) in [
        ("1.2.840.10008.1.1", Service::Verification),
        ("1.2.840.10008.5.1.4.31", Service::Worklist),
        ("1.2.840.10008.3.1.2.3.3", Service::Mpps),
        ("1.2.840.10008.1.20.1", Service::Commitment),
        ("1.2.840.10008.5.1.4.1.2.2.1", Service::Query),
        ("1.2.840.10008.5.1.4.1.2.1.2", Service::Move),
        ("1.2.840.10008.5.1.4.1.2.2.3", Service::Get),
        ("1.2.840.10008.5.1.1.9", Service::Print),
        ("1.2.840.10008.5.1.4.34.6.1", Service::ProcedureStep),
        ("1.2.840.10008.5.1.4.1.1.7", Service::Storage),
    ] {
        assert_eq!(known().sop_class(uid).unwrap().service, service, "{uid}");
    }
    // Only private arcs speak of what is below them.
    assert_eq!(known().sop_class("1.2.840.10008.5.1.4.1.1.2.99"), None);
    assert_eq!(known().sop_class("1.3.46.670589.2.5.1.1").unwrap().vendor, Some("Philips"));
    assert_eq!(known().sop_class("1.3.46.670589.5.1"), None);
}

#[test]
fn modalities_lead_to_classes_of_the_closed_list() {
    assert_eq!(known().modality_class("CT"), Some("ct"));
    assert_eq!(known().modality_class("NM"), Some("spect"));
    assert_eq!(known().modality_class("OT"), None);
    assert_eq!(known().modality_class("ZZ"), None);
    for class in ["patient-monitor", "ct", "interface-engine", "terminal-server", "unknown-medical", "weighing-scale"] {
        assert!(known().is_device_class(class));
    }
    assert!(!known().is_device_class("CT"));
    assert!(known().device_classes().count() >= 36);
}

#[test]
fn transfer_syntaxes_have_names() {
    assert_eq!(known().transfer_syntax("1.2.840.10008.1.2"), Some("Implicit VR Little Endian"));
    assert_eq!(known().transfer_syntax("1.2.840.10008.1.2.1\0"), Some("Explicit VR Little Endian"));
    assert_eq!(known().transfer_syntax_vendor("1.2.840.113619.5.2"), Some("GE HealthCare"));
}

#[test]
fn the_longest_address_prefix_wins_and_local_addresses_have_none() {
    let monitor = known().oui([0x00, 0x09, 0xfb, 1, 2, 3]).unwrap();
    assert_eq!((monitor.vendor, monitor.kind, monitor.bits), (Some("Philips"), OuiKind::Medical, 24));
    let small = known().oui([0x70, 0xb3, 0xd5, 0xe5, 0x70, 0x01]).unwrap();
    assert_eq!((small.vendor, small.bits), (Some("Iradimed"), 36));
    assert_eq!(known().oui([0x70, 0xb3, 0xd5, 0x00, 0x00, 0x01]), None);
    let medium = known().oui([0x30, 0x1f, 0x9a, 0x2f, 0, 0]).unwrap();
    assert_eq!((medium.vendor, medium.bits), (Some("Chison"), 28));
    let server = known().oui([0x00, 0x90, 0xe8, 1, 2, 3]).unwrap();
    assert_eq!((server.gateway, server.vendor, server.brand), (true, None, Some("Moxa")));
    assert!(known().oui([0x00, 0x50, 0x56, 1, 2, 3]).unwrap().gateway);
    assert_eq!(known().oui([0x00, 0x23, 0x3d, 1, 2, 3]).unwrap().kind, OuiKind::Module);
    assert_eq!(known().oui([0x02, 0x9d, 0x8e, 1, 2, 3]), None);
    assert_eq!(known().oui([0x01, 0x09, 0xfb, 1, 2, 3]), None);
    assert_eq!(known().oui([0xff; 6]), None);
}

#[test]
fn hl7_senders_are_known_by_their_fields() {
    let found = known().hl7_habit("OBX-18", "72313cab-7352-51c9-8373-8b4031a66ec7-IntelliVue MX500 - 866064").unwrap();
    assert_eq!(
        (found.vendor, found.product, found.model.as_deref()),
        (Some("Philips"), Some("IntelliVue"), Some("MX500"))
    );
    let found = known().hl7_habit("MSH-3", "VSP^080019FFFE4A1B2C^EUI-64").unwrap();
    assert_eq!((found.vendor, found.speaker), (Some("GE HealthCare"), Speaker::Gateway));
    assert_eq!(
        known().hl7_habit("MSH-3", "MINDRAY_EGATEWAY^00A0370027000001^EUI-64").unwrap().product,
        Some("eGateway")
    );
    assert_eq!(known().hl7_habit("MSH-4", "VSP^080019FFFE4A1B2C^EUI-64"), None);
    assert_eq!(known().hl7_habit("ZZZ-1", "x"), None);
    assert_eq!(known().hl7_habit("MSH-3", ""), None);
}

#[test]
fn titles_hint_and_never_claim_from_memory() {
    let hint = known().ae_habit("CT01            ").unwrap();
    assert_eq!((hint.class, hint.vendor, hint.product, hint.grade), (Some("ct"), None, None, Grade::M));
    // A default that tools of several toolkits share: a tool, whose cannot be said.
    let tool = known().ae_habit("ECHOSCU").unwrap();
    assert_eq!((tool.speaker, tool.product, tool.class), (Speaker::Tool, None, None));
    assert_eq!(known().ae_habit("mypacs").unwrap().class, Some("archive"));
    assert_eq!(known().ae_habit("CTGE"), None);
    assert_eq!(known().name_habit("station-name", "CT01"), None);
}

#[test]
fn weights_are_integers_with_reasons_and_unknown_kinds_weigh_nothing() {
    for (kind, milli_bits) in [
        ("declared", 7000),
        ("declared-name", 3000),
        ("implementation", 4500),
        ("private-creator", 3000),
        ("uid-root", 2500),
        ("private-sop-class", 3000),
        ("sop-class", 4000),
        ("modality", 5000),
        ("mdc-device-type", 6000),
        ("role", 4000),
        ("oui", 1000),
        ("oui-medical", 1500),
        ("eui64-oui", 2000),
        ("ae-habit", 1000),
        ("sender-habit", 3000),
        ("file-writer", 1000),
        ("prior", -1000),
        ("no-such-kind", 0),
    ] {
        assert_eq!(known().weight(kind), milli_bits, "{kind}");
    }
    for (sign, milli_bits) in [
        ("one-identity", 3000),
        ("worklist-user", 3000),
        ("mpps-user", 3000),
        ("station-is-ae", 3000),
        ("oui-is-manufacturer", 3000),
        ("claimed-mac-is-source", 9000),
        ("eui64-is-source-mac", 9000),
        ("sender-eui64-is-device", 6000),
        ("several-identities", -20000),
        ("accepts-storage", -6000),
        ("answers-query", -8000),
        ("queries-archive", -4000),
        ("retrieves", -4000),
        ("move-originator", -8000),
        ("archive-implementation", -8000),
        ("several-stacks-3", -6000),
        ("several-ae-titles-3", -4000),
        ("seen-in-part", -3500),
        ("hl7-gateway", -8000),
        ("hl7-speaker", -4000),
        ("contributing-equipment", -1000),
        ("other-station", -20_000),
        ("received-its-objects", -20_000),
        ("several-applications", -4000),
        ("terminal-server", -20_000),
        ("claims-other-address", -6000),
        ("title-of-a-system", -3000),
        ("no-such-sign", 0),
    ] {
        assert_eq!(known().attribution(sign), milli_bits, "{sign}");
    }
    assert_eq!((known().weights().count(), known().attributions().count()), (22, 27));
    assert!(known().weights().chain(known().attributions()).all(|weight| !weight.reason.is_empty()));
}

#[test]
fn a_site_adds_rows_and_overrides_the_built_in_ones() {
    let site = known()
        .with_tables(&[
            ("vendors.tsv", "alias\textent\tvendor\tgrade\tsource\nAcme Infusion\twhole\tAcme\tA\tour label\n"),
            ("weights.tsv", "kind\tmilli-bits\treason\tsource\nae-habit\t4000\twe have a naming rule\tsite\n"),
            (
                "names.tsv",
                "field\tpattern\tvendor\tproduct\tclass\tspeaker\tgrade\tsource\texamples\n\
                 ae-title\tCT<:d>\tAcme\t-\tmr\tdevice\tA\tour rule\tCT01\n",
            ),
        ])
        .unwrap();
    assert_eq!(site.vendor("ACME INFUSION"), Some("Acme"));
    assert_eq!((site.weight("ae-habit"), site.weight("declared")), (4000, 7000));
    assert_eq!(site.ae_habit("CT01").unwrap().vendor, Some("Acme"));
    assert_eq!(site.ae_habit("CT01").unwrap().class, Some("mr"));
    assert_ne!(site.version(), known().version());
    // The built-in tables are as they were.
    assert_eq!(known().weight("ae-habit"), 1000);
    assert!(site.lint().is_empty());
}

#[test]
fn the_example_of_the_manual_can_be_loaded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/knowledge.md");
    let Ok(manual) = std::fs::read_to_string(path) else { return };
    let table = manual.split("```\n").find(|block| block.starts_with("field\t")).unwrap();
    assert_eq!(with("names.tsv", table).unwrap().ae_habit("r012ct").unwrap().class, Some("ct"));
}

#[test]
fn a_row_of_grade_m_silences_a_built_in_one() {
    let row = "root\tholder\tvendor\tkind\tclass\tgrade\tsource\texamples\n\
               1.2.840.113619\tour converter\t-\ttoolkit\t-\tM\tsite\t1.2.840.113619.1\n";
    let site = with("uid-roots.tsv", row).unwrap();
    assert_eq!(site.uid_root("1.2.840.113619.2"), None);
}

#[test]
fn errors_name_file_line_and_reason() {
    let creators = "creator\tvendor\tkind\tgrade\tsource\texamples\tcounter\n";
    for (row, wanted) in [
        ("ACME<:any>\tAcme\tdevice\tA\tx\tACME 1\t-\n", Reason::Vendor("Acme".into())),
        ("ACME<:x\tPhilips\tdevice\tA\tx\tACME 1\t-\n", Reason::Pattern(iomt::knowledge::PatternError::Open)),
        ("ACME\tPhilips\tdevice\tA\tx\tACME 1\t-\n", Reason::Example { example: "ACME 1".into(), found: None }),
        ("ACME\tPhilips\tdevice\tA\tx\tACME\tACME\n", Reason::CounterExample("ACME".into())),
        ("ACME\tPhilips\tdevice\tA\tx\t-\t-\n", Reason::NoExample),
        ("ACME\tPhilips\tdevice\tA\t-\tACME\t-\n", Reason::Missing("source")),
        ("ACME\tPhilips\tdevice\t-\tx\tACME\t-\n", Reason::Missing("grade")),
        ("ACME\tPhilips\tdevice\tA\tx\tACME\n", Reason::Cells { expected: 7, found: 6 }),
    ] {
        let error = with("private-creators.tsv", &format!("{creators}{row}")).unwrap_err();
        assert_eq!(error, KnowledgeError { file: "private-creators.tsv".into(), line: 2, reason: wanted });
    }
    let twice = format!("{creators}A1\tPhilips\tdevice\tA\tx\tA1\t-\n\nA1\tPhilips\tdevice\tB\ty\tA1\t-\n");
    let error = with("private-creators.tsv", &twice).unwrap_err();
    assert_eq!((error.line, error.reason), (4, Reason::Duplicate { first: 2 }));
    let error = with("modalities.tsv", "modality\tname\tclass\tgrade\tsource\nQQ\tQ\tspaceship\tA\tx\n").unwrap_err();
    assert_eq!(error.to_string(), "modalities.tsv, line 2: device class \"spaceship\" is not in device-classes.tsv");
    let row = "field\tpattern\tvendor\tproduct\tclass\tspeaker\tgrade\tsource\texamples\tcounter\n\
        OBX-17\tX\tPhilips\t-\t-\tdevice\tA\tx\tX\t-\n";
    let error = with("hl7-senders.tsv", row).unwrap_err();
    assert!(error.to_string().starts_with("hl7-senders.tsv, line 2: "), "{error}");
    assert!(matches!(error.reason, Reason::Value { .. }), "{error:?}");
    let error = with("private-creators.tsv", &format!("{creators}A\tPhilips\tdevice\tA\tx\tB\t-\n")).unwrap_err();
    assert_eq!(error.to_string(), "private-creators.tsv, line 2: example \"B\" does not match");
    let error = with("secrets.tsv", "a\n").unwrap_err();
    assert!(error.to_string().starts_with("secrets.tsv: is not the name of a table; tables are attribution.tsv, "));
    let error = with("weights.tsv", "kind\tmilli-bits\treason\tsource\nprior\t1e9\tx\ty\n").unwrap_err();
    assert!(matches!(error.reason, Reason::Value { column: "milli-bits", .. }));
    let error = with("oui.tsv", "prefix\torganization\tkind\tgrade\tsource\n02:00:01\tx\tmedical\tA\ty\n").unwrap_err();
    assert!(matches!(error.reason, Reason::Value { column: "prefix", .. }));
}

#[test]
fn a_directory_is_read_by_table_names_and_other_files_are_left_alone() {
    let dir = std::env::temp_dir().join(format!("iomt-knowledge-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("README.md"), "not a table").unwrap();
    std::fs::write(dir.join("weights.tsv"), "kind\tmilli-bits\treason\tsource\r\noui\t500\tx\ty\r\n").unwrap();
    let site = known().with_dir(&dir).unwrap();
    assert_eq!(site.weight("oui"), 500);
    assert_eq!(site.version(), known().with_dir(&dir).unwrap().version());
    std::fs::write(dir.join("weights.tsv"), b"kind\tmilli-bits\xff\n").unwrap();
    let error = known().with_dir(&dir).unwrap_err();
    assert_eq!((error.file.as_str(), error.reason), ("weights.tsv", Reason::Encoding));
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(matches!(known().with_dir(&dir).unwrap_err().reason, Reason::Read(_)));
}

#[test]
fn the_version_is_twelve_hexadecimal_digits() {
    let version = known().version();
    assert!(version.len() == 12 && version.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(Knowledge::default().version(), "");
}

#[test]
fn fuzz_seeds_are_read_or_refused() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/knowledge");
    let Ok(entries) = std::fs::read_dir(seeds) else { return };
    let mut seen = 0;
    for entry in entries {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        if let Some((name, text)) = text.split_once('\n') {
            let _ = with(name, text).map(|site| site.lint());
        }
        seen += 1;
    }
    assert!(seen >= 10);
}

proptest! {
    #[test]
    fn any_text_is_looked_up_without_harm(text in ".{0,200}", mac: [u8; 6]) {
        let k = known();
        let _ = (k.vendor(&text), k.private_creator(&text), k.uid_root(&text), k.sop_class(&text), k.ae_habit(&text));
        let _ = (k.implementation(&text, Some(&text)), k.hl7_habit("MSH-3", &text), k.product(&text, &text), k.oui(mac));
    }

    #[test]
    fn any_table_is_read_or_refused(text in "(?s).{0,300}") {
        for table in ["vendors.tsv", "implementations.tsv", "oui.tsv", "weights.tsv", "names.tsv"] {
            if let Err(error) = with(table, &text) {
                prop_assert_eq!(error.file, table);
            }
        }
    }

    #[test]
    fn cells_of_any_kind_are_read_or_refused(cells in proptest::collection::vec("[A-Z<:>a-z0-9 .|=-]{1,12}", 7)) {
        let text = format!("creator\tvendor\tkind\tgrade\tsource\texamples\tcounter\n{}\n", cells.join("\t"));
        let _ = with("private-creators.tsv", &text);
        let text = format!("creator\tvendor\tkind\tgrade\tsource\texamples\tcounter\n{}\tPhilips\tdevice\tA\tx\t{}\t-\n", cells[0], cells[1]);
        if let Ok(site) = with("private-creators.tsv", &text) {
            prop_assert!(site.private_creator(cells[1].split(" | ").next().unwrap()).is_some());
        }
    }
}
