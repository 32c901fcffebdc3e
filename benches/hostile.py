#!/usr/bin/env python3
"""Inputs made to hurt, and what readers of DICOM make of them: time, peak memory, outcome.

usage: benches/hostile.py [--write FOLDER] [--only NAME] [--iomt BINARY] [--dicom-rs BINARY] [--programs A,B]

Every case is constructed here, byte by byte; docs/hostile-input.md says which class of failure each stands for, and has the table that
this prints. Beside iomt run, where they are installed: dicom-rs (benches/examples/dicom_rs.rs), pydicom on files and pynetdicom on PDUs,
dcmdump on files, tshark on captures. Each program has 20 seconds of CPU and 4 GiB. Peak memory counts from 11 MiB, which the process that
starts them has.
"""
import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib

EXPLICIT, DEFLATED = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.1.99"
CT = b"1.2.840.10008.5.1.4.1.1.2"
MIB = 1 << 20
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


# --- data sets and files ------------------------------------------------------------------------------------------------

def uid(value):
    return value + b"\0" * (len(value) % 2)


def short(group, element, vr, value):
    return struct.pack("<HH2sH", group, element, vr, len(value)) + value


def long(group, element, vr, length, value=b""):
    return struct.pack("<HH2sHI", group, element, vr, 0, length) + value


def item(length, value=b""):
    return struct.pack("<HHI", 0xFFFE, 0xE000, length) + value


OPEN = 0xFFFFFFFF
END_ITEM = struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
END_SEQUENCE = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
HEAD = short(8, 0x16, b"UI", uid(CT)) + short(8, 0x18, b"UI", uid(b"2.999.1.2"))
MAKER = short(8, 0x70, b"LO", b"Constructed ") + short(8, 0x1090, b"LO", b"Sampler ")


