//! Where results go: standard output, or a file that is replaced when all is written.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

/// Why results could not be written.
#[derive(Debug)]
pub(crate) struct Failure {
    path: Option<PathBuf>,
    error: io::Error,
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { path, error } = self;
        match path {
            Some(path) => write!(f, "{}: cannot be written: {error}; name another file with --output", path.display()),
            None => write!(f, "standard output cannot be written: {error}"),
        }
    }
}

/// A place to write to.
#[derive(Debug)]
pub(crate) enum Output {
    Standard(BufWriter<Stdout>),
    /// A pipe or device, which cannot be replaced.
    Direct {
        writer: BufWriter<File>,
        target: PathBuf,
    },
    Replacing(Replacement),
}

/// A file that is written beside its target and takes its place in the end.
#[derive(Debug)]
pub(crate) struct Replacement {
    writer: BufWriter<File>,
    beside: PathBuf,
    target: PathBuf,
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // Gone already when it took the target's place.
        let _ = fs::remove_file(&self.beside);
    }
}

impl Output {
    /// Opens a file or, without one, standard output. Fails before anything is read, not after.
    pub(crate) fn open(target: Option<&Path>) -> Result<Self, Failure> {
        match target {
            None => Ok(Self::Standard(BufWriter::new(io::stdout()))),
            Some(target) => Self::file(target).map_err(|error| Failure { path: Some(target.to_path_buf()), error }),
        }
    }

    fn file(target: &Path) -> io::Result<Self> {
        // A link stays a link: what it leads to is replaced.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_path_buf());
        let old = fs::metadata(&target).ok();
        if let Some(old) = &old
            && !old.is_file()
        {
            let writer = BufWriter::new(File::options().write(true).open(&target)?);
            return Ok(Self::Direct { writer, target });
        }
        let name = target.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_string_lossy();
        let beside = target.with_file_name(format!(".{name}.{}.partial", std::process::id()));
        let writer = BufWriter::new(File::create_new(&beside)?);
        let replacement = Replacement { writer, beside, target };
        if let Some(old) = old {
            fs::set_permissions(&replacement.beside, old.permissions())?;
        }
        Ok(Self::Replacing(replacement))
    }

    /// Writes what `write` writes, and puts it in its place. A reader that has gone away is no failure.
    pub(crate) fn put(mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let written = write(&mut self).and_then(|()| self.flush()).and_then(|()| self.settle());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure { path: self.target().map(Path::to_path_buf), error })
            }
            _ => Ok(()),
        }
    }

    fn settle(&self) -> io::Result<()> {
        let Self::Replacing(Replacement { writer, beside, target }) = self else { return Ok(()) };
        writer.get_ref().sync_all()?;
        fs::rename(beside, target)
    }

    fn target(&self) -> Option<&Path> {
        match self {
            Self::Standard(_) => None,
            Self::Direct { target, .. } | Self::Replacing(Replacement { target, .. }) => Some(target),
        }
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Standard(writer) => writer,
            Self::Direct { writer, .. } | Self::Replacing(Replacement { writer, .. }) => writer,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("iomt-output-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_is_replaced_only_when_all_was_written() {
        let folder = folder("replace");
        let target = folder.join("inventory.json");
        fs::write(&target, "old").unwrap();
        let failed = Output::open(Some(&target)).unwrap().put(|to| {
            to.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.unwrap_err().to_string().contains("--output"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        Output::open(Some(&target)).unwrap().put(|to| to.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_fails_at_once() {
        assert!(Output::open(Some(Path::new("/nowhere/at/all/x.json"))).is_err());
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let gone = Output::open(None).unwrap().put(|_| Err(io::ErrorKind::BrokenPipe.into()));
        assert!(gone.is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        Output::open(Some(Path::new("/dev/null"))).unwrap().put(|to| to.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
