//! What a stack claims to be against how it behaves.
//!
//! Only what is built into a stack contradicts it (`always` in the knowledge table `behaviours`): what can be configured accuses
//! nobody, and a stack of which the table has nothing is not spoken of.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Attribute, Source, Value};
use crate::knowledge::{Behaviour, Knowledge, Strength};
use crate::reasoning::decision::{probability, shown};
use crate::reasoning::inventory::{Candidate, Conduct, Deviation};
use crate::reasoning::record::{Record, Tally};

/// Products that a stack resembles, beyond which it resembles none in particular.
const ALIKE: usize = 2;

/// A habit that was seen: its value, the source and how often.
type Seen<'a> = (&'a str, &'a Source, &'a Tally);

/// The habits that a host showed under one pair of declared identifiers.
pub(super) struct Habits<'a>(BTreeMap<&'a str, Vec<Seen<'a>>>);

impl<'a> Habits<'a> {
    pub(super) fn of(record: &'a Record, uid: &str, name: &str) -> Self {
        let stack = format!("stack {uid} {name}");
        let mut habits: BTreeMap<&str, Vec<Seen<'_>>> = BTreeMap::new();
        for (value, told) in record.values(Attribute::Habit) {
            let Value::Pair(dialog, part) = value else { continue };
            if **dialog != *stack {
                continue;
            }
            let Some((habit, seen)) = part.split_once('=') else { continue };
            for (source, tally) in told.iter() {
                habits.entry(habit).or_default().push((seen, source, tally));
            }
        }
        Self(habits)
    }

    fn seen(&self, habit: &str) -> &[Seen<'a>] {
        self.0.get(habit).map_or(&[], Vec::as_slice)
    }

    /// How a stack that declares to be `product` behaves. None when nothing can be said.
    pub(super) fn conduct(&self, product: &str, knowledge: &Knowledge) -> Option<Conduct> {
        let always = |row: &Behaviour<'_>| row.strength == Strength::Always;
        let own: Vec<Behaviour<'_>> =
            knowledge.behaviours().filter(|row| row.product == product).filter(always).collect();
        let mut judged = false;
        let mut deviations = Vec::new();
        for row in &own {
            for (seen, source, tally) in self.seen(row.habit) {
                let Some(fits) = row.fits(seen) else { continue };
                judged = true;
                if !fits {
                    deviations.push(Deviation {
                        habit: row.habit.to_owned(),
                        expected: row.expected.to_owned(),
                        grade: row.grade.as_str(),
                        basis: row.source.to_owned(),
                        evidence: shown(seen, source, tally),
                    });
                }
            }
        }
        if !judged {
            return None;
        }
        deviations.sort();
        let resembles = if deviations.is_empty() { Vec::new() } else { self.resembles(product, knowledge) };
        Some(Conduct { as_declared: deviations.is_empty(), deviations, resembles })
    }

    /// Products all of whose habits fit what was seen; none when they are many.
    fn resembles(&self, declared: &str, knowledge: &Knowledge) -> Vec<String> {
        let mut fitting: BTreeMap<&str, bool> = BTreeMap::new();
        for row in knowledge.behaviours().filter(|row| row.product != declared && row.strength != Strength::Sign) {
            for (seen, ..) in self.seen(row.habit) {
                if let Some(fits) = row.fits(seen) {
                    let all = fitting.entry(row.product).or_insert(true);
                    *all &= fits;
                }
            }
        }
        let alike: Vec<String> =
            fitting.into_iter().filter(|(_, fits)| *fits).map(|(product, _)| product.to_owned()).collect();
        if alike.len() <= ALIKE { alike } else { Vec::new() }
    }
}

/// Products that are built on a stack and show themselves otherwise: by the ports that they serve and the titles they answer to.
/// A product whose signs do not outweigh the prior is not named.
pub(super) fn candidates(record: &Record, stack: &str, knowledge: &Knowledge) -> Vec<Candidate> {
    let ports = record.values(Attribute::Port).map(|(port, told)| ("port", port.bare().to_owned(), told));
    let called = record.values(Attribute::Name).filter(|(name, told)| {
        name.qualifier() == "ae-title" && told.sources().any(|source| source.field == "Called AE Title")
    });
    let called = called.map(|(name, told)| ("called", name.bare().to_ascii_uppercase(), told));
    let facts: Vec<_> = ports.chain(called).collect();
    let mut products: BTreeMap<&str, (i64, BTreeSet<String>, Vec<_>)> = BTreeMap::new();
    let signs = knowledge.behaviours().filter(|row| row.strength == Strength::Sign && row.on == Some(stack));
    for row in signs {
        let Some((_, seen, told)) =
            facts.iter().find(|(habit, seen, _)| *habit == row.habit && row.fits(seen) == Some(true))
        else {
            continue;
        };
        let (sum, names, evidence) = products.entry(row.product).or_default();
        *sum = sum.saturating_add(row.milli_bits);
        names.insert(format!("{} {}", row.habit, row.expected));
        evidence.extend(told.iter().take(1).map(|(source, tally)| shown(seen, source, tally)));
    }
    let prior = knowledge.weight("prior");
    products
        .into_iter()
        .map(|(product, (sum, signs, evidence))| (product, sum.saturating_add(prior), signs, evidence))
        .filter(|(_, score, signs, _)| *score > 0 && signs.len() > 1)
        .map(|(product, score, signs, evidence)| Candidate {
            name: product.to_owned(),
            confidence: probability(score),
            signs: signs.into_iter().collect(),
            evidence,
        })
        .collect()
}
