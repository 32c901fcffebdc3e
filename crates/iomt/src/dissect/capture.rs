//! A capture: its conversations dissected as the sensor hears them.

use std::io::Read;

use iomt_capture::{FlowKey, Handler, Network, Place as At, Reader, Transport};
use iomt_wire::{Direction, Limits, Segment};

use super::moment::{Item, Moment, Outlet};
use super::{
    Options, Sink, dicom::DicomDissection, dicomweb::WebDissection, ge, ge::UnitySerialDissection,
    ge_dri::DriDissection, hl7v2::Hl7Dissection, intellivue, lis::LisDissection, phd::PhdDissection,
    poct1a::PoctDissection,
};
use crate::health::Health;
use crate::protocol::Protocol;
use crate::sensing::dialog::{DatagramListener, Datagrams, Dialog, Listener};
use crate::sensing::files::FileError;
use crate::sensing::sensor::tell_network;

/// Dissects the frames of a capture until its end, or until the sink has enough.
pub(super) fn read(
    name: &str,
    input: impl Read + Send + 'static,
    options: &Options,
    sink: Sink<'_>,
) -> Result<Health, FileError> {
    let mut reader = Reader::new(input, options.limits)?;
    let mut network = Network::new(options.limits);
    let mut dissector =
        Dissector { input: name, options, health: Health::default(), outlet: Outlet { sink, over: false }, now: None };
    while !dissector.outlet.over {
        match reader.next_frame() {
            Ok(Some(frame)) => network.push(&mut dissector, &frame),
            Ok(None) => break,
            // What came before it is good.
            Err(error) => {
                dissector.health.damaged(format!("{name}: {error}"));
                break;
            }
        }
    }
    network.finish(&mut dissector);
    let mut health = dissector.health;
    for damage in reader.damage() {
        health.damaged(format!("{name} at byte {}: {}", damage.offset, damage.what));
    }
    tell_network(&mut health, network.health());
    Ok(health)
}

struct Dissector<'s> {
    input: &'s str,
    options: &'s Options,
    health: Health,
    outlet: Outlet<'s>,
    /// The last moment that was heard, for what is only told when a conversation ends.
    now: Option<At>,
}

impl<'s> Dissector<'s> {
    fn moment<'a>(&'a mut self, flow: &'a FlowKey, at: &'a At) -> Moment<'a>
    where
        's: 'a,
    {
        Moment {
            input: self.input,
            at: Some((flow, at)),
            options: self.options,
            health: &mut self.health,
            outlet: &mut self.outlet,
        }
    }
}

/// What is kept per conversation.
enum Talk {
    Stream(Dialog<Dissection>),
    Datagrams(Datagrams<DatagramDissection>),
}

impl Handler for Dissector<'_> {
    type Flow = Talk;

    fn open(&mut self, flow: &FlowKey, _at: &At) -> Talk {
        match flow.transport {
            Transport::Tcp => Talk::Stream(Dialog::new()),
            Transport::Udp => Talk::Datagrams(Datagrams::new()),
        }
    }

    fn stream(&mut self, state: &mut Talk, flow: &FlowKey, direction: Direction, at: &At, segment: Segment<'_>) {
        let Talk::Stream(dialog) = state else { return };
        if !matches!(dialog, Dialog::Other) {
            self.now = Some(*at);
            let limits = self.options.limits;
            dialog.hear(direction, segment, &limits, &mut self.moment(flow, at));
        }
    }

    fn datagram(
        &mut self,
        state: &mut Talk,
        flow: &FlowKey,
        direction: Direction,
        at: &At,
        payload: &[u8],
        missing: usize,
    ) {
        let Talk::Datagrams(datagrams) = state else { return };
        let limits = self.options.limits;
        let _ = datagrams.hear(direction, payload, missing, &limits, &mut self.moment(flow, at));
    }

    fn close(&mut self, state: Talk, flow: &FlowKey) {
        if let (Talk::Stream(mut dialog), Some(at)) = (state, self.now) {
            dialog.close(&mut self.moment(flow, &at));
        }
    }
}

