//! How well are maker, class and stack told when the device does not state them?
//!
//! `cargo run -p iomt-examples --example accuracy [FOLDER...]`
//!
//! Hides what equipment states of itself (manufacturer, model, serial number, software, UDI), wherever it stands, and predicts the manufacturer from the rest;
//! hides the modality too and predicts the class; hides what an endpoint declares of its DICOM stack and predicts it from
//! how it negotiates, having learnt from the other captures alone. Then nothing is hidden. Reads the bundled captures and every DICOM
//! file in the folders. `docs/accuracy.md` has the table, how to get the files, and what the figures do not show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Sink as _, Source, Subject, Value};
use iomt::{Decision, Inventory, Ledger, Limits, ShardId, files, knowledge::Knowledge};

/// What equipment states of itself.
const STATED: [Attribute; 7] = [
    Attribute::Manufacturer,
    Attribute::Model,
    Attribute::Serial,
    Attribute::Software,
    Attribute::Hardware,
    Attribute::Part,
    Attribute::Udi,
];

/// One prediction held against the truth.
struct Guess {
    /// What the truth is of: the model, so that many objects of one do not count as many.
    model: String,
    truth: String,
    guess: Option<(String, f64)>,
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let captures = inputs(&iomt_examples::bundled("captures"), "pcap");
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|folder| inputs(folder, "")).collect();
    files.sort();
    let ledgers: Vec<Ledger> = captures.iter().filter_map(|path| read(path)).collect();
    let of_files: Vec<Ledger> = files.iter().filter_map(|path| read(path)).collect();

    println!("| hidden | predicted | from | samples | predicted | right | precision | models | models right | Brier |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut all = Vec::new();
    for (from, ledgers) in [("captures", &ledgers), ("files", &of_files)] {
        if ledgers.is_empty() {
            continue;
        }
        let makers = equipment(ledgers, &STATED, maker_of_record, |device| device.manufacturer.as_ref());
        row("what equipment states", "manufacturer", from, &makers);
        let hidden: Vec<Attribute> = STATED.into_iter().chain([Attribute::Stack, Attribute::Eui64]).collect();
        let strictly = equipment(ledgers, &hidden, maker_of_record, |device| device.manufacturer.as_ref());
        row("that, DICOM implementation and EUI-64", "manufacturer", from, &strictly);
        let hidden: Vec<Attribute> = STATED.into_iter().chain([Attribute::Class]).collect();
        let classes = equipment(ledgers, &hidden, class_of_record, |device| device.class.as_ref());
        row("that and modality, SOP class", "class", from, &classes);
        let without_modality = classes_by_sop_class(ledgers);
        row("that and modality", "class", from, &without_modality);
        all.extend([makers, classes, without_modality].into_iter().flatten());
        let stated = equipment(ledgers, &[], maker_of_record, |device| device.manufacturer.as_ref());
        row("nothing", "manufacturer", from, &stated);
    }
    row("what the stack declares", "DICOM stack", "captures", &stacks(&ledgers));

    println!("\nReliability of the predictions of manufacturer and class:\n");
    println!("| stated confidence | predictions | right | share right |\n|---|---|---|---|");
    for (from, to) in [(0.0, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 0.99), (0.99, 1.01)] {
        let within = |guess: &&Guess| matches!(&guess.guess, Some((_, sure)) if (from..to).contains(sure));
        let (count, right) =
            (number(all.iter().filter(within).count()), all.iter().filter(within).filter(|g| g.is_right()).count());
        if count > 0.0 {
            println!("| {from:.2} to {:.2} | {count} | {right} | {:.2} |", f64::min(to, 1.0), number(right) / count);
        }
    }
    println!("\nWrong predictions:\n");
    let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
    for guess in all.iter().filter(|guess| guess.guess.is_some() && !guess.is_right()) {
        let said = guess.guess.as_ref().map_or("", |(said, _)| said);
        let count = wrong.entry(format!("{}: {} taken for {said}", guess.model, guess.truth)).or_default();
        *count = count.saturating_add(1);
    }
    for (what, count) in wrong {
        println!("- {what} ({count})");
    }
    Ok(())
}

impl Guess {
    fn is_right(&self) -> bool {
        self.guess.as_ref().is_some_and(|(said, _)| *said == self.truth)
    }
}

