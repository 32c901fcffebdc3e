//! One observer per protocol: which of its fields speak about which device.
//!
//! An observer hears the events of its protocol crate and files evidence. It keeps what must be remembered between messages of
//! one conversation and nothing else, and it never reads a patient field.

use iomt_wire::{Direction, Limits, Segment};

use super::dialog::{Listener, Protocol};
use super::scene::Scene;

pub(crate) mod dicom;
pub(crate) mod hl7v2;
pub(crate) mod intellivue;

/// The observer of one TCP conversation.
#[derive(Debug)]
pub(crate) enum Observer {
    Dicom(Box<dicom::DicomObserver>),
    Hl7(Box<hl7v2::Hl7Observer>),
}

impl Listener for Observer {
    type Scene<'a> = Scene<'a>;

    fn begin(protocol: Protocol, limits: &Limits, scene: &mut Scene<'_>) -> Self {
        scene.active(1, 0);
        match protocol {
            Protocol::Dicom => Self::Dicom(Box::new(dicom::DicomObserver::new(*limits))),
            Protocol::Hl7 => Self::Hl7(Box::new(hl7v2::Hl7Observer::new(*limits))),
        }
    }

    fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        match self {
            Self::Dicom(observer) => observer.hear(direction, segment, scene),
            Self::Hl7(observer) => observer.hear(direction, segment, scene),
        }
    }

    fn close(&mut self, scene: &mut Scene<'_>) {
        if let Self::Dicom(observer) = self {
            observer.close(scene);
        }
    }

    fn encrypted(scene: &mut Scene<'_>) {
        scene.health.encrypted_streams = scene.health.encrypted_streams.saturating_add(1);
    }
}
