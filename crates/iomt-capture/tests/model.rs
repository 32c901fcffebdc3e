//! TCP reassembly against a model: whatever is done to the packets of a conversation, the streams are those that were sent.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]

mod common;

use common::{ACK, Bench, FIN, RST, SYN, segment};
use iomt_wire::{Direction, Limits};
use proptest::prelude::*;

use Direction::{Initiator, Responder};

/// A conversation in the order in which it was held.
#[derive(Clone, Debug)]
struct Talk {
    sent: [Vec<u8>; 2],
    packets: Vec<Packet>,
    reset: bool,
}

#[derive(Clone)]
struct Packet {
    frame: Vec<u8>,
    is_data: bool,
}

impl std::fmt::Debug for Packet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |at: usize| u32::from_be_bytes(self.frame[at..at + 4].try_into().unwrap());
        let (port, flags, length) = (self.frame[35], self.frame[47], self.frame.len() - 54);
        write!(f, "from port ..{port} sequence {} ack {} flags {flags:02x} length {length}", number(38), number(42))
    }
}

/// The turns: who speaks, how much, in segments of which length.
fn turns() -> impl Strategy<Value = Vec<(bool, usize, usize)>> {
    prop::collection::vec((any::<bool>(), 1_usize..400, prop_oneof![1_usize..8, 1_usize..200]), 1..8)
}

fn isn() -> impl Strategy<Value = u32> {
    prop_oneof![any::<u32>(), (0_u32..600).prop_map(|below| u32::MAX - below), Just(0), Just(u32::MAX)]
}

prop_compose! {
    fn talk(handshake: bool)(turns in turns(), client in isn(), server in isn(), seed: u8, reset in prop::bool::weighted(0.2)) -> Talk {
        let mut talk = Talk { sent: [Vec::new(), Vec::new()], packets: Vec::new(), reset };
        let mut push = |direction, sequence, ack, flags, payload: &[u8]| {
            talk.packets.push(Packet { frame: segment(direction, sequence, ack, flags, payload), is_data: !payload.is_empty() });
        };
        let mut next = [client.wrapping_add(1), server.wrapping_add(1)];
        if handshake {
            push(Initiator, client, 0, SYN, &[]);
            push(Responder, server, next[0], SYN | ACK, &[]);
            push(Initiator, next[0], next[1], ACK, &[]);
        }
        let mut byte = seed;
        for (by_server, length, size) in turns {
            let (me, direction) = if by_server { (1, Responder) } else { (0, Initiator) };
            let text: Vec<u8> = (0..length).map(|_| { byte = byte.wrapping_mul(29).wrapping_add(113); byte }).collect();
            for (index, piece) in text.chunks(size).enumerate() {
                push(direction, next[me], next[1 - me], ACK, piece);
                next[me] = next[me].wrapping_add(piece.len() as u32);
                if index % 2 == 1 {
                    push(direction.reverse(), next[1 - me], next[me], ACK, &[]);
                }
            }
            push(direction.reverse(), next[1 - me], next[me], ACK, &[]);
            talk.sent[me].extend(text);
        }
        if reset {
            push(Initiator, next[0], next[1], RST | ACK, &[]);
        } else {
            push(Initiator, next[0], next[1], FIN | ACK, &[]);
            push(Responder, next[1], next[0].wrapping_add(1), FIN | ACK, &[]);
            push(Initiator, next[0].wrapping_add(1), next[1].wrapping_add(1), ACK, &[]);
        }
        talk
    }
}

/// Moves each packet by less than `most` places.
fn shuffled(packets: Vec<Packet>, moves: &[usize], most: usize) -> Vec<Packet> {
    let mut keyed: Vec<(usize, Packet)> = packets
        .into_iter()
        .enumerate()
        .map(|(index, packet)| (index + moves.get(index % moves.len().max(1)).copied().unwrap_or(0) % most, packet))
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, packet)| packet).collect()
}

fn run(packets: &[Packet], limits: Limits) -> Bench {
    let mut bench = Bench::with(limits);
    for packet in packets {
        bench.push(&packet.frame);
    }
    bench.finish();
    bench
}

