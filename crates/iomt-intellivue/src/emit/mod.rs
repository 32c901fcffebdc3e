//! Writing messages, for tests, simulators and honeypots: what is written parses back to the same values.
//!
//! | what | by |
//! |---|---|
//! | attributes of any object | [`Attributes`] |
//! | the connect indication | [`ConnectIndicationBuilder`] |
//! | association request, accept, refuse, release, abort | [`association`] |
//! | event reports, polls and their results, get, set, errors | [`export`] |
//! | the serial frame around any of them | [`rs232::encode`](crate::rs232::encode) |

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};

pub mod association;
mod attributes;
mod connect;
pub mod export;
#[cfg(test)]
mod tests;

pub use attributes::Attributes;
pub use connect::ConnectIndicationBuilder;

/// A length that stands before what it counts.
fn length(bytes: usize, field: &'static str) -> Result<[u8; 2]> {
    let kind = Kind::Limit { limit: u16::MAX.into() };
    u16::try_from(bytes).map(u16::to_be_bytes).map_err(|_| Error { offset: 0, field, kind })
}

/// A counted list of what is already written.
fn list(count: usize, items: &[u8]) -> Result<Vec<u8>> {
    let numbers = [length(count, "list count")?, length(items.len(), "list length")?].concat();
    Ok([&numbers, items].concat())
}
