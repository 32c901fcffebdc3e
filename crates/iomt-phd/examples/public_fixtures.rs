//! Checks the example APDUs of 20601 that the Antidote project publishes (`tests/resources/apdu` of github.com/signove/antidote).
//!
//! They are under the LGPL and not part of this project: fetch them yourself and give their folder.
//!
//! ```sh
//! cargo run -p iomt-phd --example public_fixtures -- antidote/tests/resources/apdu
//! ```
//!
//! Every file is read, walked to its last byte, and said to be in order or what is wrong with it. The run fails when any file
//! is found to be other than expected.
//!
//! Result, with the newest state of that project: of 64 files 63 hold an APDU (the other is a text), 57 are in order and six are
//! malformed; `KNOWN` says why of each.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use iomt_phd::{
    apdu::{Apdu, ApduType},
    check::check,
};

/// A file of which something is wrong.
struct Malformed {
    file: &'static str,
    /// Words of the finding that it has to give.
    finding: &'static str,
    why: &'static str,
}

const fn malformed(file: &'static str, finding: &'static str, why: &'static str) -> Malformed {
    Malformed { file, finding, why }
}

const KNOWN: &[Malformed] = &[
    malformed(
        "H221_ID_0190",
        "6 bytes behind the APDU",
        "a configuration report into whose objects six bytes were inserted; its lengths are those from before",
    ),
    malformed(
        "H221_ID_02BC",
        "6 bytes behind the APDU",
        "a configuration report into whose objects six bytes were inserted; its lengths are those from before",
    ),
    malformed(
        "pedometer/pedometer_noti_config",
        "56 bytes behind the APDU",
        "a configuration report whose lengths end 56 bytes before it does",
    ),
    malformed(
        "pulse_oximeter/pulse_oximeter_buf_scan_report_mp_grouped",
        "APDU body at byte 4: needs 48 bytes, 46 are there",
        "a buffered report whose outer length announces two bytes more than there are",
    ),
    malformed(
        "scan_report_info_var",
        "DATA APDU at byte 4: slack",
        "a variable scan report whose data APDU says 54 bytes where 74 are: outer and inner length disagree",
    ),
    malformed(
        "blood_pressure/rlre",
        "is an abort",
        "it is named a release response, and its choice is that of an abort",
    ),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

/// What a file is, and what is wrong with it.
fn read(name: &str, bytes: &[u8]) -> (String, Vec<String>) {
    // Two files hold a data APDU without the PRST around it, one is a text about the others.
    let framed = match bytes {
        [0xe2..=0xe7, 0, ..] => bytes.to_vec(),
        _ if name.starts_with("data_apdu") => match wrapped(bytes) {
            Some(wrapped) => wrapped,
            None => return ("too long".to_owned(), Vec::new()),
        },
        _ => return ("no APDU".to_owned(), Vec::new()),
    };
    let (apdu, used) = match Apdu::parse(&framed) {
        Ok(parsed) => parsed,
        Err(error) => return ("unreadable".to_owned(), vec![error.to_string()]),
    };
    let mut findings = Vec::new();
    check(&apdu, &mut |finding| findings.push(finding.to_string()));
    if used < framed.len() {
        findings.push(format!("{} bytes behind the APDU", framed.len().saturating_sub(used)));
    }
    let is_release = name.rsplit('/').next().is_some_and(|file| file.starts_with("rl"));
    if is_release && apdu.apdu_type == ApduType::ABRT {
        findings.push("named a release, is an abort".to_owned());
    }
    (apdu.apdu_type.name().unwrap_or("unknown").to_owned(), findings)
}

fn wrapped(data: &[u8]) -> Option<Vec<u8>> {
    let inner = u16::try_from(data.len()).ok()?;
    let outer = inner.checked_add(2)?;
    Some([&[0xe7, 0][..], &outer.to_be_bytes(), &inner.to_be_bytes(), data].concat())
}

fn main() -> io::Result<ExitCode> {
    let Some(folder) = env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: public_fixtures FOLDER");
        return Ok(ExitCode::from(1));
    };
    let mut all = Vec::new();
    files(&folder, &mut all)?;
    all.sort();
    let (mut apdus, mut malformed, mut unexpected) = (0_u32, 0_u32, 0_u32);
    for path in &all {
        let name = path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let (kind, findings) = read(&name, &fs::read(path)?);
        let known = KNOWN.iter().find(|known| known.file == name);
        let as_expected = match known {
            Some(known) => findings.iter().any(|finding| finding.contains(known.finding)),
            None => findings.is_empty(),
        };
        apdus = apdus.saturating_add(u32::from(kind != "no APDU"));
        malformed = malformed.saturating_add(u32::from(!findings.is_empty()));
        unexpected = unexpected.saturating_add(u32::from(!as_expected));
        let mark = if as_expected { ' ' } else { '!' };
        println!("{mark} {name}: {kind}{}", if findings.is_empty() { ", in order" } else { "" });
        findings.iter().for_each(|finding| println!("      {finding}"));
        known.iter().for_each(|known| println!("      why: {}", known.why));
    }
    println!("{} files, {apdus} with APDUs, {malformed} malformed, {unexpected} other than expected", all.len());
    Ok(ExitCode::from(u8::from(unexpected > 0 || all.is_empty())))
}