/// The files of a folder and of those in it, with an ending.
fn inputs(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if ending.is_empty() || path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The evidence of one file; none when it cannot be read.
fn read(path: &Path) -> Option<Ledger> {
    files::read(path, &files::Options::default()).ok().map(|reading| reading.ledger)
}

/// One form for each maker: the canonical name where there is one.
fn canonical(text: &str) -> String {
    Knowledge::builtin().vendor(text).unwrap_or(text).to_owned()
}

fn first(record: &iomt::Record, attribute: Attribute) -> Option<String> {
    record.values(attribute).next().map(|(value, _)| value.bare().to_owned())
}

fn maker_of_record(record: &iomt::Record) -> Option<String> {
    first(record, Attribute::Manufacturer).map(|maker| canonical(&maker))
}

/// The class that the modality stands for.
fn class_of_record(record: &iomt::Record) -> Option<String> {
    let mut modalities = record.values(Attribute::Class).filter(|(value, _)| value.qualifier() == "DICOM Modality");
    let (modality, _) = modalities.next()?;
    Knowledge::builtin().modality_class(modality.bare()).map(str::to_owned)
}

/// The mark by which masked equipment is found again.
const MARK: &str = "masked";

/// Predicts something of each piece of equipment of which the truth is stated.
fn equipment(
    ledgers: &[Ledger],
    hidden: &[Attribute],
    truth: fn(&iomt::Record) -> Option<String>,
    decided: fn(&iomt::inventory::Device) -> Option<&Decision>,
) -> Vec<Guess> {
    let keep = |attribute: Attribute, _: &Value| !hidden.contains(&attribute);
    guesses(ledgers, !hidden.is_empty(), &keep, truth, decided)
}

/// As above for the class, with the SOP class left in.
fn classes_by_sop_class(ledgers: &[Ledger]) -> Vec<Guess> {
    let keep = |attribute: Attribute, value: &Value| {
        let is_modality = attribute == Attribute::Class && value.qualifier() == "DICOM Modality";
        !(is_modality || STATED.contains(&attribute))
    };
    guesses(ledgers, true, &keep, class_of_record, |device| device.class.as_ref())
}

fn guesses(
    ledgers: &[Ledger],
    masked: bool,
    keep: &dyn Fn(Attribute, &Value) -> bool,
    truth: fn(&iomt::Record) -> Option<String>,
    decided: fn(&iomt::inventory::Device) -> Option<&Decision>,
) -> Vec<Guess> {
    let mut all = Vec::new();
    for ledger in ledgers {
        let (shown, truths) = mask(ledger, masked, keep, truth);
        let inventory = Inventory::read(&shown, Knowledge::builtin());
        for (mark, (model, truth)) in truths {
            let is_it = |device: &&iomt::inventory::Device| {
                device.names.iter().any(|name| name.kind == MARK && name.value == mark)
            };
            let guess = inventory.devices.iter().find(is_it).and_then(decided);
            let guess = guess.map(|decision| {
                let said = decision.vendor.as_deref().unwrap_or(&decision.value);
                (said.to_owned(), decision.confidence)
            });
            all.push(Guess { model, truth, guess });
        }
    }
    all
}

/// Marks with model and truth.
type Truths = BTreeMap<String, (String, String)>;

/// The ledger without what is hidden; each piece of equipment keeps a mark in place of its name.
fn mask(
    ledger: &Ledger,
    masked: bool,
    keep: &dyn Fn(Attribute, &Value) -> bool,
    truth: fn(&iomt::Record) -> Option<String>,
) -> (Ledger, Truths) {
    let mut shown = Ledger::new(ShardId(1), Limits::DEFAULT);
    for (neighbour, proof) in ledger.neighbours() {
        shown.neighbour(neighbour.clone(), proof.clone());
    }
    let mut truths = Truths::new();
    let keys: BTreeSet<&EquipmentKey> = ledger.records().filter_map(|(subject, _)| key(subject)).collect();
    for (subject, record) in ledger.records() {
        let mark = key(subject).and_then(|key| keys.iter().position(|known| *known == key)).map(|n| format!("m{n}"));
        let subject = match subject {
            Subject::Equipment { key, speaker, protocol } if masked => {
                let model = mark.clone().unwrap_or_default().into();
                // It is told from others by its mark.
                let key = EquipmentKey { model, instance: key.instance.clone(), ..EquipmentKey::default() };
                Subject::Equipment { key, speaker: *speaker, protocol }
            }
            other => other.clone(),
        };
        if let (Some(mark), Some(truth), Some((.., tally))) = (mark, truth(record), record.all().next()) {
            let model = first(record, Attribute::Model).unwrap_or_else(|| "no model".to_owned());
            truths.insert(mark.clone(), (model, truth));
            let source = Source { protocol: "accuracy", field: "mark", kind: "declared-name" };
            let (attribute, value, place) = (Attribute::Name, Value::pair(MARK, &mark), tally.first().clone());
            shown.take(Evidence { subject: subject.clone(), attribute, value, source, place });
        }
        for (attribute, value, source, tally) in record.all() {
            // Of its host too: there stands what a device said before it said which unit it is.
            if !keep(attribute, value) {
                continue;
            }
            let (value, source, place) = (value.clone(), *source, tally.first().clone());
            let evidence = Evidence { subject: subject.clone(), attribute, value, source, place };
            shown.take(evidence.clone());
            shown.again(&evidence, tally.count().saturating_sub(1), tally.last());
        }
        if let Some(seen) = record.activity() {
            shown.active(&subject, seen.first, seen.flows, seen.messages);
        }
    }
    (shown, truths)
}

const fn key(subject: &Subject) -> Option<&EquipmentKey> {
    match subject {
        Subject::Equipment { key, .. } => Some(key),
        Subject::Endpoint(_) | Subject::Encrypted(_) => None,
    }
}

/// Predicts the stack of each endpoint from the family of its fingerprint, as the other captures know it.
fn stacks(ledgers: &[Ledger]) -> Vec<Guess> {
    /// Capture, family, stack.
    type Seen = (usize, String, String);
    let mut seen: Vec<Seen> = Vec::new();
    for (capture, ledger) in ledgers.iter().enumerate() {
        for device in Inventory::read(ledger, Knowledge::builtin()).devices {
            // A host that shows several stacks does not tell which of its fingerprints is whose.
            let names: BTreeSet<&String> = device.stack.iter().filter_map(|stack| stack.name.as_ref()).collect();
            let (Some(name), 1) = (names.first(), names.len()) else { continue };
            let families =
                device.fingerprints.iter().filter(|print| matches!(&*print.scheme, "DQ1-family" | "DA1-family"));
            seen.extend(families.map(|print| (capture, print.value.clone(), (*name).clone())));
        }
    }
    let guess = |(capture, family, _): &Seen| {
        let mut known: BTreeMap<&String, u32> = BTreeMap::new();
        for (_, _, stack) in seen.iter().filter(|(other, of, _)| other != capture && of == family) {
            let count = known.entry(stack).or_default();
            *count = count.saturating_add(1);
        }
        let total: u32 = known.values().sum();
        let (stack, count) = known.into_iter().max_by_key(|(_, count)| *count)?;
        // Laplace's rule of succession: of so many sightings so many were it.
        Some((stack.clone(), f64::from(count.saturating_add(1)) / f64::from(total.saturating_add(2))))
    };
    seen.iter().map(|one| Guess { model: one.1.clone(), truth: one.2.clone(), guess: guess(one) }).collect()
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn row(hidden: &str, predicted: &str, from: &str, guesses: &[Guess]) {
    let made = guesses.iter().filter(|guess| guess.guess.is_some()).count();
    let right = guesses.iter().filter(|guess| guess.is_right()).count();
    let models: BTreeSet<&String> = guesses.iter().map(|guess| &guess.model).collect();
    let all_right = |model: &&&String| guesses.iter().filter(|guess| guess.model == ***model).all(Guess::is_right);
    let models_right = models.iter().filter(all_right).count();
    let error = |guess: &Guess| {
        let sure = guess.guess.as_ref().map(|(_, sure)| *sure)?;
        Some((sure - f64::from(u8::from(guess.is_right()))).powi(2))
    };
    let brier = guesses.iter().filter_map(error).sum::<f64>() / number(made);
    println!(
        "| {hidden} | {predicted} | {from} | {} | {made} ({:.0} %) | {right} | {:.0} % | {} | {models_right} | {brier:.3} |",
        guesses.len(),
        100.0 * number(made) / number(guesses.len()),
        100.0 * number(right) / number(made),
        models.len(),
    );
}