def part10(data_set, syntax=EXPLICIT, preamble=bytes(128), group_length=None):
    meta = long(2, 1, b"OB", 2, b"\0\1") + short(2, 2, b"UI", uid(CT)) + short(2, 3, b"UI", uid(b"2.999.1.2"))
    meta += short(2, 0x10, b"UI", uid(syntax)) + short(2, 0x12, b"UI", uid(b"2.999.1"))
    size = len(meta) if group_length is None else group_length
    return preamble + b"DICM" + short(2, 0, b"UL", struct.pack("<I", size)) + meta + data_set


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def bomb():
    """A gibibyte of one element's value, which is pixel data, behind a kilobyte of comments a thousand times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    out = packer.compress(HEAD + MAKER + long(0x0020, 0x4000, b"UT", 1 << 30))
    for _ in range(1024):
        out += packer.compress(bytes(MIB))
    return out + packer.flush()


def files():
    yield "length-of-4-gib", part10(HEAD + MAKER + long(9, 0x1001, b"OB", 0xFFFFFFFE, bytes(100)))
    yield "length-beyond-the-end", part10(HEAD + MAKER + long(0x20, 0x4000, b"UT", 0x7FFFFFFE, b"x" * 100))
    yield "sequence-length-of-4-gib", part10(HEAD + long(0x18, 0xA001, b"SQ", 0xFFFFFFFE, item(0xFFFFFFFC)))
    yield "sequences-100000-deep", part10(HEAD + (long(0x40, 0x275, b"SQ", OPEN) + item(OPEN)) * 100_000)
    inner = struct.pack("<HHI", 0x40, 0x275, OPEN) + item(OPEN)
    yield "unknown-sequences-100000-deep", part10(HEAD + long(9, 0x1010, b"UN", OPEN) + item(OPEN) + inner * 100_000)
    deep = b""
    for _ in range(4000):
        deep = item(len(deep), deep)
        deep = long(0x40, 0x275, b"SQ", len(deep), deep)
    yield "sequences-4000-deep-with-lengths", part10(HEAD + deep)
    yield "a-million-empty-items", part10(HEAD + long(0x18, 0xA001, b"SQ", OPEN) + item(0) * 1_000_000 + END_SEQUENCE)
    yield "a-million-empty-elements", part10(HEAD + short(9, 0x1001, b"LO", b"") * 1_250_000)
    creators = b"".join(short(group, creator, b"LO", b"CREATOR ")
                        for group in range(9, 9000, 2) for creator in (16, 17, 18, 19))
    yield "thousands-of-private-creators", part10(HEAD + MAKER + creators)
    pixels = long(0x7FE0, 0x10, b"OB", OPEN)
    yield "offset-table-of-4-gib", part10(HEAD + MAKER + pixels + item(0xFFFFFFF0, bytes(64)))
    offsets = struct.pack("<II", 0xFFFFFFFF, 0x80000000)
    yield "offsets-out-of-bounds", part10(HEAD + MAKER + pixels + item(8, offsets) + item(2, b"\xff\xd8") + END_SEQUENCE)
    yield "fragments-that-never-end", part10(HEAD + MAKER + pixels + item(0) + item(0) * 1_250_000)
    yield "inflate-bomb", part10(bomb(), DEFLATED)
    yield "inflate-garbage", part10(b"\xff" * 4096, DEFLATED)
    yield "group-length-of-4-gib", part10(HEAD + MAKER, group_length=0xFFFFFFFF)
    yield "a-name-of-16-mib", part10(HEAD + long(8, 0x70, b"UT", 16 * MIB, b"M" * 16 * MIB))
    yield "executable-preamble", part10(HEAD + MAKER, preamble=b"MZ" + bytes(126))
    yield "uid-that-is-a-path", part10(short(8, 0x18, b"UI", b"../../../etc/passwd;") + MAKER)
    yield "letters-missing", part10(HEAD + (struct.pack("<HH2sHI", 9, 0x1001, b"\0\0", 0, 2) + b"xx") * 700_000)
    yield "odd-lengths", part10(HEAD + short(8, 0x70, b"LO", b"Odd") * 900_000)
    yield "cut-in-a-header", part10(HEAD + MAKER)[:-13]


# --- PDUs and captures --------------------------------------------------------------------------------------------------

def pdu(kind, body, length=None):
    return struct.pack(">BBI", kind, 0, len(body) if length is None else length) + body


def pdu_item(kind, value):
    return struct.pack(">BBH", kind, 0, len(value)) + value


def associate(kind=1, contexts=b"", user=b""):
    head = b"\0\1\0\0" + b"ARCHIVE".ljust(16) + b"CT01".ljust(16) + bytes(32)
    if not contexts:
        syntax = pdu_item(0x30, CT) if kind == 1 else b""
        contexts = pdu_item(0x20 if kind == 1 else 0x21, b"\1\0\0\0" + syntax + pdu_item(0x40, EXPLICIT))
    user = pdu_item(0x51, struct.pack(">I", 16384)) + user
    return pdu(kind, head + pdu_item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + pdu_item(0x50, user))


def pdv(context, header, data):
    return struct.pack(">IBB", len(data) + 2, context, header) + data


def implicit(element, value):
    return struct.pack("<HHI", 0, element, len(value)) + value


def command(field=1, message=1):
    number = struct.pack
    body = implicit(2, uid(CT)) + implicit(0x100, number("<H", field)) + implicit(0x110, number("<H", message))
    body += implicit(0x700, b"\0\0") + implicit(0x800, b"\1\0") + implicit(0x1000, uid(b"2.999.1.2"))
    return implicit(0, struct.pack("<I", len(body))) + body


def streams():
    accepted = associate() , associate(2)
    start = associate() + pdu(4, pdv(1, 3, command()))
    for kind in (1, 2, 3, 4, 5):
        yield f"pdu-{kind}-of-4-gib", (start if kind == 4 else b"") + pdu(kind, bytes(1000), 0xFFFFFFFF), accepted[1]
    yield "associate-of-100000-contexts", associate(contexts=pdu_item(0x20, b"\1\0\0\0") * 100_000), b""
    wrong = b"".join(pdu_item(kind, b"\xff\xff" + b"x" * 9) for kind in range(0x51, 0x5A)) * 400
    yield "inner-lengths-out-of-their-item", associate(user=wrong), b""
    yield "command-that-never-ends", associate() + pdu(4, pdv(1, 1, b"\0" * 4096)) * 2500, accepted[1]
    yield "fragments-of-nothing", start + pdu(4, pdv(1, 0, b"") * 1_700_000), accepted[1]
    yield "pdus-of-nothing", start + pdu(4, pdv(1, 0, b"")) * 870_000, accepted[1]
    data = HEAD + MAKER + long(0x20, 0x4000, b"UT", 0x7FFFFFFE)
    endless = pdu(4, pdv(1, 0, data)) + pdu(4, pdv(1, 0, b"x" * 16000)) * 640
    yield "data-set-that-never-ends", start + endless, accepted[1]
    under_way = b"".join(pdu(4, pdv(context, 3, command(message=context))) + pdu(4, pdv(context, 0, HEAD[:-3]))
                         for context in range(1, 256, 2))
    yield "a-hundred-messages-under-way", associate() + under_way * 200, accepted[1]
    yield "requests-that-nobody-answers", associate() + b"".join(
        pdu(4, pdv(1, 3, command(field=0x10, message=number & 0xFFFF).replace(b"\1\0\0\0\x10\0\0\0", b"")))
        for number in range(70_000)), accepted[1]
    bombed = deflated(HEAD + MAKER + long(0x20, 0x4000, b"UT", 256 * MIB) + bytes(256 * MIB))
    pieces = [pdu(4, pdv(1, 0, bombed[at:at + 16000])) for at in range(0, len(bombed), 16000)]
    deflate = associate(contexts=pdu_item(0x20, b"\1\0\0\0" + pdu_item(0x30, CT) + pdu_item(0x40, DEFLATED)))
    deflate_ac = associate(2, contexts=pdu_item(0x21, b"\1\0\0\0" + pdu_item(0x40, DEFLATED)))
    yield "inflate-bomb-on-the-wire", deflate + pdu(4, pdv(1, 3, command())) + b"".join(pieces), deflate_ac
    yield "noise-behind-an-association", associate() + bytes([4, 0, 0, 0, 0, 20, 0, 0, 0, 16, 1, 0]) * 870_000, accepted[1]
    yield "ones-behind-an-association", associate() + b"\1" * 10 * MIB, accepted[1]


class Capture:
    def __init__(self):
        self.out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.clock = 1_767_348_000_000_000

    def frame(self, source, target, ports, numbers, flags, payload=b""):
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0,
                         bytes((192, 0, source >> 8 | 2, source & 255)), bytes((192, 0, 2, target)))
        total = sum(struct.unpack(">10H", ip))
        ip = ip[:10] + struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + ip[12:]
        tcp = struct.pack(">HHIIBBHHH", *ports, *numbers, 0x50, flags, 0xFAF0, 0, 0)
        frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp + payload
        self.clock += 11
        self.out += struct.pack("<IIII", self.clock // 10**6, self.clock % 10**6, len(frame), len(frame)) + frame

    def talk(self, client, server, source=10, port=40000, close=True):
        ends = {0: (source, 5, (port, 104)), 1: (5, source, (104, port))}
        at = [1000, 1000]
        self.frame(*ends[0], (999, 0), 2)
        self.frame(*ends[1], (999, 1000), 0x12)

        def send(side, data):
            for start in range(0, len(data), 1460):
                part = data[start:start + 1460]
                self.frame(*ends[side], (at[side], at[1 - side]), 0x18, part)
                at[side] += len(part)
        send(0, client[:400])
        send(1, server)
        send(0, client[400:])
        if close:
            self.frame(*ends[0], (at[0], at[1]), 0x11)


def captures():
    for name, client, server in streams():
        capture = Capture()
        capture.talk(client, server)
        yield name, bytes(capture.out), client
    capture = Capture()
    for number in range(20_000):
        capture.talk(associate()[:-1], b"", source=10 + number % 200, port=20_000 + number, close=False)
    yield "associations-half-open", bytes(capture.out), b""


# --- running ------------------------------------------------------------------------------------------------------------

PYDICOM = """
import sys, pydicom
def walk(data):
    return sum(1 + sum(map(walk, e.value)) if e.VR == "SQ" else 1 for e in data)
