//! What a network makes of handshakes, resets, reused ports, cuts, fragments and caps.
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

use common::*;
use iomt_capture::{LinkType, Mac, Transport};
use iomt_wire::{Direction, Limits};

use Direction::{Initiator, Responder};

fn handshake(bench: &mut Bench, client: u32, server: u32) {
    bench
        .push(&segment(Initiator, client, 0, SYN, b""))
        .push(&segment(Responder, server, client + 1, SYN | ACK, b""))
        .push(&segment(Initiator, client + 1, server + 1, ACK, b""));
}

#[test]
fn a_whole_conversation_is_opened_told_ended_and_closed_with_its_places() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 101, 501, ACK, b"question"))
        .push(&segment(Responder, 501, 109, ACK, b"answer"))
        .push(&segment(Initiator, 109, 507, ACK | FIN, b""))
        .push(&segment(Responder, 507, 110, ACK | FIN, b"!"));
    let flow = flow(Transport::Tcp, CLIENT, SERVER);
    assert_eq!(
        bench.recorder.events,
        [
            Event::Open(flow),
            Event::Data(Initiator, b"question".to_vec()),
            Event::Data(Responder, b"answer".to_vec()),
            Event::End(Initiator),
            Event::Data(Responder, b"!".to_vec()),
            Event::End(Responder),
            Event::Close(flow),
        ]
    );
    assert_eq!(bench.recorder.places[1].frame, 4);
    assert_eq!(bench.recorder.places[1].source_mac, Some(Mac(CLIENT_MAC)));
    assert_eq!(bench.recorder.places[2].source_mac, Some(Mac(SERVER_MAC)));
    // Late copies of a finished conversation are no new one.
    bench.push(&segment(Initiator, 101, 501, ACK, b"question")).push(&segment(Initiator, 100, 0, SYN, b"")).finish();
    assert_eq!(bench.recorder.events.len(), 7);
    assert_eq!(bench.network.health().streams, 1);
}

#[test]
fn a_syn_ack_alone_tells_who_began_and_where_both_streams_start() {
    let mut bench = Bench::new();
    // The server has the higher port here, so the ports would mislead.
    let (client, server) = (([10, 0, 0, 7], 80), ([10, 0, 0, 1], 2_762));
    let between = |direction, sequence, ack, flags, text: &[u8]| {
        segment_between(client, server, direction, sequence, ack, flags, text)
    };
    bench
        .push(&between(Initiator, 104, 10, ACK, b"lo"))
        .push(&between(Responder, 9, 101, SYN | ACK, b""))
        .push(&between(Initiator, 101, 10, ACK, b"hel"))
        .finish();
    assert_eq!(bench.recorder.flows(), [flow(Transport::Tcp, client, server)]);
    assert_eq!(bench.recorder.bytes(Initiator), b"hello");
    assert_eq!(bench.recorder.gaps(Initiator), Vec::<u64>::new());
}

#[test]
fn a_head_that_was_acknowledged_and_not_seen_is_a_gap_behind_an_unknown_start() {
    let mut bench = Bench::new();
    bench.push(&segment(Responder, 500, 1_000, ACK, b"")).push(&segment(Initiator, 1_030, 500, ACK, b"seen")).finish();
    assert_eq!(bench.recorder.gaps(Initiator), [0, 30]);
    assert_eq!(bench.recorder.bytes(Initiator), b"seen");
    assert_eq!(bench.network.health().gaps, 1);
}

#[test]
fn a_head_that_comes_after_the_start_was_declared_is_still_taken() {
    let mut bench = Bench::new();
    bench.push(&segment(Responder, 500, 1_000, ACK, b"")).push(&segment(Initiator, 1_005, 500, ACK, b" seen"));
    for _ in 0..5 {
        bench.wait(100).push(&segment(Responder, 500, 1_010, ACK, b""));
    }
    assert_eq!(bench.recorder.gaps(Initiator), [0], "the start was declared");
    bench.push(&segment(Initiator, 1_000, 500, ACK, b"first")).finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"first seen");
    assert_eq!(bench.network.health().gaps, 0);
}

