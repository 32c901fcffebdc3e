#!/usr/bin/env python3
"""The fingerprints of docs/fingerprints.md, made a second time from that page alone and compared with those of `iomt identify`.

    pip install dpkt==1.9.8
    cargo build --release -p iomt-cli
    python3 benches/peers/fingerprints.py target/release/iomt fixtures/captures

DQ1, DA1, HS1 and HR1 are made from the bytes of the captures (clean ones: streams are put together by sequence number and nothing
more); of every scheme the golden vector of the page is made, and every raw form that iomt prints is hashed again. Exit status 1 on a
difference.
"""

import hashlib
import ipaddress
import json
import pathlib
import struct
import subprocess
import sys
from collections import defaultdict

import dpkt


def H(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def text(raw):
    """UIDs and names."""
    return "".join(chr(b) if 0x20 <= b < 0x7F else "?" for b in raw.split(b"\0")[0]).strip()


def bits(number):
    return number.bit_length()


# --- streams ---------------------------------------------------------------------------------------------------------------


def packets(path):
    """(source, destination, TCP segment) of a capture."""
    with open(path, "rb") as file:
        for _, frame in dpkt.pcap.Reader(file):
            ip = dpkt.ethernet.Ethernet(frame).data
            if isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)) and isinstance(ip.data, dpkt.tcp.TCP):
                yield (ip.src, ip.data.sport), (ip.dst, ip.data.dport), ip.data


def conversations(path):
    """Per connection: who opened it, who serves it, and what was said, as (time, from the opener, bytes) in the order of the capture."""
    connections = {}
    for source, target, tcp in packets(path):
        key = frozenset((source, target))
        start = tcp.flags & (dpkt.tcp.TH_SYN | dpkt.tcp.TH_ACK) == dpkt.tcp.TH_SYN
        if start or key not in connections:
            connections[key] = {"opener": source, "server": target, "next": {}, "said": [], "early": defaultdict(dict)}
        one = connections[key]
        if tcp.flags & dpkt.tcp.TH_SYN:
            one["next"][source] = (tcp.seq + 1) & 0xFFFFFFFF
            continue
        one["next"].setdefault(source, tcp.seq)
        if tcp.data:
            one["early"][source][tcp.seq] = bytes(tcp.data)
        while one["next"][source] in one["early"][source]:
            data = one["early"][source].pop(one["next"][source])
            one["said"].append((source == one["opener"], data))
            one["next"][source] = (one["next"][source] + len(data)) & 0xFFFFFFFF
    return connections.values()


# --- DICOM -----------------------------------------------------------------------------------------------------------------