print(walk(pydicom.dcmread(sys.argv[1], force=True)), "elements")
"""

# The upper layer alone: cuts PDUs by their length and decodes each, as pynetdicom's association does with what its socket gives.
PYNETDICOM = """
import sys
from pynetdicom import pdu
kinds = {1: pdu.A_ASSOCIATE_RQ, 2: pdu.A_ASSOCIATE_AC, 3: pdu.A_ASSOCIATE_RJ, 4: pdu.P_DATA_TF, 5: pdu.A_RELEASE_RQ, 6: pdu.A_RELEASE_RP,
         7: pdu.A_ABORT_RQ}
data, at, count = open(sys.argv[1], "rb").read(), 0, 0
while at + 6 <= len(data):
    end = at + 6 + int.from_bytes(data[at + 2:at + 6], "big")
    if end > len(data):
        break
    one = kinds[data[at]]()
    one.decode(data[at:end])
    if data[at] == 4:
        for item in one.presentation_data_value_items:
            item.presentation_data_value
    at, count = end, count + 1
print(count, "PDUs")
"""


def first_error(iomt, path):
    """The first error that `iomt dissect` tells, with its place."""
    child = subprocess.Popen([iomt, "dissect", "--format", "json", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found = ""
    for line in child.stdout:
        if b'"kind":"error"' in line:
            record = json.loads(line.rstrip(b",\n]}") + b"}")
            found = f"{record['name']} at byte {record['offset']}: {record['value']}"
            break
    child.kill()
    child.wait()
    return found


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 21))


def run(arguments):
    with tempfile.TemporaryFile() as err:
        child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=err, preexec_fn=limits)
        timer = time.monotonic() + 90
        while True:
            done, status, usage = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > timer:
                child.kill()
            time.sleep(0.002)
        err.seek(0)
        said = [line for line in err.read(MIB).decode("utf-8", "replace").splitlines() if line.strip()]
    code = os.waitstatus_to_exitcode(status)
    outcome = {0: "read", -24: "20 s of CPU", -9: "killed", -11: "crashed", -6: "aborted"}.get(code, f"exit {code}")
    cpu = usage.ru_utime + usage.ru_stime
    return cpu, usage.ru_maxrss / 1024, outcome, said


def programs(path, kind, iomt, rust):
    yield "iomt", [iomt, "identify", "--format", "json", path]
    if rust:
        yield "dicom-rs", [rust, kind, path if kind == "file" else path.replace(".pcap", ".pdus")]
    if kind == "file":
        yield "pydicom", [sys.executable, "-c", PYDICOM, path]
        yield "dcmdump", ["dcmdump", "-q", path]
    else:
        yield "pydicom", [sys.executable, "-c", PYNETDICOM, path.replace(".pcap", ".pdus")]
        yield "tshark", ["tshark", "-r", path, "-V", "-Y", "dicom"]


def write(folder, only):
    """Writes the cases in a process of its own: the memory of a parent counts for the children that it starts."""
    child = os.fork()
    if child == 0:
        for name, data in files():
            if only in name:
                put(folder, name + ".dcm", data)
        for name, data, raw in captures():
            if only in name:
                put(folder, name + ".pcap", data)
                put(folder, name + ".pdus", raw)
        os._exit(0)
    os.waitpid(child, 0)


def put(folder, name, data):
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", help="only write the cases into this folder")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--iomt", default=os.path.join(ROOT, "target/release/iomt"))
    parser.add_argument("--dicom-rs", default=os.path.join(ROOT, "target/release/examples/dicom_rs"))
    parser.add_argument("--programs", default="iomt,dicom-rs,pydicom,dcmdump,tshark")
    options = parser.parse_args()
    if options.write:
        os.makedirs(options.write, exist_ok=True)
        return write(options.write, options.only)
    rust = options.dicom_rs if os.path.exists(options.dicom_rs) else None
    with tempfile.TemporaryDirectory() as folder:
        write(folder, options.only)
        measure(folder, options.iomt, rust, options.programs.split(","))


def measure(folder, iomt, rust, wanted):
    columns = ["iomt", "dicom-rs", "pydicom", "dcmdump", "tshark"]
    print("| case | MiB | `iomt identify` | first error of `iomt dissect` | dicom-rs | pydicom, pynetdicom | dcmdump | tshark |")
    print("|---|---|---|---|---|---|---|---|")
    worst, slowest = (0, ""), (0, "")
    for name in sorted(os.listdir(folder)):
        name, ending = os.path.splitext(name)
        if ending == ".pdus":
            continue
        path = os.path.join(folder, name + ending)
        size = os.path.getsize(path) / MIB
        cells = {}
        for program, arguments in programs(path, "file" if ending == ".dcm" else "stream", iomt, rust):
            # A capture of many connections is no one stream of PDUs.
            if program not in wanted or arguments[-1].endswith(".pdus") and os.path.getsize(arguments[-1]) == 0:
                continue
            try:
                cpu, peak, outcome, _ = run(arguments)
            except FileNotFoundError:
                continue
            cells[program] = f"{cpu:.2f} s, {peak:.0f} MiB, {outcome}"
            if program == "iomt":
                worst = max(worst, (peak, name))
                slowest = max(slowest, (cpu / max(size / 10, 1), name))
        told = first_error(iomt, path)[:100].replace("|", "/") or "-"
        row = [cells.get(column, "n/a") for column in columns]
        print(f"| {name} | {size:.1f} | {row[0]} | {told} | {' | '.join(row[1:])} |", flush=True)
    print(f"\niomt: most memory {worst[0]:.0f} MiB ({worst[1]}), most time {slowest[0]:.2f} s per 10 MiB ({slowest[1]})")


if __name__ == "__main__":
    main()
