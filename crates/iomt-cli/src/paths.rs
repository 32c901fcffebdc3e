//! Which inputs the paths of the command line stand for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use iomt::files::FileError;

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
