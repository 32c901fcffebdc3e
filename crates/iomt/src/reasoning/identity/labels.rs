//! What the carriers of unique device identifiers say: the product, the unit, and what a registry knows of the product.
//!
//! A carrier with a wrong check is shown as it was sent, with what the check would have been; nothing in it counts for
//! anything, and no registry is asked about it.

use crate::evidence::{Attribute, Source, Value, normalise};
use crate::knowledge::Knowledge;
use crate::reasoning::decision::{Trial, same_vendor};
use crate::reasoning::inventory::Carrier;
use crate::reasoning::record::{Record, Tally, Told};
use crate::udi::{Check, Registered, Registry, Udi};

/// The carriers of one device, each taken apart once.
pub(super) struct Labels<'a> {
    labels: Vec<Label<'a>>,
}

struct Label<'a> {
    value: &'a Value,
    told: Told<'a>,
    udi: Option<Udi<'a>>,
    registered: Option<Registered>,
}

impl<'a> Label<'a> {
    /// What the carrier says, if its check does not speak against it.
    fn trusted(&self) -> Option<&Udi<'a>> {
        self.udi.as_ref().filter(|udi| !matches!(udi.check, Check::Wrong { .. }))
    }
}

impl<'a> Labels<'a> {
    pub(super) fn of(record: &'a Record, registry: &dyn Registry) -> Self {
        let labels = record.values(Attribute::Udi).map(|(value, told)| {
            let mut label = Label { value, told, udi: Udi::parse(value.bare()).ok(), registered: None };
            label.registered = label.trusted().and_then(|udi| registry.look_up(udi.issuer, udi.device?));
            label
        });
        Self { labels: labels.collect() }
    }

    /// The serial numbers in the carriers.
    pub(super) fn serials(&self, trial: &mut Trial) {
        for label in &self.labels {
            let Some(udi) = label.trusted() else { continue };
            let Some(serial) = udi.serial else { continue };
            let kind = if udi.check == Check::Right { "udi-serial" } else { "udi-serial-unchecked" };
            for (source, tally) in label.told.iter() {
                let source = Source { kind, ..*source };
                trial.hear_in(&normalise(serial), serial, label.value.bare(), &source, tally);
            }
        }
    }

    /// The registered makers of the products.
    pub(super) fn companies(&self, trial: &mut Trial, knowledge: &Knowledge) {
        self.registered(
            "companyName",
            |registered| registered.company.as_deref(),
            |company, source, tally| {
                trial.hear(&same_vendor(company, knowledge), company, source, tally);
            },
        );
    }

    /// The registered models of the products.
    pub(super) fn models(&self, trial: &mut Trial) {
        self.registered(
            "versionModelNumber",
            |registered| registered.model.as_deref(),
            |model, source, tally| {
                trial.hear(&normalise(model), model, source, tally);
            },
        );
    }

    fn registered(
        &self,
        field: &'static str,
        get: impl Fn(&Registered) -> Option<&str>,
        mut hear: impl FnMut(&str, &Source, &Tally),
    ) {
        let source = Source { protocol: "registry", field, kind: "registry" };
        for label in &self.labels {
            if let (Some(said), Some((_, tally))) =
                (label.registered.as_ref().and_then(&get), label.told.iter().min_by_key(|(_, tally)| tally.first()))
            {
                hear(said, &source, tally);
            }
        }
    }

    /// The carriers as they are shown.
    pub(super) fn shown(self, knowledge: &Knowledge) -> Vec<Carrier> {
        self.labels.into_iter().filter_map(|label| shown(label, knowledge)).collect()
    }
}

fn shown(label: Label<'_>, knowledge: &Knowledge) -> Option<Carrier> {
    let text = label.value.bare();
    let mut trial = Trial::default();
    for (source, tally) in label.told.iter() {
        trial.hear(text, text, source, tally);
    }
    let owned = |part: Option<&str>| part.map(str::to_owned);
    let udi = label.udi;
    let expected = match udi.map(|udi| udi.check) {
        Some(Check::Wrong { expected }) => expected,
        _ => None,
    };
    Some(Carrier {
        said: trial.decide(knowledge)?,
        issuer: udi.map(|udi| udi.issuer),
        device_identifier: owned(udi.and_then(|udi| udi.device)),
        check: udi.map(|udi| udi.check),
        expected_check: expected.map(String::from),
        serial: owned(udi.and_then(|udi| udi.serial)),
        lot: owned(udi.and_then(|udi| udi.lot)),
        donation: owned(udi.and_then(|udi| udi.donation)),
        made: udi.and_then(|udi| udi.made),
        expires: udi.and_then(|udi| udi.expires),
        unread: owned(udi.map_or(Some(text), |udi| udi.unread)),
        registered: label.registered,
    })
}
