//! How long one direction of a connection waits for what is missing.
//!
//! A hole is given up when the receiver acknowledged the missing bytes (then nobody will send them again) and they still did not
//! come after 64 packets or a second, or after three seconds where no acknowledgements are seen. Time counts only when a few
//! packets of the connection passed too, or much of it: in a reordered capture of a slow dialog the next packet may be the one
//! that is missing, however late. After thirty seconds a hole is given up in any case.
//!
//! Where the start is not known from a SYN, the first segments wait a little: a segment or the SYN that was overtaken may still
//! come.

use super::held::Stamp;
use crate::network::elapsed;

/// Packets of the connection that a hole outlives after the receiver acknowledged what is missing.
const PATIENCE_PACKETS: u32 = 64;
/// The same in capture time, if at least [`FEW_PACKETS`] came.
const PATIENCE: u64 = 1_000_000_000;
const FEW_PACKETS: u32 = 8;
/// The same in capture time alone.
const PATIENCE_ALONE: u64 = 10_000_000_000;
/// How long a hole lasts where no acknowledgements are seen, under the same condition.
const PATIENCE_BLIND: u64 = 3_000_000_000;
/// How long a hole lasts at most: longer than a sender takes for its first few repetitions.
const PATIENCE_MOST: u64 = 30_000_000_000;
/// Packets of the connection, bytes and capture time for which a direction without a known start waits for what may precede.
/// Packets count, not segments, so that of two directions the one that began first starts first.
const START_PACKETS: u32 = 32;
const START_BYTES: usize = 64 << 10;
const START_TIME: u64 = 200_000_000;
/// Packets without which only five times that counts.
const START_FEW_PACKETS: u32 = 4;

/// What passed since something began to wait: capture time, and packets of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waited {
    time: u64,
    packets: u32,
}

impl Waited {
    pub(super) fn since(since: Stamp, now: Stamp) -> Self {
        Self { time: elapsed(now.time, since.time), packets: now.packet.wrapping_sub(since.packet) }
    }

    /// Whether a direction of whose segments `bytes` are held begins without what may precede them.
    pub(super) fn suffices_to_start(self, bytes: usize) -> bool {
        self.packets >= START_PACKETS
            || bytes >= START_BYTES
            || self.time >= START_TIME.saturating_mul(5)
            || (self.time >= START_TIME && self.packets >= START_FEW_PACKETS)
    }

    /// Whether bytes that the receiver acknowledged are given up.
    pub(super) fn suffices_for_acknowledged(self) -> bool {
        self.packets >= PATIENCE_PACKETS || self.is_over(PATIENCE)
    }

    /// Whether bytes are given up of which no acknowledgement is ever seen.
    pub(super) fn suffices_for_one_sided(self) -> bool {
        self.is_over(PATIENCE_BLIND)
    }

    /// Whether anything is given up before which something was seen.
    pub(super) fn suffices_for_any(self) -> bool {
        self.time >= PATIENCE_MOST
    }

    fn is_over(self, time: u64) -> bool {
        (self.time >= time && self.packets >= FEW_PACKETS) || self.time >= PATIENCE_ALONE
    }
}

/// The other side has bytes that are missing here, and nothing behind them was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lag {
    /// What was next then.
    next: u64,
    /// What was acknowledged then. What was acknowledged later has its own patience; it may be the FIN.
    pub(super) acked: u64,
    pub(super) since: Stamp,
}

impl Lag {
    /// The lag that goes on, begins or ends when `next` is the next byte here and `ahead` says how far the other side is.
    pub(super) fn watch(lag: Option<Self>, next: u64, ahead: Option<u64>, now: Stamp) -> Option<Self> {
        let acked = ahead?;
        lag.filter(|lag| lag.next == next).or(Some(Self { next, acked, since: now }))
    }
}