#[test]
fn keep_alives_and_window_probes_are_harmless() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 101, 501, ACK, b"abc"))
        .push(&segment(Initiator, 103, 501, ACK, b"\0"))
        .push(&segment(Initiator, 103, 501, ACK, b""))
        .push(&segment(Initiator, 104, 501, ACK, b"d"))
        .push(&segment(Initiator, 104, 501, ACK, b"def"))
        .finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"abcdef");
    assert_eq!(bench.recorder.gaps(Initiator), Vec::<u64>::new());
}

#[test]
fn data_on_a_syn_begin_the_stream() {
    let mut bench = Bench::new();
    bench
        .push(&segment(Initiator, 100, 0, SYN, b"fast"))
        .push(&segment(Responder, 500, 105, SYN | ACK, b""))
        .push(&segment(Initiator, 105, 501, ACK, b" open"))
        .finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"fast open");
    assert_eq!(bench.network.health().streams, 1);
}

#[test]
fn a_port_used_again_is_a_new_connection_and_a_repeated_syn_is_not() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench.push(&segment(Initiator, 100, 0, SYN, b"")).push(&segment(Initiator, 101, 501, ACK, b"one"));
    assert_eq!(bench.network.health().streams, 1);
    bench.push(&segment(Initiator, 104, 501, ACK | RST, b""));
    handshake(&mut bench, 9_000, 8_000);
    bench.push(&segment(Initiator, 9_001, 8_001, ACK, b"two"));
    assert_eq!(bench.network.health().streams, 2);
    // Without a reset in between: the SYN-ACK confirms the new SYN.
    handshake(&mut bench, 70_000, 60_000);
    bench.push(&segment(Initiator, 70_001, 60_001, ACK, b"three")).finish();
    assert_eq!(bench.network.health().streams, 3);
    assert_eq!(bench.recorder.bytes(Initiator), b"onetwothree");
    assert_eq!(bench.network.health().gaps, 0);
}

#[test]
fn a_port_used_again_is_a_new_connection_though_no_handshake_was_seen() {
    let mut bench = Bench::new();
    for (client, server, question, answer) in
        [(101, 501, b"one", b"ONE"), (90_000_000, 200_000_000, b"two", b"TWO"), (3_000_000_000, 7, b"six", b"SIX")]
    {
        bench
            .push(&segment(Initiator, client, server, ACK, question))
            .push(&segment(Responder, server, client + 3, ACK, answer))
            .push(&segment(Initiator, client + 3, server + 3, ACK | FIN, b""))
            .push(&segment(Responder, server + 3, client + 4, ACK | FIN, b""));
    }
    bench.finish();
    assert_eq!(bench.network.health().streams, 3);
    assert_eq!(bench.network.health().gap_bytes, 0);
    assert_eq!(bench.recorder.bytes(Initiator), b"onetwosix");
    assert_eq!(bench.recorder.bytes(Responder), b"ONETWOSIX");
}

#[test]
fn a_stray_syn_does_not_end_a_living_connection() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 101, 501, ACK, b"one"))
        .push(&segment(Initiator, 77_000_000, 0, SYN, b""))
        .push(&segment(Initiator, 104, 501, ACK, b"two"))
        .finish();
    assert_eq!(bench.network.health().streams, 1);
    assert_eq!(bench.recorder.bytes(Initiator), b"onetwo");
}

#[test]
fn a_reset_waits_for_what_it_overtook_and_then_ends_both_directions() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 106, 501, RST, b""))
        .push(&segment(Initiator, 101, 501, ACK, b"tail!"))
        .wait(6_000)
        .push(&ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4([10, 9, 9, 9], [10, 9, 9, 8], 17, &udp(1, 2, b"tick"))));
    assert_eq!(bench.recorder.bytes(Initiator), b"tail!");
    assert!(bench.recorder.ended(Initiator) && bench.recorder.ended(Responder));
    assert!(bench.recorder.events.contains(&Event::Close(flow(Transport::Tcp, CLIENT, SERVER))));
    bench.finish();
}

#[test]
fn a_reset_from_outside_the_window_is_ignored() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 0xc000_0000, 501, RST, b""))
        .wait(6_000)
        .push(&segment(Initiator, 101, 501, ACK, b"alive"))
        .finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"alive");
    assert!(!bench.recorder.ended(Initiator));
}

