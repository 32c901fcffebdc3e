//! Which inputs the paths of the command line stand for.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use iomt::Timestamp;
use iomt::files::{self, FileError};

/// Folders within folders that are looked into.
const DEPTH: usize = 64;

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// The file; none is standard input.
    pub(crate) path: Option<PathBuf>,
    /// Whether it was named itself, and not only the folder it is in.
    pub(crate) named: bool,
}

impl Input {
    /// What evidence and messages call it: a file without its folder, and `-`.
    pub(crate) fn name(&self) -> String {
        let name = self.path.as_deref().and_then(Path::file_name);
        name.map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// Its whole path, for messages.
    pub(crate) fn display(&self) -> String {
        self.path.as_ref().map_or_else(|| "standard input".to_owned(), |path| path.display().to_string())
    }

    /// How many bytes it has, where that is known beforehand.
    pub(crate) fn size(&self) -> Option<u64> {
        let about = fs::metadata(self.path.as_ref()?).ok()?;
        about.is_file().then_some(about.len())
    }

    /// When its first frame was taken, if it is a file with a capture in it.
    fn begins(&self) -> Option<Timestamp> {
        self.size()?;
        files::begins(fs::File::open(self.path.as_ref()?).ok()?)
    }

    /// Whether its not being readable is to be passed over: a folder may hold other things than captures.
    pub(crate) const fn may_be_skipped(&self, error: &FileError) -> bool {
        !self.named && matches!(error, FileError::Unknown)
    }
}

/// A path that leads to no input.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) path: PathBuf,
    pub(crate) error: io::Error,
}

/// The inputs of all paths, in the order given; those of a folder sorted.
pub(crate) fn find(paths: &[PathBuf]) -> (Vec<Input>, Vec<Missing>) {
    let mut inputs = Vec::new();
    let mut missing = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input { path: None, named: true });
            continue;
        }
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => folder(path, &mut inputs, &mut missing),
            Ok(_) => inputs.push(Input { path: Some(path.clone()), named: true }),
            Err(error) => missing.push(Missing { path: path.clone(), error }),
        }
    }
    (inputs, missing)
}

/// The same inputs in an order that does not depend on the command line, each once.
pub(crate) fn in_order(mut inputs: Vec<Input>) -> Vec<Input> {
    // What was named itself comes first of its equals, and stays.
    inputs.sort_by(|a, b| (&a.path, !a.named).cmp(&(&b.path, !b.named)));
    inputs.dedup_by(|later, kept| later.path == kept.path);
    inputs
}

/// The same inputs, those together that may be parts of one capture: files of one folder whose names differ in nothing but digits, as of
/// a capture that was written to several, in the order in which they begin. Whether one goes on where another ended, their frames say.
pub(crate) fn in_series(inputs: Vec<Input>) -> Vec<Vec<Input>> {
    let mut of_a_name: BTreeMap<(Option<PathBuf>, String), Vec<Input>> = BTreeMap::new();
    for input in inputs {
        let folder = input.path.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let name = input.name().chars().filter(|c| !c.is_ascii_digit()).collect();
        of_a_name.entry((folder, name)).or_default().push(input);
    }
    let mut all = Vec::new();
    for together in of_a_name.into_values() {
        if together.len() == 1 {
            all.push(together);
            continue;
        }
        let mut series = Vec::new();
        for input in together {
            match input.begins() {
                Some(first) => series.push((first, input)),
                None => all.push(vec![input]),
            }
        }
        series.sort();
        if !series.is_empty() {
            all.push(series.into_iter().map(|(_, input)| input).collect());
        }
    }
    all.sort();
    all
}

/// The files of a folder and of the folders in it. Links to folders are not followed, so there is an end.
fn folder(path: &Path, inputs: &mut Vec<Input>, missing: &mut Vec<Missing>) {
    let mut found = Vec::new();
    let mut open = vec![(path.to_path_buf(), 0_usize)];
    while let Some((folder, depth)) = open.pop() {
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                missing.push(Missing { path: folder, error });
                continue;
            }
        };
        for entry in entries {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if depth < DEPTH {
                        open.push((path, depth.saturating_add(1)));
                    }
                }
                // Pipes and devices would be waited for without end.
                Ok(kind) if kind.is_file() || kind.is_symlink() && path.is_file() => found.push(path),
                Ok(_) => {}
                Err(error) => missing.push(Missing { path, error }),
            }
        }
    }
    found.sort();
    inputs.extend(found.into_iter().map(|path| Input { path: Some(path), named: false }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(path: &str, named: bool) -> Input {
        Input { path: Some(path.into()), named }
    }

    #[test]
    fn order_does_not_depend_on_the_command_line_and_a_named_file_stays_named() {
        let one = in_order(vec![input("b", true), input("a/x", false), input("a/x", true)]);
        let other = in_order(vec![input("a/x", true), input("b", true), input("a/x", false)]);
        assert_eq!(one, [input("a/x", true), input("b", true)]);
        assert_eq!(one, other);
    }

    #[test]
    fn files_that_are_no_captures_or_bear_other_names_are_each_alone() {
        let inputs = ["a/one1.hl7", "a/one2.hl7", "b/one1.hl7", "a/two"].map(|path| input(path, true));
        let series = in_series(inputs.to_vec());
        assert!(series.iter().all(|one| one.len() == 1) && series.len() == 4 && series.is_sorted());
    }

    #[test]
    fn standard_input_has_a_name_and_no_size() {
        let input = Input { path: None, named: true };
        assert_eq!((input.name().as_str(), input.size()), ("-", None));
    }

    #[test]
    fn a_path_to_nowhere_is_missing() {
        let (inputs, missing) = find(&["/nowhere/at/all".into()]);
        assert!(inputs.is_empty());
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn a_folder_gives_its_files_sorted() {
        let (inputs, missing) = find(&[concat!(env!("CARGO_MANIFEST_DIR"), "/src").into()]);
        assert!(missing.is_empty());
        assert!(inputs.is_sorted() && inputs.iter().all(|input| !input.named));
        assert!(inputs.iter().any(|input| input.name() == "paths.rs"));
    }
}
