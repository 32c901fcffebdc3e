//! The `iomt` command: which medical devices are in a capture, and what was dissected of it.
//!
//! ```text
//!  arguments ─► paths: which inputs ─► identify: read on a pool of threads, merge ─► table | JSON
//!                                  └─► dissect: read one after another, stream   ─► text | JSON
//! ```
//!
//! | exit status | means |
//! |---|---|
//! | 0 | all was read |
//! | 1 | the command line is wrong, or its output could not be written |
//! | 2 | nothing could be read |
//! | 3 | read with damage; what was lost is on standard error and in the output's `health` |

use std::process::ExitCode;

use clap::Parser as _;

mod arguments;
mod dissect;
mod failure;
mod identify;
mod output;
mod paths;
mod progress;
mod status;
mod table;
mod text;
mod words;

use arguments::{Arguments, Command};
use status::{Status, complain};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            let status = if message.use_stderr() { Status::Usage } else { Status::Read };
            // There is nobody to tell when this cannot be written.
            let _ = message.print();
            return status.into();
        }
    };
    let outcome = match &arguments.command {
        Command::Identify(arguments) => identify::run(arguments),
        Command::Dissect(arguments) => dissect::run(arguments),
    };
    outcome
        .unwrap_or_else(|failure| {
            complain(&failure);
            Status::Usage
        })
        .into()
}
