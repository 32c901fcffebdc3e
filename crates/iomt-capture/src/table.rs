//! The flow table: a slab, an index over it, and lists by idleness threaded through it.
//!
//! Everything is O(1): a conversation is found by its two ends (or at once, when it is the one found last), moves to the end of
//! its list when something happens, and the one idle longest stands at the head of it. There is one list per idle time, so the
//! heads alone say whether anything is due.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::collections::HashMap;

use foldhash::fast::RandomState;
use iomt_wire::Timestamp;

use crate::Transport;

/// Which of the two ends of a [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

impl Side {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

/// The ends of a conversation in the order of port, then address, so that both directions have the same key. The lower port comes
/// first: it is taken for the responder where nothing better is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    low: u128,
    high: u128,
    low_port: u16,
    high_port: u16,
    v6: bool,
    transport: Transport,
}

impl Key {
    /// The key, and the side that sent. `None` when the addresses are of two families, which no packet has.
    #[inline]
    pub(crate) fn new(transport: Transport, source: (IpAddr, u16), destination: (IpAddr, u16)) -> Option<(Self, Side)> {
        let (from, to, v6) = match (source.0, destination.0) {
            (IpAddr::V4(from), IpAddr::V4(to)) => (u128::from(from.to_bits()), u128::from(to.to_bits()), false),
            (IpAddr::V6(from), IpAddr::V6(to)) => (from.to_bits(), to.to_bits(), true),
            _ => return None,
        };
        Some(if (source.1, from) <= (destination.1, to) {
            (Self { low: from, high: to, low_port: source.1, high_port: destination.1, v6, transport }, Side::Low)
        } else {
            (Self { low: to, high: from, low_port: destination.1, high_port: source.1, v6, transport }, Side::High)
        })
    }

    pub(crate) fn address(&self, side: Side) -> SocketAddr {
        let (bits, port) = match side {
            Side::Low => (self.low, self.low_port),
            Side::High => (self.high, self.high_port),
        };
        let address = match u32::try_from(bits) {
            Ok(bits) if !self.v6 => IpAddr::V4(Ipv4Addr::from_bits(bits)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        };
        SocketAddr::new(address, port)
    }
}

/// The lists, one per idle time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Udp,
    Tcp,
    /// TCP connections that are over; kept so that late copies of their packets are known for what they are.
    Closed,
}

/// Names an entry. Does not outlive it: the generation differs when the room is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id {
    index: u32,
    generation: u32,
}

const NONE: u32 = u32::MAX;

struct Slot<B> {
    generation: u32,
    entry: Option<Entry<B>>,
}

pub(crate) struct Entry<B> {
    pub(crate) key: Key,
    pub(crate) body: B,
    pub(crate) last: Timestamp,
    class: Class,
    before: u32,
    after: u32,
}

#[derive(Clone, Copy)]
struct List {
    head: u32,
    tail: u32,
}

impl List {
    const EMPTY: Self = Self { head: NONE, tail: NONE };
}

pub(crate) struct Table<B> {
    slots: Vec<Slot<B>>,
    free: Vec<u32>,
    index: HashMap<Key, Id, RandomState>,
    recent: Option<(Key, Id)>,
    udp: List,
    tcp: List,
    closed: List,
}

impl<B> Table<B> {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            index: HashMap::default(),
            recent: None,
            udp: List::EMPTY,
            tcp: List::EMPTY,
            closed: List::EMPTY,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    #[inline]
    pub(crate) fn find(&mut self, key: &Key) -> Option<Id> {
        match &self.recent {
            Some((recent, id)) if recent == key => Some(*id),
            _ => {
                let id = *self.index.get(key)?;
                self.recent = Some((*key, id));
                Some(id)
            }
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut Entry<B>> {
        let slot = self.slots.get_mut(usize::try_from(id.index).ok()?)?;
        if slot.generation == id.generation { slot.entry.as_mut() } else { None }
    }

    /// Adds a conversation at the young end of its list. The caller made room before.
    pub(crate) fn insert(&mut self, key: Key, class: Class, body: B, now: Timestamp) -> Option<Id> {
        let entry = Entry { key, body, last: now, class, before: NONE, after: NONE };
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                let index = u32::try_from(self.slots.len()).ok().filter(|index| *index != NONE)?;
                self.slots.push(Slot { generation: 0, entry: None });
                index
            }
        };
        let slot = self.slots.get_mut(usize::try_from(index).ok()?)?;
        slot.entry = Some(entry);
        let id = Id { index, generation: slot.generation };
        self.index.insert(key, id);
        self.recent = Some((key, id));
        self.link(index, class);
        Some(id)
    }

