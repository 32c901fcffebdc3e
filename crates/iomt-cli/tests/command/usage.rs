//! Command lines that are wrong, and what is said to that.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use super::support::{Folder, all, capture, captures, command, iomt};

#[test]
fn a_wrong_command_line_ends_with_1_and_says_how_it_should_be() {
    for arguments in [
        &[][..],
        &["identify"],
        &["identify", "--format", "xml", "x.pcap"],
        &["identify", "--jobs", "0", "x.pcap"],
        &["dissect", "--protocol", "telnet", "x.pcap"],
        &["divine", "x.pcap"],
    ] {
        let run = iomt(arguments);
        assert_eq!(run.status, 1, "{arguments:?}");
        assert!(run.out.is_empty(), "{arguments:?}");
        assert!(run.err.contains("--help"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let help = iomt(["--help"]);
    assert_eq!(help.status, 0);
    assert!(help.out.contains("identify") && help.out.contains("dissect") && help.out.contains("Exit status"));
    let version = iomt(["--version"]);
    assert_eq!((version.status, version.out), (0, format!("iomt {}\n", env!("CARGO_PKG_VERSION"))));
    assert_eq!(iomt(["identify", "--help"]).status, 0);
}

#[test]
fn nothing_that_can_be_read_ends_with_2_and_names_the_path() {
    let readme = captures().join("../README.md");
    for path in ["/nowhere/at/all.pcap", readme.to_str().unwrap()] {
        for subcommand in ["identify", "dissect"] {
            let run = iomt([subcommand, path]);
            assert_eq!(run.status, 2, "{subcommand} {path}");
            assert!(run.err.contains(path), "{}", run.err);
        }
    }
}

#[test]
fn a_folder_without_anything_to_read_ends_with_2_and_says_so() {
    let folder = Folder::new("empty");
    folder.write("notes.txt", b"nothing here");
    let run = iomt(["identify", &folder.path("")]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("nothing to read"), "{}", run.err);
}

#[test]
fn one_unreadable_path_beside_a_good_one_ends_with_3() {
    let good = capture("dicom_echo_basic.pcap");
    let run = iomt(["identify", &good, "/nowhere/at/all.pcap"]);
    assert_eq!(run.status, 3);
    assert!(run.err.contains("/nowhere/at/all.pcap"), "{}", run.err);
    assert!(run.out.contains("ORTHANC"));
}

#[test]
fn what_a_folder_holds_beside_captures_is_passed_over_silently() {
    // The truth of each capture lies beside it.
    let run = iomt(["identify", captures().to_str().unwrap()]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
}

#[test]
fn a_cut_capture_ends_with_3_and_says_what_was_lost() {
    let folder = Folder::new("cut");
    let whole = fs::read(capture("dicom_store_modalities.pcap")).unwrap();
    let cut = folder.write("cut.pcap", &whole[..whole.len() * 2 / 3]);
    let run = iomt(["identify", "--format", "json", &cut]);
    assert_eq!(run.status, 3);
    assert!(run.err.contains("damaged: cut.pcap"), "{}", run.err);
    let json = run.json();
    assert!(!json["health"]["damage"].as_array().unwrap().is_empty());
    assert!(!json["devices"].as_array().unwrap().is_empty(), "what came before the cut is good");
    assert_eq!(iomt(["dissect", &cut]).status, 3);
}

#[test]
fn knowledge_that_cannot_be_loaded_is_a_usage_error_that_names_the_folder() {
    let run = iomt(["identify", "--knowledge", "/nowhere/at/all", &capture("dicom_echo_basic.pcap")]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("/nowhere/at/all"), "{}", run.err);
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_anything_is_read() {
    let run = iomt(["identify", "--output", "/nowhere/at/all/x.json", &capture("dicom_echo_basic.pcap")]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("/nowhere/at/all/x.json"), "{}", run.err);
}

#[test]
fn a_reader_that_has_enough_ends_the_command_quietly() {
    for arguments in [&["dissect", "--format", "json"][..], &["dissect"], &["identify", "--format", "json"]] {
        let mut child = command()
            .args(arguments)
            .args(all())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        output.read_exact(&mut [0; 10]).unwrap();
        drop(output);
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
        assert_eq!(said, "", "{arguments:?}");
    }
}
