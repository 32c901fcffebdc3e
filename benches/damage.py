#!/usr/bin/env python3
"""Captures made worse, or wrapped otherwise, and whether the inventory stays right.

usage: benches/damage.py [--iomt BINARY] [--only CAPTURE,..] [--variant PATTERN] [--seeds N] [--dissect] [CAPTURE_OR_FOLDER...]

Every capture (by default those of fixtures/captures) is rewritten in many ways, and `iomt identify` is asked about each. What is compared
depends on what was done:

    same    every byte is there: devices, classes, values, relations and fingerprints must be those of the original
    nomac   the link has no hardware addresses: the same without them, and without what only they tell
    lossy   something is missing: fewer facts are right; other ones, or one at another address, are not

Frame numbers, offsets and times are left out. Differences are listed, then counted by class; the exit status is 1 if there are any.
`lossy` prints what is known by less (a device that lost its serial number has another id) only as a count. docs/hostile-input.md says
what was found, and which differences are right.
"""
import argparse
import collections
import gzip
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
IPV4, IPV6, ARP = b"\x08\x00", b"\x86\xdd", b"\x08\x06"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
Frame = collections.namedtuple("Frame", "time data length")     # nanoseconds; bytes; bytes on the wire


def frame(time, data):
    return Frame(time, data, len(data))


# --- files --------------------------------------------------------------------------------------------------------------

