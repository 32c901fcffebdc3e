//! One observer per protocol: which of its fields speak about which device.
//!
//! An observer hears the events of its protocol crate and files evidence. It keeps what must be remembered between messages of
//! one conversation and nothing else, and it never reads a patient field.

use iomt_wire::{Direction, Limits, Segment};

use super::dialog::{DatagramListener, Listener};
use super::scene::Scene;
use crate::protocol::Protocol;

pub(crate) mod dicom;
mod dicomweb;
pub(crate) mod ge;
mod ge_dri;
pub(crate) mod hl7v2;
pub(crate) mod intellivue;
pub(crate) mod lis;
mod phd;
pub(crate) mod poct1a;
pub(crate) mod tls;

/// The observer of one TCP conversation.
#[derive(Debug)]
pub(crate) enum Observer {
    Dicom(Box<dicom::DicomObserver>),
    Hl7(Box<hl7v2::Hl7Observer>),
    Phd(Box<phd::PhdObserver>),
    Unity(Box<ge::UnitySerialObserver>),
    Dri(Box<ge_dri::DriObserver>),
    Lis(Box<lis::LisObserver>),
    Poct1a(Box<poct1a::PoctObserver>),
    IntelliVueSerial(Box<intellivue::serial::IntelliVueSerialObserver>),
    DicomWeb(Box<dicomweb::WebObserver>),
    Tls(Box<tls::TlsObserver>),
}

impl Observer {
    /// Whether it listens to what is known to be a medical protocol.
    pub(crate) fn is_medical(&self) -> bool {
        match self {
            Self::Tls(_) => false,
            Self::DicomWeb(observer) => observer.is_medical(),
            _ => true,
        }
    }
}

impl Listener for Observer {
    type Scene<'a> = Scene<'a>;

    fn begin(protocol: Protocol, limits: &Limits, scene: &mut Scene<'_>) -> Option<Self> {
        let observer = match protocol {
            Protocol::Dicom => Self::Dicom(Box::new(dicom::DicomObserver::new(*limits))),
            Protocol::Hl7 => Self::Hl7(Box::new(hl7v2::Hl7Observer::new(*limits))),
            Protocol::Phd => Self::Phd(Box::new(phd::PhdObserver::new(*limits))),
            Protocol::Unity => Self::Unity(Box::new(ge::UnitySerialObserver::new(limits))),
            Protocol::Dri => Self::Dri(Box::new(ge_dri::DriObserver::new())),
            Protocol::Lis => Self::Lis(Box::new(lis::LisObserver::new(*limits))),
            Protocol::Poct1a => Self::Poct1a(Box::new(poct1a::PoctObserver::new(*limits))),
            // It is not known to be medical until a body of DICOM's types passes: nobody is noted as active.
            Protocol::DicomWeb => return Some(Self::DicomWeb(Box::new(dicomweb::WebObserver::new(*limits)))),
            Protocol::Tls => {
                scene.health.encrypted_streams = scene.health.encrypted_streams.saturating_add(1);
                // It may be medical or not: nobody is noted as active.
                return Some(Self::Tls(Box::default()));
            }
            Protocol::IntelliVue => {
                Self::IntelliVueSerial(Box::new(intellivue::serial::IntelliVueSerialObserver::new(limits)))
            }
        };
        scene.active(1, 0);
        Some(observer)
    }

    fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        match self {
            Self::Dicom(observer) => observer.hear(direction, segment, scene),
            Self::Hl7(observer) => observer.hear(direction, segment, scene),
            Self::Phd(observer) => observer.hear(direction, segment, scene),
            Self::Unity(observer) => observer.hear(direction, segment, scene),
            Self::Dri(observer) => observer.hear(direction, segment, scene),
            Self::Lis(observer) => observer.hear(direction, segment, scene),
            Self::Poct1a(observer) => observer.hear(direction, segment, scene),
            Self::IntelliVueSerial(observer) => observer.hear(direction, segment, scene),
            Self::DicomWeb(observer) => observer.hear(direction, segment, scene),
            Self::Tls(observer) => observer.hear(direction, segment, scene),
        }
    }

    fn on_a_line(&mut self) {
        if let Self::Lis(observer) = self {
            observer.on_a_line();
        }
    }

    fn is_over(&self) -> bool {
        matches!(self, Self::DicomWeb(observer) if observer.is_over())
    }

    fn close(&mut self, scene: &mut Scene<'_>) {
        match self {
            Self::Dicom(observer) => observer.close(scene),
            Self::Hl7(observer) => observer.close(scene),
            Self::Phd(observer) => observer.close(scene),
            Self::Dri(observer) => observer.close(scene),
            Self::Lis(observer) => observer.close(scene),
            Self::Unity(observer) => observer.close(scene),
            Self::IntelliVueSerial(observer) => observer.close(scene),
            Self::DicomWeb(observer) => observer.close(scene),
            Self::Poct1a(_) | Self::Tls(_) => {}
        }
    }
}

/// The observer of one conversation in datagrams.
#[derive(Debug)]
pub(crate) enum DatagramObserver {
    IntelliVue(Box<intellivue::IntelliVueObserver>),
    Unity(ge::UnityObserver),
}

impl DatagramListener for DatagramObserver {
    type Scene<'a> = Scene<'a>;

    fn begin(protocol: Protocol, _limits: &Limits, _scene: &mut Scene<'_>) -> Option<Self> {
        match protocol {
            Protocol::IntelliVue => Some(Self::IntelliVue(Box::default())),
            Protocol::Unity => Some(Self::Unity(ge::UnityObserver::default())),
            _ => None,
        }
    }

    fn hear(&mut self, direction: Direction, payload: &[u8], _missing: usize, scene: &mut Scene<'_>) -> bool {
        match self {
            Self::IntelliVue(observer) => observer.hear(direction, payload, scene),
            Self::Unity(observer) => observer.hear(direction, payload, scene),
        }
    }

    fn close(&mut self, scene: &mut Scene<'_>) {
        match self {
            Self::IntelliVue(observer) => observer.close(scene),
            Self::Unity(observer) => observer.close(scene),
        }
    }
}