#[test]
fn a_segment_cut_by_the_snap_length_is_its_head_and_a_gap_and_a_whole_copy_changes_nothing() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    let long = segment(Initiator, 101, 501, ACK, &[b'x'; 100]);
    bench.push_cut(&long, 64).push(&long).push(&segment(Initiator, 201, 501, ACK, b"next")).finish();
    assert_eq!(bench.recorder.gaps(Initiator), [90]);
    assert_eq!(bench.recorder.bytes(Initiator), b"xxxxxxxxxxnext");
    assert_eq!(bench.network.health().truncated_frames, 1);
    assert_eq!(bench.network.health().gap_bytes, 90);
}

#[test]
fn a_hole_is_given_up_once_it_was_acknowledged_and_packets_or_time_passed() {
    for slow in [false, true] {
        let mut bench = Bench::new();
        handshake(&mut bench, 100, 500);
        bench.push(&segment(Initiator, 111, 501, ACK, b"after"));
        bench.push(&segment(Responder, 501, 116, ACK, b""));
        assert!(bench.recorder.gaps(Initiator).is_empty());
        for _ in 0..if slow { 10 } else { 70 } {
            bench.wait(if slow { 150 } else { 0 }).push(&segment(Responder, 501, 116, ACK, b""));
        }
        assert_eq!(bench.recorder.gaps(Initiator), [10]);
        assert_eq!(bench.recorder.bytes(Initiator), b"after");
        bench.push(&segment(Initiator, 101, 501, ACK, b"too late..")).finish();
        assert_eq!(bench.recorder.bytes(Initiator), b"after");
    }
}

#[test]
fn a_hole_that_nobody_acknowledged_waits_for_the_repetition() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench.push(&segment(Initiator, 106, 501, ACK, b" world"));
    for _ in 0..100 {
        bench.wait(20).push(&segment(Responder, 501, 101, ACK, b""));
    }
    bench.push(&segment(Initiator, 101, 501, ACK, b"hello")).finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"hello world");
    assert_eq!(bench.network.health().gaps, 0);
}

#[test]
fn a_stray_acknowledgement_far_ahead_is_not_a_loss() {
    // After a handshake, and without one.
    for greeted in [true, false] {
        let mut bench = Bench::new();
        if greeted {
            handshake(&mut bench, 100, 500);
        }
        bench.push(&segment(Initiator, 101, 501, ACK, b"question"));
        bench.push(&segment(Responder, 501, 445_000_000, ACK, b""));
        bench
            .push(&segment(Responder, 501, 109, ACK, b"answer"))
            .push(&segment(Initiator, 109, 507, ACK, b"!"))
            .finish();
        assert_eq!(bench.recorder.bytes(Initiator), b"question!");
        assert_eq!(bench.recorder.bytes(Responder), b"answer");
        assert_eq!(bench.network.health().gap_bytes, 0, "greeted: {greeted}");
    }
}

#[test]
fn the_late_end_of_an_earlier_connection_is_not_that_of_the_next() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench
        .push(&segment(Initiator, 101, 445_000_001, ACK, b""))
        .push(&segment(Responder, 445_000_000, 77, ACK | FIN, b""))
        .push(&segment(Responder, 501, 101, ACK, b"answer"))
        .finish();
    assert_eq!(bench.recorder.bytes(Responder), b"answer");
    assert!(!bench.recorder.ended(Responder));
    assert_eq!(bench.network.health().gap_bytes, 0);
}

#[test]
fn one_side_alone_gives_up_holes_after_three_seconds() {
    let mut bench = Bench::new();
    bench.push(&segment(Initiator, 100, 0, SYN, b"")).push(&segment(Initiator, 111, 501, ACK, b"after"));
    for step in 0..10_u32 {
        bench.wait(400).push(&segment(Initiator, 116 + step, 501, ACK, b"."));
    }
    assert_eq!(bench.recorder.gaps(Initiator), [10]);
    bench.finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"after..........");
}

#[test]
fn the_first_copy_wins_and_a_different_second_one_is_counted() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    bench.push(&segment(Initiator, 104, 501, ACK, b"DEF")).push(&segment(Initiator, 101, 501, ACK, b"abcdxf")).finish();
    assert_eq!(bench.recorder.bytes(Initiator), b"abcDEF");
    assert_eq!(bench.network.health().overlap_conflicts, 3);
    assert_eq!(bench.network.health().duplicate_bytes, 3);
}