fn assert_complete(bench: &Bench, talk: &Talk) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        bench.recorder.flows(),
        vec![common::flow(iomt_capture::Transport::Tcp, common::CLIENT, common::SERVER)]
    );
    prop_assert_eq!(bench.recorder.bytes(Initiator), talk.sent[0].clone());
    prop_assert_eq!(bench.recorder.bytes(Responder), talk.sent[1].clone());
    prop_assert_eq!(bench.network.health().gap_bytes, 0);
    prop_assert!(bench.recorder.ended(Initiator) && bench.recorder.ended(Responder));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn shuffled_and_repeated_packets_give_the_streams_that_were_sent(
        talk in talk(true),
        moves in prop::collection::vec(0_usize..12, 1..40),
        again in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        let mut packets = Vec::new();
        for (index, packet) in talk.packets.iter().enumerate() {
            packets.push(packet.clone());
            if again[index % again.len()] {
                packets.push(packet.clone());
            }
        }
        let bench = run(&shuffled(packets, &moves, 12), Limits::default());
        assert_complete(&bench, &talk)?;
        prop_assert_eq!(bench.recorder.gaps(Initiator), Vec::<u64>::new());
        prop_assert_eq!(bench.recorder.gaps(Responder), Vec::<u64>::new());
        prop_assert_eq!(bench.network.health().overlap_conflicts, 0);
    }

    #[test]
    fn without_a_handshake_the_streams_begin_at_the_lowest_number_and_say_so(
        talk in talk(false),
        moves in prop::collection::vec(0_usize..6, 1..40),
    ) {
        let bench = run(&shuffled(talk.packets.clone(), &moves, 6), Limits::default());
        assert_complete(&bench, &talk)?;
        for (direction, sent) in [(Initiator, &talk.sent[0]), (Responder, &talk.sent[1])] {
            if !sent.is_empty() {
                prop_assert_eq!(bench.recorder.gaps(direction), vec![0]);
            }
        }
    }

    #[test]
    fn lost_packets_are_gaps_of_their_length_and_everything_else_stays_in_its_place(
        talk in talk(true),
        lost in prop::collection::vec(prop::bool::weighted(0.2), 1..40),
        moves in prop::collection::vec(0_usize..4, 1..40),
    ) {
        let packets: Vec<Packet> = talk.packets.iter().enumerate()
            .filter(|(index, packet)| !(packet.is_data && lost[index % lost.len()]))
            .map(|(_, packet)| packet.clone())
            .collect();
        let bench = run(&shuffled(packets, &moves, 4), Limits::default());
        for (direction, sent) in [(Initiator, &talk.sent[0]), (Responder, &talk.sent[1])] {
            let stream = bench.recorder.stream(direction);
            // One byte that was acknowledged and never seen may be a FIN: it is no gap.
            let doubt = usize::from(talk.reset);
            prop_assert!(stream.len() <= sent.len() && stream.len() + doubt >= sent.len(), "bytes and gaps add up: {} of {}, {:?}", stream.len(), sent.len(), bench.network.health());
            for (got, sent) in stream.iter().zip(sent) {
                prop_assert!(got.is_none_or(|got| got == *sent));
            }
        }
    }

    #[test]
    fn small_caps_cost_bytes_but_never_their_place(
        talk in talk(true),
        moves in prop::collection::vec(0_usize..60, 1..40),
        reorder_bytes in 0_usize..300,
        reorder_segments in 0_usize..6,
        reorder_total in 0_usize..2_000,
    ) {
        let limits = Limits { reorder_bytes, reorder_segments, reorder_total, ..Limits::default() };
        // The handshake stays in front: where a stream begins is not the question here.
        let mut packets = talk.packets.clone();
        let rest = packets.split_off(3);
        packets.extend(shuffled(rest, &moves, 60));
        let bench = run(&packets, limits);
        for (direction, sent) in [(Initiator, &talk.sent[0]), (Responder, &talk.sent[1])] {
            let stream = bench.recorder.stream(direction);
            prop_assert!(stream.len() <= sent.len());
            for (got, sent) in stream.iter().zip(sent) {
                prop_assert!(got.is_none_or(|got| got == *sent));
            }
        }
    }

    #[test]
    fn overlapping_repetitions_change_nothing(
        text in prop::collection::vec(any::<u8>(), 1..600),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..120), 1..60),
        moves in prop::collection::vec(0_usize..10, 1..40),
        isn in isn(),
        snap in prop::option::of(60_usize..120),
    ) {
        let mut packets = Vec::new();
        let whole = cuts.iter().map(|(at, length)| {
            let at = at.index(text.len());
            (at, (at + length).min(text.len()))
        });
        let mut covered = vec![false; text.len()];
        for (from, to) in whole {
            let frame = segment(Initiator, isn.wrapping_add(1 + from as u32), 0, ACK, &text[from..to]);
            let captured = snap.unwrap_or(usize::MAX).min(frame.len());
            covered[from..from + (captured - 54)].fill(true);
            packets.push((frame, captured));
        }
        let mut keyed: Vec<(usize, (Vec<u8>, usize))> = packets.into_iter().enumerate()
            .map(|(index, packet)| (index + moves[index % moves.len()], packet)).collect();
        keyed.sort_by_key(|(key, _)| *key);
        let mut bench = Bench::new();
        bench.push(&segment(Initiator, isn, 0, SYN, &[]));
        for (_, (frame, captured)) in &keyed {
            bench.push_cut(frame, *captured);
        }
        bench.finish();
        let stream = bench.recorder.stream(Initiator);
        for (index, got) in stream.iter().enumerate() {
            match got {
                Some(byte) => prop_assert_eq!(*byte, text[index]),
                None => prop_assert!(snap.is_some() || !covered[index], "byte {} was there", index),
            }
        }
        prop_assert_eq!(bench.network.health().overlap_conflicts, 0);
        let last = keyed.iter().map(|(_, (frame, _))| frame).map(|frame| {
            let sequence = u32::from_be_bytes(frame[38..42].try_into().unwrap());
            sequence.wrapping_sub(isn.wrapping_add(1)) as usize + frame.len() - 54
        }).max().unwrap();
        prop_assert_eq!(stream.len(), last);
    }

    #[test]
    fn any_bytes_on_any_link_are_survived_and_counted(
        frames in prop::collection::vec((prop::sample::select(vec![0_u32, 1, 12, 14, 101, 108, 113, 228, 229, 276, 9999]),
            prop::collection::vec(any::<u8>(), 0..120), any::<i64>()), 0..40),
    ) {
        let mut bench = Bench::new();
        for (link, bytes, time) in &frames {
            bench.link = iomt_capture::LinkType(*link);
            bench.time = time / 2;
            bench.push(bytes);
        }
        bench.finish();
        prop_assert_eq!(bench.network.health().frames, frames.len() as u64);
    }
}
