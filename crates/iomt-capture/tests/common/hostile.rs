//! What the fuzz targets feed and what must hold whatever it is; the seeds are replayed with it on stable.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub
)]

use iomt_capture::{FlowKey, Frame, Handler, LinkType, Network, Place, Reader};
use iomt_wire::{Direction, Limits, Segment, Timestamp};

/// Small caps, so that short inputs reach them.
const LIMITS: Limits = Limits {
    flows: 4,
    reorder_bytes: 2_000,
    reorder_segments: 8,
    reorder_total: 4_000,
    fragment_datagrams: 3,
    fragment_bytes: 3_000,
    tunnel_depth: 3,
    frame_bytes: 4_096,
    ..Limits::DEFAULT
};

/// Keeps the streams, and checks the order of calls.
#[derive(Default)]
struct Keeper {
    live: usize,
    sent: [Vec<u8>; 2],
    ended: [bool; 2],
    gap_bytes: u64,
}

#[derive(Default)]
struct Flow {
    ended: [bool; 2],
}

impl Handler for Keeper {
    type Flow = Flow;

    fn open(&mut self, _: &FlowKey, _: &Place) -> Flow {
        self.live += 1;
        Flow::default()
    }

    fn stream(&mut self, state: &mut Flow, _: &FlowKey, direction: Direction, _: &Place, segment: Segment<'_>) {
        let side = usize::from(direction == Direction::Responder);
        assert!(!state.ended[side], "nothing follows the end");
        match segment {
            Segment::Data(bytes) => {
                assert!(!bytes.is_empty());
                self.sent[side].extend(bytes);
            }
            Segment::Gap { len } => self.gap_bytes += len,
            Segment::End => {
                state.ended[side] = true;
                self.ended[side] = true;
            }
        }
    }

    fn datagram(&mut self, _: &mut Flow, _: &FlowKey, _: Direction, _: &Place, _: &[u8], _: usize) {}

    fn close(&mut self, _: Flow, _: &FlowKey) {
        self.live -= 1;
    }
}

/// Any bytes as a file, and its frames as a network.
pub fn file(bytes: &[u8]) {
    let Ok(mut reader) = Reader::new(std::io::Cursor::new(bytes.to_vec()), LIMITS) else { return };
    let (mut network, mut keeper, mut count) = (Network::new(LIMITS), Keeper::default(), 0_u64);
    // A compressed file may hold more frames than there is time for.
    while count < 20_000
        && let Some(frame) = reader.next_frame().unwrap()
    {
        count += 1;
        assert_eq!(frame.number, count);
        assert!(frame.data.len() <= LIMITS.frame_bytes);
        network.push(&mut keeper, &frame);
    }
    assert!(reader.damage().len() <= 64);
    assert!(reader.consumed() <= bytes.len() as u64);
    finish(network, keeper, count);
}

fn finish(mut network: Network<Keeper>, mut keeper: Keeper, frames: u64) -> Keeper {
    network.finish(&mut keeper);
    assert_eq!(keeper.live, 0, "every flow that was opened is closed");
    assert_eq!(network.health().frames, frames);
    assert_eq!(network.health().gap_bytes, keeper.gap_bytes);
    keeper
}

/// The input as a list of choices; past its end all are zero.
struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u32 {
        u32::from_be_bytes([self.byte(), self.byte(), self.byte(), self.byte()])
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (head, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        head
    }
}

/// Frames of any content on any link; or a conversation cut, shuffled and repeated as the input says, whose streams must
/// come out as they went in.
pub fn network(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    if choices.byte() % 2 == 1 {
        return noise(choices);
    }
    conversation(choices);
}

fn noise(mut choices: Choices<'_>) {
    const LINKS: [u32; 10] = [1, 0, 12, 14, 101, 108, 113, 228, 229, 276];
    let (mut network, mut keeper, mut count, mut time) = (Network::new(LIMITS), Keeper::default(), 0_u64, 0_i64);
    while !choices.0.is_empty() {
        let link = LinkType(LINKS[usize::from(choices.byte()) % LINKS.len()]);
        // Up to seconds ahead, or a little back.
        time += (i64::from(choices.byte()) - 16) * 20_000_000;
        let length = usize::from(choices.byte());
        let cut = u32::from(choices.byte() % 4) * 7;
        let data = choices.take(length);
        count += 1;
        let frame =
            Frame { number: count, time: Timestamp(time), link, data, original_length: data.len() as u32 + cut };
        network.push(&mut keeper, &frame);
    }
    finish(network, keeper, count);
}