#[test]
fn caps_on_reordering_are_reported_under_their_names() {
    for (limits, name) in [
        (Limits { reorder_bytes: 10, ..Limits::default() }, "reorder_bytes"),
        (Limits { reorder_segments: 3, ..Limits::default() }, "reorder_segments"),
        (Limits { reorder_total: 600, ..Limits::default() }, "reorder_total"),
    ] {
        let mut bench = Bench::with(limits);
        handshake(&mut bench, 100, 500);
        for n in 0..6_u32 {
            bench.push(&segment(Initiator, 105 + 4 * n, 501, ACK, b"abcd"));
        }
        bench.finish();
        assert!(bench.network.health().limits_hit.contains_key(name), "{name}");
        assert_eq!(bench.recorder.gaps(Initiator), [4], "{name}");
        assert_eq!(bench.recorder.bytes(Initiator), b"abcd".repeat(6), "{name}");
    }
}

#[test]
fn the_flow_idle_longest_makes_room() {
    let mut bench = Bench::with(Limits { flows: 2, ..Limits::default() });
    for port in [1_000, 1_001, 1_000, 1_002] {
        let datagram = udp(port, 53, b"?");
        bench.push(&ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4(CLIENT.0, SERVER.0, 17, &datagram)));
    }
    let closed =
        bench.recorder.events.iter().find_map(|event| if let Event::Close(flow) = event { Some(*flow) } else { None });
    assert_eq!(closed.unwrap().initiator.port(), 1_001);
    assert_eq!(bench.network.health().limits_hit["flows"], 1);
    assert_eq!(bench.network.health().datagram_flows, 3);
    bench.finish();
}

#[test]
fn silent_conversations_are_closed_by_the_time_of_others() {
    let mut bench = Bench::new();
    handshake(&mut bench, 100, 500);
    let datagram = |port| ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4(CLIENT.0, SERVER.0, 17, &udp(port, 53, b"?")));
    bench.push(&datagram(1)).wait(121_000).push(&datagram(2));
    assert_eq!(bench.recorder.live, 2, "UDP after two minutes");
    bench.wait(3_600_000).push(&datagram(3));
    assert_eq!(bench.recorder.live, 1, "TCP after an hour");
    bench.finish();
}

#[test]
fn udp_directions_do_not_depend_on_who_was_seen_first() {
    let there = ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4(CLIENT.0, SERVER.0, 17, &udp(50_000, 24_105, b"there")));
    let back = ethernet(SERVER_MAC, CLIENT_MAC, 0x0800, &ipv4(SERVER.0, CLIENT.0, 17, &udp(24_105, 50_000, b"back")));
    for frames in [[&there, &back], [&back, &there]] {
        let mut bench = Bench::new();
        bench.push(frames[0]).push(frames[1]).finish();
        let flow = flow(Transport::Udp, (CLIENT.0, 50_000), (SERVER.0, 24_105));
        assert_eq!(bench.recorder.flows(), [flow]);
        assert!(bench.recorder.events.contains(&Event::Datagram(flow, Initiator, b"there".to_vec(), 0)));
        assert!(bench.recorder.events.contains(&Event::Datagram(flow, Responder, b"back".to_vec(), 0)));
    }
}

#[test]
fn a_cut_datagram_says_how_much_is_missing() {
    let frame = ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4(CLIENT.0, SERVER.0, 17, &udp(1, 2, b"0123456789")));
    let mut bench = Bench::new();
    bench.push_cut(&frame, frame.len() - 4).finish();
    assert!(matches!(&bench.recorder.events[1], Event::Datagram(_, _, bytes, 4) if bytes == b"012345"));
}

/// The fragments of a UDP datagram with `length` bytes, cut every `step` bytes.
fn fragments(length: usize, step: usize, id: u16) -> (Vec<Vec<u8>>, Vec<u8>) {
    let text: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
    let datagram = udp(1_000, 2_000, &text);
    let parts = datagram.chunks(step).enumerate().map(|(index, part)| {
        let more = if (index + 1) * step < datagram.len() { 0x2000 } else { 0 };
        let place = (index * step / 8) as u16 | more;
        ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4_part(CLIENT.0, SERVER.0, 17, id, place, part))
    });
    (parts.collect(), text)
}

fn datagrams(bench: &Bench) -> Vec<Vec<u8>> {
    let found = bench.recorder.events.iter().filter_map(|event| match event {
        Event::Datagram(_, _, bytes, 0) => Some(bytes.clone()),
        _ => None,
    });
    found.collect()
}

