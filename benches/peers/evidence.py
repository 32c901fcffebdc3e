#!/usr/bin/env python3
"""Follows every piece of evidence of an inventory back into the capture: does its value stand where frame and offset say?

    pip install dpkt==1.9.8
    cargo build --release -p iomt-cli
    benches/peers/evidence.py target/release/iomt fixtures/captures

Streams are put together here, by sequence number and nothing more, so the captures must be clean ones. A value stands at its offset, behind
the header of the DICOM element or the name of the XML element that begins there, or there in bytes where it is written in digits
(addresses, EUI-64). What is concluded instead of quoted (a class from a code, a maker from a prefix) must have its frame and its offset within
what that direction sent. Exit status 1 if not.
"""

import collections
import ipaddress
import json
import pathlib
import subprocess
import sys

import dpkt

# How far behind the offset a value may begin: the longest header is that of an attribute of POCT1-A, `<DEV.manufacturer_name V="`.
HEADER = 32


def streams(path):
    """What each frame carried: the payload of a datagram, or the stream that a segment is of; and the streams."""
    bases, frames, said = {}, {}, collections.defaultdict(bytearray)
    with open(path, "rb") as file:
        for number, (_, frame) in enumerate(dpkt.pcap.Reader(file), 1):
            ip = dpkt.ethernet.Ethernet(frame).data
            if not isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)):
                continue
            if isinstance(ip.data, dpkt.udp.UDP):
                frames[number] = (bytes(ip.data.data), None)
            if not isinstance(ip.data, dpkt.tcp.TCP):
                continue
            tcp, ends = ip.data, (ip.src, ip.data.sport, ip.dst, ip.data.dport)
            if tcp.flags & dpkt.tcp.TH_SYN:
                bases[ends] = ((tcp.seq + 1) & 0xFFFFFFFF, number)
            base, opened = bases.setdefault(ends, (tcp.seq, number))
            stream, at = said[ends, opened], (tcp.seq - base) & 0xFFFFFFFF
            if tcp.data and at < 1 << 28:
                stream.extend(bytes(max(0, at + len(tcp.data) - len(stream))))
                stream[at : at + len(tcp.data)] = tcp.data
            frames[number] = (None, (ends, opened))
    return frames, said


def evidence(node):
    if isinstance(node, dict):
        if {"frame", "offset", "value"} <= node.keys():
            yield node
        for child in node.values():
            yield from evidence(child)
    elif isinstance(node, list):
        for child in node:
            yield from evidence(child)


def forms(value):
    """How a value may stand in the bytes."""
    yield from (value.encode(), value.encode("latin-1", "replace"), value.strip().split(" ")[0].encode(), value.encode("utf-16-be"))
    try:
        yield ipaddress.ip_address(value).packed
    except ValueError:
        pass
    digits = value.replace(":", "").replace("-", "")
    if len(digits) in (12, 16) and all(digit in "0123456789abcdefABCDEF" for digit in digits):
        yield bytes.fromhex(digits)


def main(iomt, folder):
    captures = {path.name: streams(path) for path in pathlib.Path(folder).glob("*.pcap")}
    output = subprocess.run([iomt, "identify", "--format", "json", folder], capture_output=True, check=False)
    quoted, concluded, lost = 0, collections.Counter(), []
    for one in evidence(json.loads(output.stdout)["devices"]):
        frames, said = captures[one["input"]]
        datagram, stream = frames.get(one["frame"], (b"", None))
        sent = bytes(said[stream]) if datagram is None else datagram
        here = sent[one["offset"] : one["offset"] + HEADER + len(one["value"]) * 2]
        if any(form and form.lower() in here.lower() for form in forms(one["value"])):
            quoted += 1
        elif one["protocol"] == "link" or here:
            concluded[f"{one['protocol']} {one['field']}"] += 1
        else:
            lost.append(f"{one['input']} frame {one['frame']} offset {one['offset']}: {one['field']}")
    print(f"{quoted} quoted where they stand, {concluded.total()} concluded from:")
    print(", ".join(f"{field} {count}" for field, count in sorted(concluded.items())))
    print("\n".join(lost) or "none is outside what was sent")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
