//! Capture files and live packets, to conversations, to ordered bytes per direction.
//!
//! ```text
//!  file ─► Reader ─► Frame ─► Network ─► Handler
//!          pcap,              link, VLAN, tunnels, IP fragments,    open, stream | datagram, close,
//!          pcapng,            TCP reassembly, idle times            neighbour
//!          gzip, zstd
//! ```
//!
//! [`Reader`] takes frames from a file or a pipe; a live source makes [`Frame`]s of its own. [`Network`] follows the conversations
//! in them and calls a [`Handler`] with the bytes of each direction in order, every byte once, with the place where it came from.
//! What is missing is said ([`Segment::Gap`](iomt_wire::Segment::Gap), [`Health`], [`Damage`]), never papered over.
//!
//! # What a capture may look like
//! Captures from mirror ports lie: packets come reordered, twice, without their SYN, one-sided, cut by a snap length, through a
//! tunnel, with the two directions in different VLANs. All of this is ordinary here. Locally reordered or duplicated packets give
//! the very streams of the ordered capture. Where two copies of a byte differ, the **first copy wins**; differences are counted
//! while the first copy is held.
//!
//! # Costs
//! In-order data are lent straight from the frame: no copy, no allocation. Memory is bounded by [`Limits`](iomt_wire::Limits);
//! reaching a cap is counted in [`Health::limits_hit`] under the name of its field. Checksums are not verified, because offloading
//! leaves them unset in captures of the sending host.

mod compression;
pub mod decode;
mod flow;
mod fragment;
mod health;
mod link;
mod network;
mod reader;
mod table;
mod tcp;

pub use compression::{Compression, decompress, is_compressed};
pub use flow::{FlowKey, Frame, Handler, Place, Transport};
pub use health::Health;
pub use link::{LinkType, Mac};
pub use network::Network;
pub use reader::{Damage, Head, ReadError, Reader, is_capture};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
