//! One moment of one conversation or file, and where its records go.

use core::ops::ControlFlow;

use iomt_capture::{FlowKey, Place as At};
use iomt_wire::{Direction, Error, Quirk};

use super::record::{Flow, Record};
use super::{Options, REDACTED};
use crate::health::Health;
use crate::protocol::Protocol;

/// What a dissector tells of: a record without what the moment knows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Item<'a> {
    pub(super) offset: u64,
    pub(super) depth: usize,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) tag: &'a str,
    pub(super) vr: &'a str,
    pub(super) length: Option<u64>,
    pub(super) value: Option<&'a str>,
}

/// Where records go, until whoever takes them has enough.
pub(super) struct Outlet<'s> {
    pub(super) sink: super::Sink<'s>,
    pub(super) over: bool,
}

/// An outlet, whatever the sink behind it borrows.
pub(super) trait Put {
    fn put(&mut self, record: &Record<'_>);
}

impl Put for Outlet<'_> {
    fn put(&mut self, record: &Record<'_>) {
        if !self.over {
            self.over = matches!((self.sink)(record), ControlFlow::Break(()));
        }
    }
}

/// One moment of one conversation or file.
pub(super) struct Moment<'a> {
    pub(super) input: &'a str,
    /// The conversation and the frame; nothing in a file.
    pub(super) at: Option<(&'a FlowKey, &'a At)>,
    pub(super) options: &'a Options,
    pub(super) health: &'a mut Health,
    pub(super) outlet: &'a mut dyn Put,
}

impl Moment<'_> {
    /// Tells something that one side sent.
    pub(super) fn tell(&mut self, protocol: Protocol, direction: Direction, item: &Item<'_>) {
        let Item { offset, depth, kind, name, tag, vr, length, value } = *item;
        let flow = self.at.map(|(flow, _)| Flow { initiator: flow.initiator, responder: flow.responder, direction });
        let (frame, time) = self.at.map_or((0, None), |(_, at)| (at.frame, Some(at.time)));
        self.outlet.put(&Record {
            input: self.input,
            frame,
            time,
            offset,
            depth,
            protocol,
            flow,
            kind,
            name,
            tag,
            vr,
            length,
            value,
        });
    }

    /// Tells a deviation that was tolerated.
    pub(super) fn quirk(&mut self, protocol: Protocol, direction: Direction, offset: u64, quirk: &Quirk) {
        let item =
            Item { offset, depth: 1, kind: "quirk", name: quirk.field, value: Some(quirk.name), ..Item::default() };
        self.tell(protocol, direction, &item);
    }

    /// Tells what could not be read.
    pub(super) fn error(&mut self, protocol: Protocol, direction: Direction, offset: u64, error: &Error) {
        self.health.messages_damaged = self.health.messages_damaged.saturating_add(1);
        let why = error.kind.to_string();
        let item = Item { offset, depth: 1, kind: "error", name: error.field, value: Some(&why), ..Item::default() };
        self.tell(protocol, direction, &item);
    }

    /// Tells that bytes were lost; nothing is known of how many when that is zero.
    pub(super) fn gap(&mut self, protocol: Protocol, direction: Direction, offset: u64, len: u64) {
        let item = Item { offset, kind: "gap", length: (len > 0).then_some(len), ..Item::default() };
        self.tell(protocol, direction, &item);
    }

    /// Counts a message that was read.
    pub(super) fn message(&mut self) {
        self.health.messages = self.health.messages.saturating_add(1);
    }

    /// A value to show: what `show` makes of it when it is free of patient data or patients are to be revealed.
    pub(super) fn value(&self, is_free: bool, show: impl FnOnce() -> String) -> String {
        if is_free || self.options.reveal_phi { show() } else { REDACTED.to_owned() }
    }
}

/// A place within a frame, counted like the frame.
pub(super) fn plus(offset: u64, within: usize) -> u64 {
    offset.saturating_add(length(within))
}

/// A count of bytes, as records tell it.
pub(super) fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