fn conversation(mut choices: Choices<'_>) {
    const FIN: u8 = 0x01;
    const SYN: u8 = 0x02;
    const ACK: u8 = 0x10;
    let mut next = [choices.number(), choices.number()];
    let mut sent = [Vec::new(), Vec::new()];
    let mut packets: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut push = |choices: &mut Choices<'_>, side: usize, sequence: u32, ack: u32, flags: u8, text: &[u8]| {
        let how = choices.byte();
        let packet = raw(side, sequence, ack, flags, text);
        let place = packets.len();
        if how & 0x80 != 0 {
            packets.push((place + usize::from(how >> 4 & 7), packet.clone()));
        }
        packets.push((place + usize::from(how & 7), packet));
    };
    push(&mut choices, 0, next[0], 0, SYN, b"");
    next[0] = next[0].wrapping_add(1);
    push(&mut choices, 1, next[1], next[0], SYN | ACK, b"");
    next[1] = next[1].wrapping_add(1);
    push(&mut choices, 0, next[0], next[1], ACK, b"");
    let mut value = 0_u8;
    while !choices.0.is_empty() {
        let what = choices.byte();
        let (side, length) = (usize::from(what & 1), usize::from(what >> 1 & 0x3f));
        let text: Vec<u8> = (0..length)
            .map(|_| {
                value = value.wrapping_mul(29).wrapping_add(113);
                value
            })
            .collect();
        // A repetition may begin within what was sent and reach into the new.
        let again = if what & 0x80 == 0 { 0 } else { usize::from(choices.byte()).min(sent[side].len()) };
        sent[side].extend(&text);
        let from = sent[side].len() - length - again;
        let sequence = next[side].wrapping_sub(again as u32);
        push(&mut choices, side, sequence, next[1 - side], ACK, &sent[side][from..]);
        next[side] = next[side].wrapping_add(length as u32);
    }
    push(&mut choices, 0, next[0], next[1], FIN | ACK, b"");
    push(&mut choices, 1, next[1], next[0].wrapping_add(1), FIN | ACK, b"");
    packets.sort_by_key(|(place, _)| *place);
    let (mut network, mut keeper) = (Network::new(Limits::default()), Keeper::default());
    for (index, (_, data)) in packets.iter().enumerate() {
        let time = Timestamp(index as i64 * 1_000_000);
        let link = LinkType::RAW;
        network.push(
            &mut keeper,
            &Frame { number: index as u64 + 1, time, link, data, original_length: data.len() as u32 },
        );
    }
    let health = network.health().clone();
    let keeper = finish(network, keeper, packets.len() as u64);
    assert_eq!(keeper.sent, sent);
    assert_eq!(keeper.ended, [true, true]);
    assert_eq!((health.streams, health.gaps, health.overlap_conflicts, health.undecoded_frames), (1, 0, 0, 0));
}

/// A segment in a raw IPv4 packet.
fn raw(side: usize, sequence: u32, ack: u32, flags: u8, text: &[u8]) -> Vec<u8> {
    let ends = [([10, 0, 0, 7], 49_152_u16), ([10, 0, 0, 1], 104)];
    let (from, to) = (ends[side], ends[1 - side]);
    let mut packet = vec![0x45, 0];
    packet.extend((40 + text.len() as u16).to_be_bytes());
    packet.extend([0, 1, 0, 0, 64, 6, 0, 0]);
    packet.extend(from.0);
    packet.extend(to.0);
    packet.extend(from.1.to_be_bytes());
    packet.extend(to.1.to_be_bytes());
    packet.extend(sequence.to_be_bytes());
    packet.extend(ack.to_be_bytes());
    packet.extend([0x50, flags, 255, 255, 0, 0, 0, 0]);
    packet.extend(text);
    packet
}