def read(path):
    """The frames of a pcap file whose link is Ethernet."""
    with open(path, "rb") as file:
        raw = file.read()
    order = "<" if raw[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    unit = 1 if raw[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1000
    frames, at = [], 24
    while at + 16 <= len(raw):
        seconds, fraction, captured, length = struct.unpack(order + "IIII", raw[at:at + 16])
        frames.append(Frame(seconds * 10**9 + fraction * unit, raw[at + 16:at + 16 + captured], length))
        at += 16 + captured
    return frames


def pcap(frames, link=1, order="<", nanoseconds=False):
    unit = 1 if nanoseconds else 1000
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for time, data, length in frames:
        parts += [struct.pack(order + "IIII", time // 10**9, time % 10**9 // unit, len(data), length), data]
    return b"".join(parts)


def pcapng(frames, order="<", interfaces=1, options=False, sections=1):
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        size = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", kind) + size + body + size

    def option(code, value):
        return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)

    end = option(0, b"") if options else b""
    parts, each = [], max(1, -(-len(frames) // sections))
    for section in range(sections):
        comment = option(1, b"constructed") + end if options else b""
        parts.append(block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + comment))
        for number in range(interfaces):
            # Every second interface counts nanoseconds.
            clock = option(9, b"\x09") + option(0, b"") if number % 2 else b""
            parts.append(block(1, struct.pack(order + "HHI", 1, 0, 0) + clock))
        for number, (time, data, length) in enumerate(frames[section * each:(section + 1) * each]):
            interface = number % interfaces
            ticks = time if interface % 2 else time // 1000
            head = struct.pack(order + "IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), length)
            comment = option(1, b"a comment") + end if options else b""
            parts.append(block(6, head + data + b"\0" * (-len(data) % 4) + comment))
    return b"".join(parts)


# --- packets ------------------------------------------------------------------------------------------------------------

class Packet:
    """The IP packet of an Ethernet frame; `link` is all before it."""

    def __init__(self, data):
        at = 12
        while data[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
            at += 4
        self.link, kind, ip = data[:at + 2], data[at:at + 2], data[at + 2:]
        if kind == IPV4 and not struct.unpack(">H", ip[6:8])[0] & 0x3FFF:
            size = struct.unpack(">H", ip[2:4])[0] or len(ip)
            self.source, self.destination, self.protocol, self.hops = ip[12:16], ip[16:20], ip[9], ip[8]
            self.body = ip[(ip[0] & 15) * 4:size]
        elif kind == IPV6 and ip[6] in (6, 17, 58):
            self.source, self.destination, self.protocol, self.hops = ip[8:24], ip[24:40], ip[6], ip[7]
            self.body = ip[40:40 + struct.unpack(">H", ip[4:6])[0]]
        else:
            raise ValueError

    def bytes(self, offset=None, more=False, identification=1):
        """The frame; with an offset, as a fragment."""
        if len(self.source) == 16:
            body, protocol = self.body, self.protocol
            if offset is not None:
                body = struct.pack(">BBHI", protocol, 0, offset | more, identification) + body
                protocol = 44
            return self.link + struct.pack(">IHBB", 6 << 28, len(body), protocol, self.hops) + self.source + \
                self.destination + body
        flags = 0x4000 if offset is None else offset // 8 | more << 13
        head = (0x45, 0, (20 + len(self.body)) & 0xFFFF, identification, flags, self.hops, self.protocol, 0)
        return self.link + struct.pack(">BBHHHBBH", *head) + self.source + self.destination + self.body


class Segment:
    """A TCP segment."""

    def __init__(self, body):
        self.ports, self.sequence, self.acknowledgement, size, self.flags = body[:4], *struct.unpack(">IIBB", body[4:14])
        self.rest, self.data = body[14:(size >> 4) * 4], body[(size >> 4) * 4:]

    def bytes(self, data, skip=0, flags=None):
        flags = self.flags if flags is None else flags
        head = struct.pack(">IIBB", (self.sequence + skip) % 2**32, self.acknowledgement, (14 + len(self.rest)) // 4 << 4, flags)
        return self.ports + head + self.rest + data


def packets(frames, change):
    """Each IP packet replaced by the frames that `change` makes of it."""
    out = []
    for one in frames:
        try:
            packet = Packet(one.data)
        except (ValueError, IndexError, struct.error):
            out.append(one)
            continue
        out += [frame(one.time, data) for data in change(packet)]
    return out


def segments(frames, change):
    """Each TCP segment replaced by the segments that `change` makes of it."""
    def apply(packet):
        if packet.protocol != 6:
            return [packet.bytes()]
        out = []
        for body in change(packet, Segment(packet.body)):
            packet.body = body
            out.append(packet.bytes())
        return out
    return packets(frames, apply)


def is_tcp(data):
    return data[12:14] == IPV4 and data[23] == 6 or data[12:14] == IPV6 and data[20] == 6


def conversation(packet, segment):
    return packet.source, packet.destination, segment.ports


# --- what is done to TCP and IP -----------------------------------------------------------------------------------------

def cut_into(size):
    def change(_, segment):
        data = segment.data
        starts = range(0, len(data), size) or [0]
        last = starts[-1]
        return [segment.bytes(data[at:at + size], at, segment.flags if at == last else segment.flags & ~(FIN | PSH)) for at in starts]
    return change


def overlapping(size):
    """Each segment begins with the end of the one before it."""
    last = {}

    def change(packet, segment):
        key = conversation(packet, segment)
        end, tail = last.get(key, (None, b""))
        data = segment.data
        if segment.flags & SYN:
            last.pop(key, None)
        elif data and (end is None or (segment.sequence + len(data) - end) % 2**32 < 2**31):
            last[key] = ((segment.sequence + len(data)) % 2**32, data[-size:])
        if data and end == segment.sequence:
            return [segment.bytes(tail + data, -len(tail))]
        return [segment.bytes(data)]
    return change


def repeated(frames, rng):
    """A third of the segments come again, later, cut elsewhere."""
    out, later = [], []
    for number, one in enumerate(frames):
        out.append(one)
        out += [frame(one.time, data) for due, data in later if due == number]

        def part(_, segment):
            if len(segment.data) < 2 or rng.random() > 0.3:
                return []
            start = rng.randrange(len(segment.data))
            return [segment.bytes(segment.data[start:rng.randrange(start + 1, len(segment.data) + 1)], start)]
        if is_tcp(one.data):
            later += [(number + rng.randrange(1, 6), again.data) for again in segments([one], part)]
    return out


def fragments(size, rng=None):
    def change(packet):
        body = packet.body
        if len(body) <= size:
            return [packet.bytes()]
        identification, parts = rng.randrange(1, 2**16) if rng else change.next, []
        change.next = change.next % 65535 + 1
        for at in range(0, len(body), size):
            packet.body = body[at:at + size]
            parts.append(packet.bytes(at, at + size < len(body), identification))
        if rng:
            rng.shuffle(parts)
        return parts
    change.next = 1
    return change


def one_direction(lower):
    def change(packet):
        if packet.protocol not in (6, 17):
            return [packet.bytes()]
        ends = (packet.body[:2], packet.source), (packet.body[2:4], packet.destination)
        return [packet.bytes()] if (ends[0] < ends[1]) == lower else []
    return change


# --- links and tunnels --------------------------------------------------------------------------------------------------

ENDS = b"\x02\xfe\0\0\0\1\x02\xfe\0\0\0\2"


def outer(protocol, body):
    packet = Packet(ENDS + IPV4 + struct.pack(">BBHHHBBH", 0x45, 0, 20, 0, 0, 64, 0, 0) + b"\xac\x10\0\1\xac\x10\0\2")
    packet.protocol, packet.body = protocol, body
    return packet.bytes()


def in_gre(header):
    return lambda data: outer(47, header + data)


def in_udp(port, header):
    return lambda data: outer(17, struct.pack(">HHHH", 50000, port, 8 + len(header) + len(data), 0) + header + data)


def wireless(data):
    return b"\x88\x01\0\0" + ENDS[:6] + data[6:12] + data[:6] + b"\x10\0\0\0\xaa\xaa\3\0\0\0" + data[12:]


def family(data):
    return 2 if data[12:14] == IPV4 else 30


ETHERNET = {
    "vlan": lambda d: d[:12] + b"\x81\0\0\x64" + d[12:],
    "qinq": lambda d: d[:12] + b"\x88\xa8\1\x2c\x81\0\0\x64" + d[12:],
    "mpls-pseudowire": lambda d: ENDS + b"\x88\x47\0\1\1\x40\0\0\0\0" + d,
    "erspan-1": in_gre(b"\0\0\x88\xbe"),
    "erspan-2": in_gre(b"\x10\0\x88\xbe\0\0\0\1\x10\x64\0\1\0\0\0\1"),
    "erspan-3": in_gre(b"\x10\0\x22\xeb\0\0\0\1\x20\x64\0\1\0\0\0\1\0\0\0\0"),
    "gre": in_gre(b"\x20\0\x65\x58\0\0\0\7"),
    "vxlan": in_udp(4789, b"\x08\0\0\0\0\0\x2a\0"),
    "vxlan-gpe": in_udp(4790, b"\x0c\0\0\3\0\0\x2a\0"),
    "geneve": in_udp(6081, b"\x02\0\x65\x58\0\0\x2a\0\1\2\x80\1abcd"),
    "tzsp": in_udp(37008, b"\1\0\0\1\x0a\1\x20\1"),
    "padded": lambda d: d.ljust(60, b"\xaa") + b"\xde\xad\xbe\xef",
}
OF_IP = {
    "pppoe": lambda d: d[:12] + b"\x88\x64\x11\0\0\1" + struct.pack(">H", len(d) - 12) + (b"\0\x21" if family(d) == 2 else b"\0\x57") + d[14:],
    "mpls": lambda d: d[:12] + b"\x88\x47\0\1\0\x40\0\2\1\x40" + d[14:],
    "llc": lambda d: d[:12] + struct.pack(">H", len(d) - 6) + b"\xaa\xaa\3\0\0\0" + d[12:] if len(d) < 1500 else d,
}
LINKS = {
    "802.11": (105, "same", wireless),
    "radiotap": (127, "same", lambda d: b"\0\0\x0c\0\4\0\0\0\2\0\0\0" + wireless(d)),
    "ppi": (192, "same", lambda d: b"\0\0\x08\0\x69\0\0\0" + wireless(d)),
    "cooked": (113, "nomac", lambda d: b"\0\0\0\1\0\6" + d[6:12] + b"\0\0" + d[12:]),
    "cooked-2": (276, "nomac", lambda d: d[12:14] + b"\0\0\0\0\0\2\0\1\0\6" + d[6:12] + b"\0\0" + d[14:]),
    "raw": (101, "nomac", lambda d: d[14:]),
    "loopback": (0, "nomac", lambda d: struct.pack("<I", family(d)) + d[14:]),
    "loopback-be": (108, "nomac", lambda d: struct.pack(">I", family(d)) + d[14:]),
    "ppp": (9, "nomac", lambda d: b"\xff\3\0" + (b"\x21" if family(d) == 2 else b"\x57") + d[14:]),
    "hdlc": (104, "nomac", lambda d: b"\x0f\0" + d[12:]),
    "nflog": (239, "nomac", lambda d: bytes([family(d), 0, 0, 0]) + struct.pack("<HH", len(d) - 10, 9) + d[14:]),
}


# --- the variants -------------------------------------------------------------------------------------------------------

def variants(name, clean, seeds):
    """(name, class, what must hold, files)"""
    count = len(clean)

    def of(variant, group, kind, frames, **form):
        return variant, group, kind, [pcap(frames, **form)]

    for seed in range(seeds):
        rng = random.Random(f"{name} {seed}")
        for share in (1, 5, 20):
            yield of(f"loss-{share}.{seed}", "packet loss", "lossy", [one for one in clean if rng.random() * 100 >= share])
        for window in (2, 4, 8):
            order = [one for at in range(0, count, window) for one in rng.sample(clean[at:at + window], len(clean[at:at + window]))]
            yield of(f"reordered-{window}.{seed}", "reordering", "same", [frame(at.time, one.data) for at, one in zip(clean, order)])
        yield of(f"repeated.{seed}", "retransmissions", "same", repeated(clean, rng))
        yield of(f"fragments-shuffled.{seed}", "IP fragments", "same", packets(clean, fragments(104, rng)))
    for lower in (False, True):
        yield of(f"one-direction-{int(lower)}", "one direction", "lossy", packets(clean, one_direction(lower)))
    for share in (1, 10, 30, 50, 70, 90):
        yield of(f"late-{share}", "begun late", "lossy", clean[count * share // 100:])
        yield of(f"ended-{share}", "ended early", "lossy", clean[:count * share // 100])
    yield of("no-handshake", "begun late", "lossy", segments(clean, lambda _, s: [] if s.flags & SYN else [s.bytes(s.data)]))
    for size in (64, 96, 128, 160, 256, 512, 1500):
        yield of(f"snap-{size}", "snap length", "lossy", [Frame(one.time, one.data[:size], one.length) for one in clean])
    # A datagram that comes twice is two statements; a segment that does is one.
    twice = segments(clean, lambda _, s: [s.bytes(s.data)] * 2)
    yield of("duplicates", "duplicates", "same", twice)
    for size in (1, 7, 536, 1460):
        if size > 1 or sum(one.length for one in clean) < 200_000:
            yield of(f"segments-{size}", "re-segmentation", "same", segments(clean, cut_into(size)))
    for size in (1, 20, 400):
        yield of(f"overlap-{size}", "overlaps", "same", segments(clean, overlapping(size)))
    for size in (24, 256):
        yield of(f"fragments-{size}", "IP fragments", "same", packets(clean, fragments(size)))
    for variant, wrap in ETHERNET.items():
        yield of(variant, "encapsulation", "same", [frame(one.time, wrap(one.data)) for one in clean])
    ip = [one for one in clean if one.data[12:14] in (IPV4, IPV6)]
    for variant, wrap in OF_IP.items():
        rest = [one if one.data[12:14] not in (IPV4, IPV6) else frame(one.time, wrap(one.data)) for one in clean]
        yield of(variant, "encapsulation", "same", rest)
    for variant, (link, kind, wrap) in LINKS.items():
        yield of(variant, "links", kind, [frame(one.time, wrap(one.data)) for one in (clean if kind == "same" else ip)], link=link)
    routed = [frame(one.time, ENDS[:6] + ENDS[:6] + one.data[12:]) for one in ip]
    yield of("routed", "one router's address", "nomac", routed)
    yield of("big-endian", "files", "same", clean, order=">")
    yield of("nanoseconds", "files", "same", clean, nanoseconds=True)
    for variant, form in (("pcapng", {}), ("pcapng-be", {"order": ">", "options": True}), ("pcapng-interfaces", {"interfaces": 3}),
                          ("pcapng-sections", {"sections": 3, "options": True})):
        yield variant, "files", "same", [pcapng(clean, **form)]
    yield "gzip", "files", "same", [gzip.compress(pcap(clean))]
    yield "cut-file", "files", "lossy", [pcap(clean)[:-5]]
    for parts in (2, 5):
        each = -(-count // parts)
        files = [pcap(clean[at:at + each]) for at in range(0, count, each)]
        yield f"parts-{parts}", "several files", "same", files
        yield f"parts-{parts}-backwards", "several files", "same", files[::-1]
    yield "given-twice", "several files", "same", [pcap(clean)] * 2


# --- the comparison -----------------------------------------------------------------------------------------------------

# What depends on when or where something was captured; of evidence, only what comes first is shown.
LEFT_OUT = {"frame", "offset", "time", "first", "last", "input", "latency", "security", "evidence"}
# Rhythm is part of it.
OF_TIME = "TB1"


def essence(value):
    if isinstance(value, dict):
        return {key: essence(inner) for key, inner in value.items() if key not in LEFT_OUT}
    if isinstance(value, list):
        inner = [essence(one) for one in value if not (isinstance(one, dict) and one.get("scheme") == OF_TIME)]
        return sorted(inner, key=lambda one: json.dumps(one, sort_keys=True)) if inner and isinstance(inner[0], dict) else inner
    return value


def value(device, attribute):
    return (device.get(attribute) or {}).get("value")


def addresses(device):
    return {ip for ip in device["addresses"]["ip"] if not ip.startswith("fe80:")}


def told(device):
    return " | ".join([device["kind"], device["id"], ",".join(sorted(addresses(device)))] +
                      [str(value(device, name)) for name in ("manufacturer", "model", "serial", "class")])


def without_hardware(device):
    kept = {name: value(device, name) for name in ("model", "serial", "class", "location")}
    kept["relations"] = sorted(relation["type"] for relation in device.get("relations", []))
    kept["names"] = sorted((name["kind"], name["value"]) for name in device.get("names", []))
    return {"kind": device["kind"], "addresses": sorted(addresses(device)), **kept}


def same(original, changed, kind):
    """(wrong, known by less)"""
    before, after = essence(original["devices"]), essence(changed["devices"])
    if kind == "nomac":
        before, after = ([without_hardware(device) for device in devices] for devices in (before, after))
    return ([f"- {json.dumps(device)}" for device in before if device not in after] +
            [f"+ {json.dumps(device)}" for device in after if device not in before]), 0


def lossy(original, changed):
    """(wrong, known by less)"""
    wrong, less = [], 0
    known = {device["id"]: device for device in original["devices"]}
    for device in changed["devices"]:
        base = known.get(device["id"])
        if base is None:
            less += 1
            alike = [one for one in original["devices"]
                     if addresses(one) & addresses(device) or value(device, "model") and value(one, "model") == value(device, "model")]
            base = next((one for one in alike if one["kind"] == device["kind"]), alike[0] if alike else None)
        if base is None:
            # What is known by an identifier alone is nobody's that can be compared.
            if value(device, "model") or value(device, "serial"):
                wrong.append("nobody of the original: " + told(device))
            continue
        for name in ("manufacturer", "model", "serial", "class", "location"):
            decision = base.get(name) or {}
            said = {decision.get("value")} | {one.get("value") for one in decision.get("evidence", [])}
            if value(device, name) is not None and value(device, name) not in said:
                wrong.append(f"{name}: {told(base)} => {told(device)}")
        if (value(device, "model") or value(device, "serial")) and not addresses(device) <= addresses(base):
            wrong.append(f"at another address: {told(base)} => {told(device)}")
    return wrong, less


def run(command):
    """Output, and what is wrong with the run itself."""
    process = subprocess.run(command, capture_output=True, timeout=120, check=False)
    wrong = [] if process.returncode in (0, 3) else [f"exit status {process.returncode}"]
    if b"panicked" in process.stderr:
        wrong.append(process.stderr[-200:].decode("utf-8", "replace"))
    return process.stdout, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--iomt", default=os.path.join(ROOT, "target", "release", "iomt"))
    parser.add_argument("--only", default="")
    parser.add_argument("--variant", default=".*")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--dissect", action="store_true", help="also dissect every variant, as JSON and as text")
    parser.add_argument("paths", nargs="*", default=[os.path.join(ROOT, "fixtures", "captures")])
    arguments = parser.parse_args()
    captures = []
    for path in arguments.paths:
        captures += [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
    captures = [path for path in sorted(captures) if path.endswith(".pcap")]
    tally = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        for path in captures:
            name = os.path.basename(path)
            if not any(name.startswith(prefix) for prefix in arguments.only.split(",")):
                continue
            clean = read(path)
            out, wrong = run([arguments.iomt, "identify", "--format", "json", path])
            original = json.loads(out)
            for variant, group, kind, files in variants(name, clean, arguments.seeds):
                if not re.fullmatch(arguments.variant, variant):
                    continue
                paths = []
                for number, content in enumerate(files):
                    paths.append(os.path.join(folder, f"part{number}"))
                    with open(paths[-1], "wb") as file:
                        file.write(content)
                out, wrong = run([arguments.iomt, "identify", "--format", "json", *paths])
                less = 0
                if not wrong:
                    inventory = json.loads(out)
                    wrong, less = lossy(original, inventory) if kind == "lossy" else same(original, inventory, kind)
                for form in ("json", "text") if arguments.dissect else ():
                    wrong += run([arguments.iomt, "dissect", "--format", form, *paths])[1]
                tally[group].update(run=1, wrong=bool(wrong), less=bool(less))
                if wrong:
                    print(f"{name} {variant} [{kind}]", *wrong[:8], sep="\n    ")
    print(f"\n{'class':24} {'variants':>8} {'differ':>8} {'known by less':>14}")
    for group, counts in sorted(tally.items()):
        print(f"{group:24} {counts['run']:8} {counts['wrong']:8} {counts['less']:14}")
    return 1 if any(counts["wrong"] for counts in tally.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