#[test]
fn fragments_in_any_order_and_copied_are_one_datagram() {
    let (parts, text) = fragments(3_000, 800, 7);
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let mut bench = Bench::new();
        for index in order {
            bench.push(&parts[index]).push(&parts[index]);
        }
        bench.finish();
        assert_eq!(datagrams(&bench), std::slice::from_ref(&text));
        let health = bench.network.health();
        assert_eq!((health.fragments, health.fragments_lost, health.fragment_overlaps), (8, 0, 0));
    }
}

#[test]
fn overlapping_fragments_are_refused_with_their_datagram() {
    let (parts, _) = fragments(3_000, 800, 7);
    let (other, _) = fragments(3_000, 1_200, 7);
    let mut bench = Bench::new();
    bench.push(&parts[0]).push(&other[0]).push(&parts[1]).push(&parts[2]).push(&parts[3]).finish();
    assert!(datagrams(&bench).is_empty());
    assert_eq!(bench.network.health().fragment_overlaps, 1);
    assert_eq!(bench.network.health().fragments_lost, 5);
}

#[test]
fn incomplete_datagrams_are_given_up_by_time_room_length_and_cut() {
    let (parts, _) = fragments(3_000, 800, 7);
    let mut bench = Bench::new();
    bench.push(&parts[0]).wait(31_000).push(&parts[1]).push(&parts[2]).push(&parts[3]).finish();
    assert!(datagrams(&bench).is_empty());
    assert_eq!(bench.network.health().fragments_lost, 4);

    let mut bench = Bench::with(Limits { fragment_datagrams: 2, ..Limits::default() });
    for id in 0..5 {
        bench.push(&fragments(3_000, 800, id).0[0]);
    }
    assert_eq!(bench.network.health().limits_hit["fragment_datagrams"], 3);

    let mut bench = Bench::with(Limits { fragment_bytes: 2_000, ..Limits::default() });
    for part in &parts {
        bench.push(part);
    }
    assert_eq!(bench.network.health().limits_hit["fragment_bytes"], 1);

    let mut bench = Bench::new();
    bench.push_cut(&parts[0], 100).push(&parts[1]).push(&parts[2]).push(&parts[3]).finish();
    assert!(datagrams(&bench).is_empty());
    assert_eq!(bench.network.health().fragments_lost, 4);
}

#[test]
fn fragments_of_ipv6_and_inside_a_tunnel_are_put_together() {
    let text = [b'v'; 100];
    let datagram = udp(1_000, 2_000, &text);
    let part = |place: u16, bytes: &[u8]| {
        let head = [&[17, 0][..], &place.to_be_bytes(), &[0, 0, 0, 9]].concat();
        ipv6([1; 16], [2; 16], 44, &[&head[..], bytes].concat())
    };
    let inner = [part(1, &datagram[..56]), part(56, &datagram[56..])];
    let mut bench = Bench::new();
    bench.link = LinkType::RAW;
    bench.push(&inner[1]).push(&inner[0]);
    // The same in IPv4 fragments that carry the first of them.
    let outer = |id, place, bytes: &[u8]| ipv4_part([9; 4], [8; 4], 41, id, place, bytes);
    let fresh = part(1, &datagram[..56]);
    bench.wait(2_000);
    bench.push(&outer(1, 0x2000, &fresh[..48])).push(&outer(1, 6, &fresh[48..]));
    bench.push(&outer(2, 0x2000, &inner[1][..48])).push(&outer(2, 6, &inner[1][48..])).finish();
    assert_eq!(datagrams(&bench), [text.to_vec(), text.to_vec()]);
}

#[test]
fn the_clock_of_a_capture_may_be_set_back() {
    let mut bench = Bench::new();
    let datagram = |port| ethernet(CLIENT_MAC, SERVER_MAC, 0x0800, &ipv4(CLIENT.0, SERVER.0, 17, &udp(port, 53, b"?")));
    bench.push(&datagram(1)).wait(-3_600_000);
    for _ in 0..40 {
        bench.push(&datagram(2));
    }
    // Two minutes by the new clock: both are silent.
    bench.wait(121_000).push(&datagram(3));
    assert_eq!(bench.recorder.events.iter().filter(|event| matches!(event, Event::Close(_))).count(), 2);
    bench.finish();
}
