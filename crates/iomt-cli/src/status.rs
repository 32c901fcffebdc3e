//! How the command ends, and how it says so.

use core::fmt::Display;
use std::process::ExitCode;

use iomt::Health;

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All was read.
    Read,
    /// The command line is wrong.
    Usage,
    /// Nothing could be read.
    Nothing,
    /// Read with damage.
    Damaged,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Read => 0,
            Status::Usage => 1,
            Status::Nothing => 2,
            Status::Damaged => 3,
        })
    }
}

/// Says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "this is where the command speaks to its user")]
pub(crate) fn complain(what: impl Display) {
    eprintln!("iomt: {what}");
}

/// What could be read and what not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Inputs that were read.
    pub(crate) read: u64,
    /// Inputs that were asked for and could not be read.
    pub(crate) failed: u64,
    /// Whether something within an input was lost.
    pub(crate) damaged: bool,
}

impl Tally {
    /// Notes the health of what was read, and says what was lost.
    pub(crate) fn lost(&mut self, health: &Health) {
        for line in &health.damage {
            complain(format_args!("damaged: {line}"));
        }
        for (limit, times) in &health.limits_hit {
            complain(format_args!("limit {limit} was reached {times} times; what exceeded it was left out"));
        }
        self.damaged |= health.is_damaged();
    }

    /// The exit status that this amounts to.
    pub(crate) fn status(self) -> Status {
        match self {
            Self { read: 0, failed, .. } => {
                if failed == 0 {
                    complain(
                        "nothing to read: no capture, DICOM file or HL7 messages were found; name a file to learn why",
                    );
                }
                Status::Nothing
            }
            Self { failed: 0, damaged: false, .. } => Status::Read,
            _ => Status::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unreadable_input_of_several_is_damage_and_all_of_them_is_nothing() {
        let tally = |read, failed, damaged| Tally { read, failed, damaged }.status();
        assert_eq!(tally(2, 0, false), Status::Read);
        assert_eq!(tally(1, 1, false), Status::Damaged);
        assert_eq!(tally(1, 0, true), Status::Damaged);
        assert_eq!(tally(0, 1, false), Status::Nothing);
        assert_eq!(tally(0, 0, false), Status::Nothing);
    }
}
