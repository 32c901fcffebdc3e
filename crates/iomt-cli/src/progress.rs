//! Progress on standard error, when that is a terminal.

use std::io::{IsTerminal as _, Read, stderr};

use indicatif::{ProgressBar, ProgressStyle};

use crate::paths::Input;

/// A bar over the bytes of all inputs; nothing when nobody watches.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn over<'i>(mut inputs: impl Iterator<Item = &'i Input>) -> Self {
        if !stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let total = inputs.try_fold(0_u64, |sum, input| Some(sum.saturating_add(input.size()?)));
        let (bar, template) = match total {
            Some(total) => {
                (ProgressBar::new(total), "{bytes:>11} of {total_bytes} {wide_bar} {binary_bytes_per_sec} {eta}")
            }
            None => (ProgressBar::new_spinner(), "{spinner} {bytes} {binary_bytes_per_sec}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// The same input, its bytes counted as they are read.
    pub(crate) fn watch<R: Read>(&self, input: R) -> impl Read + use<R> {
        self.bar.wrap_read(input)
    }

    /// Takes the bar from the terminal.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