/// Who shows one connection.
enum Dissection {
    Dicom(Box<DicomDissection>),
    Hl7(Box<Hl7Dissection>),
    Lis(Box<LisDissection>),
    Poct1a(Box<PoctDissection>),
    Phd(Box<PhdDissection>),
    UnitySerial(Box<UnitySerialDissection>),
    Dri(Box<DriDissection>),
    IntelliVueSerial(Box<intellivue::SerialDissection>),
    DicomWeb(Box<WebDissection>),
}

impl Listener for Dissection {
    type Scene<'a> = Moment<'a>;

    fn begin(protocol: Protocol, limits: &Limits, moment: &mut Moment<'_>) -> Option<Self> {
        if protocol == Protocol::Tls {
            moment.health.encrypted_streams = moment.health.encrypted_streams.saturating_add(1);
        }
        if !moment.options.wants(protocol) {
            return None;
        }
        match protocol {
            Protocol::Dicom => Some(Self::Dicom(Box::new(DicomDissection::new(*limits)))),
            Protocol::Hl7 => Some(Self::Hl7(Box::new(Hl7Dissection::new(*limits)))),
            Protocol::Lis => Some(Self::Lis(Box::new(LisDissection::new(*limits)))),
            Protocol::Poct1a => Some(Self::Poct1a(Box::new(PoctDissection::new(*limits)))),
            Protocol::DicomWeb => Some(Self::DicomWeb(Box::new(WebDissection::new(*limits)))),
            Protocol::Tls => {
                let item = Item { kind: "TLS hello", value: Some("encrypted from here on"), ..Item::default() };
                moment.tell(Protocol::Tls, Direction::Initiator, &item);
                None
            }
            Protocol::Phd => Some(Self::Phd(Box::new(PhdDissection::new(*limits)))),
            Protocol::Unity => Some(Self::UnitySerial(Box::new(UnitySerialDissection::new(limits)))),
            Protocol::Dri => Some(Self::Dri(Box::new(DriDissection::new()))),
            Protocol::IntelliVue => Some(Self::IntelliVueSerial(Box::new(intellivue::SerialDissection::new(limits)))),
        }
    }

    fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        match self {
            Self::Dicom(dissection) => dissection.hear(direction, segment, moment),
            Self::Hl7(dissection) => dissection.hear(direction, segment, moment),
            Self::Lis(dissection) => dissection.hear(direction, segment, moment),
            Self::Poct1a(dissection) => dissection.hear(direction, segment, moment),
            Self::Phd(dissection) => dissection.hear(direction, segment, moment),
            Self::UnitySerial(dissection) => dissection.hear(direction, segment, moment),
            Self::Dri(dissection) => dissection.hear(direction, segment, moment),
            Self::IntelliVueSerial(dissection) => dissection.hear(direction, segment, moment),
            Self::DicomWeb(dissection) => dissection.hear(direction, segment, moment),
        }
    }

    fn is_over(&self) -> bool {
        matches!(self, Self::DicomWeb(dissection) if dissection.is_over())
    }

    fn close(&mut self, moment: &mut Moment<'_>) {
        match self {
            Self::Dicom(dissection) => dissection.close(moment),
            Self::DicomWeb(dissection) => dissection.close(moment),
            _ => {}
        }
    }
}

/// Who shows one conversation in datagrams.
enum DatagramDissection {
    IntelliVue,
    Unity,
}

impl DatagramListener for DatagramDissection {
    type Scene<'a> = Moment<'a>;

    fn begin(protocol: Protocol, _limits: &Limits, moment: &mut Moment<'_>) -> Option<Self> {
        match protocol {
            Protocol::IntelliVue if moment.options.wants(protocol) => Some(Self::IntelliVue),
            Protocol::Unity if moment.options.wants(protocol) => Some(Self::Unity),
            _ => None,
        }
    }

    fn hear(&mut self, direction: Direction, payload: &[u8], missing: usize, moment: &mut Moment<'_>) -> bool {
        match self {
            Self::IntelliVue => intellivue::datagram(direction, payload, missing, moment),
            Self::Unity => ge::datagram(direction, payload, missing, moment),
        }
    }
}