def items(data):
    at = 0
    while at + 4 <= len(data):
        kind, _, length = struct.unpack_from(">BBH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def runs(kinds):
    out = []
    for kind in kinds:
        if not out or out[-1] != kind:
            out.append(kind)
    return out


class Associate:
    """An A-ASSOCIATE-RQ or -AC."""

    def __init__(self, body):
        self.version = struct.unpack_from(">H", body)[0]
        titles = [body[4:20], body[20:36]]
        padded, nul = (any(title.endswith(end) for title in titles) for end in (b" ", b"\0"))
        self.padding = {(True, True): "m", (True, False): "p", (False, True): "z", (False, False): "n"}[padded, nul]
        self.items, self.contexts, self.subs = [], [], []
        self.max, self.uid, self.name, negotiation = None, "", "", set()
        for kind, value in items(body[68:]):
            self.items.append(f"{kind:02x}")
            if kind == 0x20:
                parts = list(items(value[4:]))
                abstract = [text(v) for k, v in parts if k == 0x30]
                self.contexts.append((value[0], abstract[0], [text(v) for k, v in parts if k == 0x40]))
            if kind == 0x21:
                self.contexts.append((value[0], value[2], [text(v) for k, v in items(value[4:]) if k == 0x40]))
            for sub, value in items(value) if kind == 0x50 else []:
                self.subs.append(f"{sub:02x}")
                if sub == 0x51:
                    self.max = struct.unpack(">I", value)[0]
                if sub == 0x52:
                    self.uid = text(value)
                if sub == 0x55:
                    self.name = text(value)
                letter = {0x53: "a", 0x57: "c", 0x54: "r", 0x56: "x", 0x58: f"u{value[0] if value else ''}"}.get(sub)
                if letter:
                    negotiation.add(letter)
        self.negotiation = "".join(sorted(negotiation)) or "0"
        self.sub = ",".join(runs([sub for sub in self.subs if sub in ("51", "52", "53", "55")]))
        self.top = ",".join(runs(self.items))
        self.largest = "-" if self.max is None else str(self.max)


def dq1(request):
    syntaxes = {syntax for _, _, transfer in request.contexts for syntax in transfer}
    ids = [number for number, _, _ in request.contexts]
    steps = {b - a for a, b in zip(ids, ids[1:])}
    step = "0" if len(ids) == 1 else str(min(steps)) if len(steps) == 1 and min(steps) > 0 else "x"
    readable = f"q{request.version:x}{min(len(ids), 999):03}{min(len(syntaxes), 99):02}{request.padding}{request.negotiation}s{step}"
    stack = H("|".join([request.sub, request.largest, request.top, request.uid, request.name]))
    role = H(";".join(sorted({f"{a}:{','.join(sorted(set(t)))}" for _, a, t in request.contexts})))
    return f"{readable}_{stack}_{role}", H("|".join([request.sub, request.largest, request.top]))


EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
NATIVE = {EXPLICIT, IMPLICIT, "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"}


def da1(accept, request):
    offered = {number: transfer for number, _, transfer in request.contexts}
    accepted = [(number, transfer[0] if transfer else "") for number, result, transfer in accept.contexts if result == 0]
    rejected = [transfer for _, result, transfer in accept.contexts if result]
    results = "".join(sorted({str(result) for _, result, _ in accept.contexts if result})) or "0"
    chosen = [(n, t) for n, t in accepted if len(offered.get(n, [])) > 1] or accepted
    if not chosen:
        choice = "-"
    elif all(offered[n][:1] == [t] for n, t in chosen):
        choice = "f"
    elif all(t == EXPLICIT for _, t in chosen):
        choice = "e"
    elif all(t == IMPLICIT for _, t in chosen):
        choice = "i"
    else:
        choice = "c" if all(t not in NATIVE for _, t in chosen) else "x"
    full = [any(transfer) for transfer in rejected]
    echo = "-" if not full else "e" if all(full) else "b" if any(full) else "o"
    largest = "=" if accept.max == request.max else accept.largest
    readable = (
        f"a{accept.version:x}{bits(len(accepted))}{bits(len(rejected))}{results}{choice}{echo}"
        f"{accept.padding}{accept.negotiation}m{largest}"
    )
    stack = H("|".join([accept.sub, accept.top, accept.uid, accept.name]))
    return f"{readable}_{stack}", H("|".join([accept.sub, accept.top]))


def pdus(data):
    at = 0
    while at + 6 <= len(data):
        kind, _, length = struct.unpack_from(">BBI", data, at)
        yield kind, data[at + 6 : at + 6 + length]
        at += 6 + length


def of_dicom(connection, found):
    mine = b"".join(data for opener, data in connection["said"] if opener)
    theirs = b"".join(data for opener, data in connection["said"] if not opener)
    if mine[:2] != b"\x01\x00" or mine[6:8] not in (b"\0\x01",):
        return
    request = next(Associate(body) for kind, body in pdus(mine) if kind == 1)
    value, family = dq1(request)
    found[connection["opener"][0], "DQ1"].add(value)
    found[connection["opener"][0], "DQ1-family"].add(family)
    for kind, body in pdus(theirs):
        if kind == 2:
            value, family = da1(Associate(body), request)
            found[connection["server"][0], "DA1"].add(value)
            found[connection["server"][0], "DA1-family"].add(family)
            break


# --- HL7 -------------------------------------------------------------------------------------------------------------------


class Message:
    def __init__(self, raw):
        self.raw = raw
        end = "\r\n" if b"\r\n" in raw else "\n" if b"\r" not in raw else "\r"
        whole = raw.decode("latin-1")
        self.lines = "n" if end == "\r\n" else "l" if end == "\n" else ""
        self.segments = []
        for line in filter(None, whole.split(end)):
            name, *fields = line.split(line[3]) if line[:3] == "MSH" else line.split("|")
            # MSH-1 is the separator.
            fields = ["|", *fields] if name == "MSH" else fields
            if len(name) == 3 and name.isalnum() and name.upper() == name:
                self.segments.append((name, fields))
        self.msh = self.segments[0][1]
        self.msa = next((fields for name, fields in self.segments if name == "MSA"), None)

    def field(self, number):
        return self.msh[number - 1] if number <= len(self.msh) else ""

    def framing(self):
        return {"x" if self.raw[-1:] in (b"\r", b"\n") else "c"} | set(self.lines)

    def separators(self):
        return {"|^~\\&": "s", "|^~\\&#": "t"}.get(self.field(1) + self.field(2), "o")

    def kind(self, asked=None):
        short = lambda word: word if len(word) <= 3 and all(c.isupper() or c.isdigit() for c in word) else "?"
        code, event = (self.field(9).split("^") + [""])[:2]
        event = short(event)
        if asked is not None and event == short((asked.field(9).split("^") + [""])[1]):
            event = "="
        names = []
        for name, _ in self.segments:
            if name not in names:
                names.append(name)
        return f"{short(code)}^{event}:{','.join(names[:24])}"


def time_shape(moment):
    moment = moment.split("^")[0]
    digits = len(moment) - len(moment.lstrip("0123456789"))
    rest = moment[digits:]
    shape = str(digits)
    if rest.startswith("."):
        rest = rest[1:].lstrip("0123456789")
        shape += "f"
    if len(rest) == 5 and rest[0] in "+-" and rest[1:].isdigit():
        rest, shape = "", shape + "z"
    return "x" if rest or digits > 14 else shape


def control_shape(word):
    digits, hexadecimal = word.isdigit(), all(c in "0123456789abcdefABCDEF" for c in word)
    guid = lambda w: [len(p) for p in w.split("-")] == [8, 4, 4, 4, 12] and all(c in "0123456789abcdefABCDEF-" for c in w)
    return (
        "0" if not word
        else "d" if digits and len(word) <= 9
        else "t" if digits and len(word) in (14, 17) and word.startswith("20")
        else "D" if digits
        else "b" if word[0] == "{" and word[-1] == "}" and guid(word[1:-1])
        else "g" if guid(word)
        else "h" if hexadecimal and len(word) == 32
        else "p" if word.startswith("HP") and word[2:3].isdigit()
        else "x" if hexadecimal and len(word) >= 12
        else "a" if hexadecimal
        else "T" if word[:14].isdigit() and len(word) >= 14 and word.startswith("20")
        else "a" if word.isalnum() and word.isascii()
        else "m"
    )  # fmt: skip


def charset(name):
    name = name.split("~")[0]
    return (
        "0" if not name else "a" if name == "ASCII" else "l" if name.startswith("8859") else "u" if name.startswith("UNICODE") else "o"
    )


def joined(values, by=""):
    return by.join(sorted(values)) or "-"


def filled(fields):
    return {number for number, value in enumerate(fields, 1) if value}


def version(message):
    word = message.field(12).split("^")[0]
    return word.replace(".", "") if len(word) <= 5 and all(c.isdigit() or c == "." for c in word) else "?"


def hs1(messages):
    parts = [
        joined({version(m) for m in messages}, "+"),
        joined(set().union(*(m.framing() for m in messages))),
        joined({m.separators() for m in messages}),
        joined({charset(m.field(18)) for m in messages}),
        joined({time_shape(m.field(7)) for m in messages}, "+"),
        joined({control_shape(m.field(10)) for m in messages}),
    ]
    header = ",".join(str(n) for n in sorted(set().union(*(filled(m.msh) for m in messages))))
    most = defaultdict(int)
    for message in messages:
        for name, fields in message.segments:
            most[name] = max(most[name], min(len(fields), 64))
    lengths = ",".join(f"{name}:{bits(most[name])}" for name in sorted(most))
    kinds = joined({m.kind() for m in messages}, ";")
    value = f"h{'-'.join(parts)}_{H(header + '|' + lengths)}_{H(kinds)}"
    return value, H("-".join(parts[1:]) + "|" + header), f"h{'-'.join(parts)}_{header}|{lengths}_{kinds}"


def hr1(pairs):
    """Of (answer, request, reply)."""
    letter = lambda code: "a" if code in ("AA", "AE", "AR") else "c" if code in ("CA", "CE", "CR") else "x"
    wants = lambda word: {"AL": "a", "NE": "n", "ER": "e", "SU": "s", "": "0"}.get(word, "x")
    names, controls, replies = set(), set(), set()
    for answer, request in pairs:
        ours = (answer.field(3), answer.field(4))
        names.add(
            "s" if ours == (request.field(5), request.field(6)) else "e" if ours == (request.field(3), request.field(4)) else "o"
        )
        controls.add("=" if answer.field(10) == answer.msa[1] else control_shape(answer.field(10)))
        replies.add(wants(request.field(15)) + wants(request.field(16)) + letter(answer.msa[0]))
    answers = [answer for answer, _ in pairs]
    how = [
        joined(set().union(*(m.framing() for m in answers))),
        joined({m.separators() for m in answers}),
        joined({time_shape(m.field(7)) for m in answers}, "+"),
        joined(controls),
        joined(names),
    ]
    fields = lambda name: ",".join(
        str(n)
        for n in sorted(set().union(*(filled(next((f for n, f in m.segments if n == name), [])) for m in answers)))
    )
    fill = "|".join(f"{name}:{fields(name)}" for name in ("MSH", "MSA", "ERR"))
    readable = "-".join(["r" + joined({letter(m.msa[0]) for m in answers}), *how, joined(replies, "+")])
    kinds = joined({answer.kind(request) for answer, request in pairs}, ";")
    return f"{readable}_{H(fill)}_{H(kinds)}", H("-".join(how) + "|" + fill), f"{readable}_{fill}_{kinds}"


def of_hl7(connection, senders, receivers):
    """Messages of both directions in the order in which they ended; lossless captures only."""
    buffers, pending = {True: b"", False: b""}, {True: [], False: []}
    for opener, data in connection["said"]:
        buffers[opener] += data
        while buffers[opener].startswith(b"\x0b") and b"\x1c\r" in buffers[opener]:
            block, buffers[opener] = buffers[opener][1:].split(b"\x1c\r", 1)
            if not block.startswith(b"MSH"):
                continue
            message = Message(block)
            speaker = connection["opener"] if opener else connection["server"]
            if message.msa is None:
                senders[speaker[0], message.field(3), message.field(4)].append(message)
                pending[opener].append(message)
                continue
            asked = [request for request in pending[not opener] if request.field(10) == message.msa[1]]
            if asked:
                pending[not opener].remove(asked[-1])
                port = None if opener else speaker[1]
                receivers[speaker[0], port].append((message, asked[-1]))


# --- comparison ------------------------------------------------------------------------------------------------------------


def golden():
    """The vectors of the page."""
    item = lambda kind, value: struct.pack(">BBH", kind, 0, len(value)) + value
    subs = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.276.0.7230010.3.0.3.6.7") + item(0x55, b"OFFIS_DCMTK_367")
    context = item(0x20, b"\x01\0\0\0" + item(0x30, b"1.2.840.10008.1.1") + item(0x40, b"1.2.840.10008.1.2"))
    body = b"\0\x01\0\0" + b"A".ljust(16) + b"B".ljust(16) + bytes(32)
    body += item(0x10, b"1.2.840.10008.3.1.1.1") + context + item(0x50, subs)
    assert dq1(Associate(body)) == ("q100101p0s0_589dda53c9cc_557ded4132eb", "3fcafce4a64b")
    request = Message(
        b"MSH|^~\\&|ADT1|MCM|LAB|MCM|20260102080000||ADT^A01^ADT_A01|A0001|P|2.5.1|||AL|NE|USA|8859/1\rEVN|A01|20260102080000\r"
        b"PID|1||555^^^H||DOE^JANE\rPV1|1|I|W1^101^1\r"
    )
    assert hs1([request] * 3)[0] == "h251-x-s-l-14-a_d34b4125899b_2c6ae8a02107"
    answer = Message(b"MSH|^~\\&|LAB|MCM|ADT1|MCM|20260102080000||ACK^A01|A0001|P|2.5.1\rMSA|AA|A0001\r")
    assert hr1([(answer, request)] * 3)[0] == "ra-x-s-14-=-s-ana_f0bbf738a479_6e1ca9a4c32b"
    raw = "tuub0310_intellivue|b|association accept,mds create" + ",poll result" * 4 + "|protocol-version:80000000_poll result:10:1024"
    assert of_raw("TB1", raw) == "tuub0310_899714afac98_089c70712873"


def of_raw(scheme, raw):
    """A fingerprint from its raw form."""
    readable, middle, last = raw.split("_", 1)[0], *raw.split("_", 1)[1].rsplit("_", 1)
    return f"{readable}_{H(middle)}_{H(last) if last or scheme != 'TB1' else '-'}"


def main(iomt, folder):
    golden()
    found, senders, receivers = defaultdict(set), defaultdict(list), defaultdict(list)
    for path in sorted(pathlib.Path(folder).glob("*.pcap")):
        for connection in conversations(path):
            of_dicom(connection, found)
            of_hl7(connection, senders, receivers)
    for (address, _, _), messages in senders.items():
        value, family, _ = hs1(messages)
        found[address, "HS1"].add(value)
        found[address, "HS1-family"].add(family)
    for (address, _), pairs in receivers.items():
        value, family, _ = hr1(pairs)
        found[address, "HR1"].add(value)
        found[address, "HR1-family"].add(family)
    output = subprocess.run([iomt, "identify", "--format", "json", folder], capture_output=True, check=False)
    compared, hashed, different = defaultdict(int), 0, 0
    for device in json.loads(output.stdout)["devices"]:
        addresses = [ipaddress.ip_address(ip).packed for ip in device["addresses"]["ip"]]
        theirs = defaultdict(set)
        for one in device.get("fingerprints", []):
            theirs[one["scheme"]].add(one["value"])
            if "raw" in one and one["scheme"] in ("HS1", "HR1", "TB1"):
                hashed += 1
                if of_raw(one["scheme"], one["raw"]) != one["value"]:
                    different += 1
                    print(f"{device['id']} {one['scheme']}: {one['raw']} gives {of_raw(one['scheme'], one['raw'])}, not {one['value']}")
        for scheme in ("DQ1", "DQ1-family", "DA1", "DA1-family", "HS1", "HS1-family", "HR1", "HR1-family"):
            mine = set().union(*(found.pop((address, scheme), set()) for address in addresses))
            compared[scheme] += len(mine | theirs[scheme])
            if mine != theirs[scheme]:
                different += 1
                print(f"{device['id']} {scheme}: here only {sorted(mine - theirs[scheme])}, there only {sorted(theirs[scheme] - mine)}")
    for (address, scheme), values in found.items():
        different += 1
        print(f"{address} {scheme}: of no device: {sorted(values)}")
    print(f"{dict(compared)}; {hashed} raw forms hashed again; {different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
