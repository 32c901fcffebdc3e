//! `iomt identify`: every input on a thread of its own, the parts of one capture on one, and one inventory of all.

use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

use iomt::files::{FileError, Options, Series};
use iomt::knowledge::Knowledge;
use iomt::{Health, Inventory, Ledger, Limits, ShardId};
use serde::Serialize;

use crate::arguments::{Identify, InventoryFormat};
use crate::failure::Failure;
use crate::output::Output;
use crate::paths::{self, Input};
use crate::progress::Progress;
use crate::status::{Status, Tally, complain};
use crate::table;

/// Reads, decides and writes.
pub(crate) fn run(arguments: &Identify) -> Result<Status, Failure> {
    let mut knowledge = Knowledge::builtin().clone();
    for folder in &arguments.knowledge {
        knowledge = knowledge.with_dir(folder).map_err(|error| Failure::Knowledge(folder.clone(), error))?;
    }
    let output = Output::open(arguments.output.as_deref())?;
    let (inputs, missing) = paths::find(&arguments.inputs.paths);
    let mut tally = Tally::default();
    for missing in missing {
        tally.failed = tally.failed.saturating_add(1);
        complain(format_args!("{}: cannot be read: {}", missing.path.display(), missing.error));
    }
    let jobs = arguments.jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let ledger = read(&paths::in_series(paths::in_order(inputs)), jobs, &mut tally);
    let inventory = Inventory::read(&ledger, &knowledge);
    tally.lost(&inventory.health);
    let status = tally.status();
    if status != Status::Nothing {
        output.put(|to| write(&inventory, arguments.format, to))?;
    }
    Ok(status)
}

/// Reads all inputs and merges what they say, always in the same order, so that neither threads nor the command line matter.
fn read(series: &[Vec<Input>], jobs: NonZeroUsize, tally: &mut Tally) -> Ledger {
    let progress = Progress::over(series.iter().flatten());
    let next = AtomicUsize::new(0);
    let mut complaints = Vec::new();
    let mut merged: Option<Ledger> = None;
    thread::scope(|scope| {
        let (done, outcomes) = mpsc::channel();
        for _ in 0..jobs.get().min(series.len()) {
            let (done, next, progress) = (done.clone(), &next, &progress);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(inputs) = series.get(number) else { break };
                    if done.send((number, read_one(inputs, progress))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        // What is done before its turn waits here.
        let mut early = BTreeMap::new();
        let mut turn = 0;
        for (number, outcome) in outcomes {
            early.insert(number, outcome);
            while let (Some((outcomes, ledger)), Some(inputs)) = (early.remove(&turn), series.get(turn)) {
                turn = turn.saturating_add(1);
                for (input, outcome) in inputs.iter().zip(outcomes) {
                    match outcome {
                        Ok(()) => tally.read = tally.read.saturating_add(1),
                        Err(error) if input.may_be_skipped(&error) => {}
                        Err(error) => complaints.push((input, error)),
                    }
                }
                match (&mut merged, ledger) {
                    (Some(merged), Some(ledger)) => merged.merge(ledger),
                    (none, ledger) => *none = none.take().or(ledger),
                }
            }
        }
    });
    progress.finish();
    for (input, error) in complaints {
        tally.failed = tally.failed.saturating_add(1);
        complain(format_args!("{}: {error}", input.display()));
    }
    merged.unwrap_or_else(|| Ledger::new(ShardId::default(), Limits::DEFAULT))
}

/// Reads inputs that may be parts of one capture: how each went, and what they say.
fn read_one(inputs: &[Input], progress: &Progress) -> (Vec<Result<(), FileError>>, Option<Ledger>) {
    let mut series = Series::new(Options::default());
    let mut read = |input: &Input| match &input.path {
        Some(path) => series.read_from(&input.name(), progress.watch(File::open(path)?)),
        None => series.read_from(&input.name(), progress.watch(io::stdin())),
    };
    let outcomes = inputs.iter().map(|input| read(input).map(drop)).collect();
    (outcomes, series.finish())
}

/// The last line of NDJSON.
#[derive(Serialize)]
struct HealthLine<'a> {
    health: &'a Health,
}

fn write(inventory: &Inventory, format: InventoryFormat, to: &mut dyn Write) -> io::Result<()> {
    match format {
        InventoryFormat::Table => to.write_all(table::render(inventory).as_bytes()),
        InventoryFormat::Json => {
            serde_json::to_writer_pretty(&mut *to, inventory)?;
            to.write_all(b"\n")
        }
        InventoryFormat::Ndjson => {
            for device in &inventory.devices {
                serde_json::to_writer(&mut *to, device)?;
                to.write_all(b"\n")?;
            }
            serde_json::to_writer(&mut *to, &HealthLine { health: &inventory.health })?;
            to.write_all(b"\n")
        }
    }
}