    pub(crate) fn remove(&mut self, id: Id) -> Option<Entry<B>> {
        self.get_mut(id)?;
        self.unlink(id.index);
        let slot = self.slots.get_mut(usize::try_from(id.index).ok()?)?;
        let entry = slot.entry.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.index);
        self.index.remove(&entry.key);
        if self.recent.is_some_and(|(_, recent)| recent == id) {
            self.recent = None;
        }
        Some(entry)
    }

    /// Something happened: the entry is the youngest of its list. Time does not run backwards for it.
    #[inline]
    pub(crate) fn touch(&mut self, id: Id, now: Timestamp) {
        let Some(entry) = self.get_mut(id) else { return };
        entry.last = now;
        if entry.after != NONE {
            let class = entry.class;
            self.unlink(id.index);
            self.link(id.index, class);
        }
    }

    /// Moves an entry to the young end of another list.
    pub(crate) fn classify(&mut self, id: Id, class: Class) {
        match self.get_mut(id) {
            Some(entry) if entry.class != class => {}
            _ => return,
        }
        self.unlink(id.index);
        self.link(id.index, class);
    }

    /// Who is idle longest in a list, and since when.
    #[inline]
    pub(crate) fn oldest(&self, class: Class) -> Option<(Id, Timestamp)> {
        let index = match class {
            Class::Udp => self.udp.head,
            Class::Tcp => self.tcp.head,
            Class::Closed => self.closed.head,
        };
        if index == NONE {
            return None;
        }
        let slot = self.slots.get(usize::try_from(index).ok()?)?;
        Some((Id { index, generation: slot.generation }, slot.entry.as_ref()?.last))
    }

    fn entry(&mut self, index: u32) -> Option<&mut Entry<B>> {
        self.slots.get_mut(usize::try_from(index).ok()?)?.entry.as_mut()
    }

    fn list(&mut self, class: Class) -> &mut List {
        match class {
            Class::Udp => &mut self.udp,
            Class::Tcp => &mut self.tcp,
            Class::Closed => &mut self.closed,
        }
    }

    fn link(&mut self, index: u32, class: Class) {
        let list = self.list(class);
        let before = list.tail;
        list.tail = index;
        if before == NONE {
            list.head = index;
        }
        if let Some(entry) = self.entry(before) {
            entry.after = index;
        }
        if let Some(entry) = self.entry(index) {
            entry.class = class;
            entry.before = before;
            entry.after = NONE;
        }
    }

    fn unlink(&mut self, index: u32) {
        let Some(entry) = self.entry(index) else { return };
        let (class, before, after) = (entry.class, entry.before, entry.after);
        match self.entry(before) {
            Some(entry) => entry.after = after,
            None => self.list(class).head = after,
        }
        match self.entry(after) {
            Some(entry) => entry.before = before,
            None => self.list(class).tail = before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(port: u16) -> Key {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Key::new(Transport::Udp, (address, port), (address, 9)).unwrap().0
    }

    #[test]
    fn both_directions_have_one_key_and_the_lower_port_is_the_low_side() {
        let client = (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 40_000);
        let server = (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)), 104);
        let (there, sender) = Key::new(Transport::Tcp, client, server).unwrap();
        let (back, answerer) = Key::new(Transport::Tcp, server, client).unwrap();
        assert_eq!(there, back);
        assert_eq!((sender, answerer), (Side::High, Side::Low));
        assert_eq!(there.address(Side::Low), SocketAddr::from(([10, 0, 0, 2], 104)));
    }

    #[test]
    fn an_ipv4_address_mapped_into_ipv6_is_another_conversation() {
        let v4 = Ipv4Addr::new(0, 0, 0, 5);
        let v6 = Ipv6Addr::from_bits(5);
        let (a, _) = Key::new(Transport::Udp, (v4.into(), 1), (v4.into(), 2)).unwrap();
        let (b, _) = Key::new(Transport::Udp, (v6.into(), 1), (v6.into(), 2)).unwrap();
        assert_ne!(a, b);
        assert_eq!(b.address(Side::Low), SocketAddr::new(v6.into(), 1));
    }

    #[test]
    fn the_head_of_a_list_is_who_was_idle_longest_and_a_name_does_not_outlive_its_entry() {
        let mut table = Table::new();
        let ids: Vec<Id> =
            (1..=4).map(|n| table.insert(key(n), Class::Udp, n, Timestamp(i64::from(n))).unwrap()).collect();
        table.touch(ids[0], Timestamp(9));
        assert_eq!(table.oldest(Class::Udp), Some((ids[1], Timestamp(2))));
        table.classify(ids[1], Class::Closed);
        assert_eq!(table.oldest(Class::Udp).unwrap().0, ids[2]);
        assert_eq!(table.oldest(Class::Closed).unwrap().0, ids[1]);
        assert_eq!(table.remove(ids[2]).unwrap().body, 3);
        assert!(table.get_mut(ids[2]).is_none());
        assert_eq!(table.find(&key(3)), None);
        let again = table.insert(key(3), Class::Udp, 30, Timestamp(10)).unwrap();
        assert_ne!(again, ids[2]);
        assert_eq!(table.oldest(Class::Udp).unwrap().0, ids[3]);
        assert_eq!(table.len(), 4);
    }
}
