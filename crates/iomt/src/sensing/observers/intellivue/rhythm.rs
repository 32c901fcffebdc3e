//! How the two sides of a conversation speak: for their fingerprints.

use iomt_intellivue::association::Association;
use iomt_intellivue::export::{CommandType, RoType};
use iomt_intellivue::message::Message;
use iomt_wire::Direction;

use crate::fingerprint::telemetry::{ByteOrder, Telemetry};
use crate::sensing::scene::Scene;

/// Messages after which what was gathered is filed, though the conversation goes on.
const FILED_AFTER: u64 = 256;

/// A monitor that announces itself and one that exports data hold two dialogs.
const ANNOUNCEMENT: &str = "intellivue-announcement";

/// Both sides of one conversation.
#[derive(Debug)]
pub(super) struct Rhythm {
    initiator: Telemetry,
    responder: Telemetry,
    dialog: &'static str,
}

impl Default for Rhythm {
    fn default() -> Self {
        let [initiator, responder] = [const { Telemetry::new(ByteOrder::Big) }; 2];
        Self { initiator, responder, dialog: "intellivue" }
    }
}

impl Rhythm {
    /// A message of this length in bytes.
    pub(super) fn hear(&mut self, direction: Direction, message: &Message<'_>, length: usize, scene: &mut Scene<'_>) {
        let side = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        match message {
            Message::AssociationRequest(association) | Message::AssociationAccept(association) => {
                side.open();
                parameters(association, side);
            }
            // What is said again and again has no beginning that could be missed.
            Message::ConnectIndication(_) if self.dialog != ANNOUNCEMENT => {
                self.dialog = ANNOUNCEMENT;
                side.open();
            }
            _ => {}
        }
        side.message(kind(message), length, scene.at.time);
        if side.pending() >= FILED_AFTER {
            scene.telemetry(direction, self.dialog, side);
        }
    }

    /// Bytes of one side were lost.
    pub(super) fn gap(&mut self, direction: Direction) {
        match direction {
            Direction::Initiator => self.initiator.gap(),
            Direction::Responder => self.responder.gap(),
        }
    }

    /// Files what was gathered.
    pub(super) fn file(&mut self, scene: &mut Scene<'_>) {
        scene.telemetry(Direction::Initiator, self.dialog, &mut self.initiator);
        scene.telemetry(Direction::Responder, self.dialog, &mut self.responder);
    }
}

/// What a peer states of its implementation when it associates.
fn parameters(association: &Association<'_>, side: &mut Telemetry) {
    let Some(user) = association.user_information() else { return };
    let mut tell = |name, value: u32| side.parameter(name, &format!("{value:08x}"));
    tell("protocol-version", user.protocol_version);
    tell("nomenclature-version", user.nomenclature_version);
    tell("functional-units", user.functional_units);
    tell("system-type", user.system_type.0);
    if let Some(profile) = user.poll_profile() {
        tell("poll-profile-revision", profile.revision);
        tell("max-mtu-rx", profile.max_mtu_rx);
        tell("max-mtu-tx", profile.max_mtu_tx);
        tell("poll-profile-options", profile.options);
        if let Some(extension) = profile.extension() {
            tell("poll-profile-extension", extension);
        }
    }
}

/// The kind of a message, as a fingerprint names it.
fn kind(message: &Message<'_>) -> &'static str {
    let Message::DataExport(export) = message else { return message.name() };
    match (export.ro_type, export.command_type()) {
        (RoType::ROER, _) => "error",
        (RoType::ROIV, Some(CommandType::EVENT_REPORT | CommandType::CONFIRMED_EVENT_REPORT)) => "event report",
        (_, Some(CommandType::EVENT_REPORT | CommandType::CONFIRMED_EVENT_REPORT)) => "event report result",
        (RoType::ROIV, Some(CommandType::CONFIRMED_ACTION)) => "action",
        (RoType::ROLRS, Some(CommandType::CONFIRMED_ACTION)) => "linked action result",
        (_, Some(CommandType::CONFIRMED_ACTION)) => "action result",
        (RoType::ROIV, Some(CommandType::GET)) => "get",
        (RoType::ROIV, Some(CommandType::SET | CommandType::CONFIRMED_SET)) => "set",
        (_, Some(CommandType::GET)) => "get result",
        (_, Some(CommandType::SET | CommandType::CONFIRMED_SET)) => "set result",
        _ => "other",
    }
}
