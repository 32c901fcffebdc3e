//! Why there is no result at all.

use core::fmt;
use std::path::PathBuf;

use iomt::knowledge::KnowledgeError;

use crate::output;

/// What ends the command before it has a result. What is lost of the input is no failure; the result tells it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A site's own tables cannot be used.
    Knowledge(PathBuf, KnowledgeError),
    /// The result cannot be written.
    Output(output::Failure),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Knowledge(folder, error) => write!(f, "--knowledge {}: {error}", folder.display()),
            Self::Output(failure) => failure.fmt(f),
        }
    }
}

impl From<output::Failure> for Failure {
    fn from(failure: output::Failure) -> Self {
        Self::Output(failure)
    }
}
