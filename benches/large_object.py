#!/usr/bin/env python3
"""The memory of `iomt identify` on a capture with one C-STORE of a gibibyte, which is piped in as it is made.

usage: benches/large_object.py [--iomt BINARY] [--mebibytes N]
"""
import argparse
import json
import os
import struct
import subprocess
import sys
import time

import hostile as made

SEGMENT = 1448


def capture(out, size):
    """One association with one object: the same PDU of pixels again and again, in segments that do not fit it."""
    frames = made.Capture()
    pixels = made.long(0x7FE0, 0x10, b"OW", size)
    serial = made.short(0x18, 0x1000, b"LO", b"L-1 ")
    head = made.associate() + made.pdu(4, made.pdv(1, 3, made.command()))
    head += made.pdu(4, made.pdv(1, 0, made.HEAD + made.MAKER + serial + pixels))
    frames.talk(head, made.associate(2), close=False)
    out.write(frames.out)
    frames.out = bytearray()
    sequence, whole = 1000 + len(head), made.pdu(4, made.pdv(1, 0, bytes(16372)))
    rest, pending = size, b""
    while rest or pending:
        while rest and len(pending) < SEGMENT:
            part = min(rest, 16372)
            rest -= part
            last = 0 if rest else 2
            pending += whole if part == 16372 and not last else made.pdu(4, made.pdv(1, last, bytes(part)))
        send, pending = pending[:SEGMENT], pending[SEGMENT:]
        frames.frame(10, 5, (40000, 104), (sequence & 0xFFFFFFFF, 1000 + len(made.associate(2))), 0x18, send)
        sequence += len(send)
        if len(frames.out) > 1 << 20:
            out.write(frames.out)
            frames.out = bytearray()
    frames.frame(10, 5, (40000, 104), (sequence & 0xFFFFFFFF, 1000 + len(made.associate(2))), 0x11)
    out.write(frames.out)
    out.flush()


def peak(pid, known):
    """The most memory that a process had so far, in MiB; what is known already when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except (FileNotFoundError, StopIteration):
        return known


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iomt", default=os.path.join(made.ROOT, "target/release/iomt"))
    parser.add_argument("--mebibytes", type=int, default=1024)
    options = parser.parse_args()
    start = time.monotonic()
    command = [options.iomt, "identify", "--format", "json", "-"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    capture(child.stdin, options.mebibytes << 20)
    # All is fed: what it has now is the most, and it is asked again while it writes the inventory.
    said, most = b"", peak(child.pid, 0)
    child.stdin.close()
    while block := child.stdout.read1(4096):
        said += block
        most = max(most, peak(child.pid, most))
    code = child.wait()
    devices = json.loads(said)["devices"]
    serials = [device["serial"]["value"] for device in devices if "serial" in device]
    print(f"{options.mebibytes} MiB in one object: exit {code}, {time.monotonic() - start:.1f} s with the making, "
          f"peak {most:.1f} MiB, serial numbers {serials}")
    sys.exit(0 if serials == ["L-1"] and 0 < most < 32 else 1)


if __name__ == "__main__":
    main()
