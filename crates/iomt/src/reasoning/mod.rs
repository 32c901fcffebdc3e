//! Reasoning: evidence into devices. Nothing in here sees a packet.
//!
//! ```text
//! evidence ─► ledger: merged like a set ─► identity: who is one device, who speaks for whom ─► inventory
//! ```

pub(crate) mod decision;
pub(crate) mod identity;
pub mod inventory;
pub mod ledger;
pub(crate) mod record;
pub(crate) mod utilisation;
