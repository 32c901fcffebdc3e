#!/usr/bin/env python3
"""Every value of every sample message that python-hl7 and hl7apy carry, and of the real MLLP traffic in the bundled captures, as python-hl7
and hl7apy read it and as iomt-hl7v2 does: equal, or explained.

usage: against_hl7.py [--values PROGRAM] [--list] [--sdist FOLDER] [--messages FOLDER]

Compared is each value at its lowest level: its segment, field, repetition, component and subcomponent, the text as sent, and (python-hl7) with
its escape sequences resolved. The program is `cargo build -p iomt-benches --bin values`. The samples are the literals in the sources of
the two packages; without --sdist they are fetched with pip. --messages adds the `*.hl7` files below a folder, with line ends made carriage
returns and cut before each header, because python-hl7 reads nothing else; the explanations are for test/fixtures of cosyte/hl7. What differs must be explained by a line of against_hl7.tsv, and each
of its lines must explain something.
"""

import argparse
import ast
import collections
import fnmatch
import json
import logging
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile

import hl7
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["hl7==0.4.5", "hl7apy==1.3.5"]


def literals(source):
    """Messages among the text literals of a Python source, joined where it joins them."""
    found = []
    try:
        tree = ast.parse(source)
    except SyntaxError:
        # An example of hl7apy is written for Python 2.
        return found
    for node in ast.walk(tree):
        value = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            try:
                value = ast.literal_eval(node.func.value).join(ast.literal_eval(node.args[0]))
            except (ValueError, TypeError, AttributeError):
                continue
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str) and value.lstrip("\x0b\r\n ").startswith("MSH") and "\r" in value.strip():
            found.append(value.strip("\x0b\x1c\r\n ") + "\r")
    return found


def samples(folder):
    folder = pathlib.Path(folder)
    if not list(folder.glob("*.tar.gz")):
        for package in PACKAGES:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, package]
            subprocess.run(command, check=True)
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                if member.name.endswith(".py"):
                    source = tar.extractfile(member).read().decode()
                    for number, text in enumerate(dict.fromkeys(literals(source))):
                        yield f"{member.name}#{number}", text


def traffic(path):
    """The messages in the MLLP blocks of a classic capture: in-order TCP payloads of each direction, cut at 1C 0D."""
    data = path.read_bytes()
    order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    streams, at = {}, 24
    while at + 16 <= len(data):
        size = struct.unpack(order + "I", data[at + 8 : at + 12])[0]
        frame, at = data[at + 16 : at + 16 + size], at + 16 + size
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        ip = frame[14:]
        head = (ip[0] & 15) * 4
        tcp = ip[head : struct.unpack(">H", ip[2:4])[0]]
        sequence, payload = struct.unpack(">I", tcp[4:8])[0], tcp[(tcp[12] >> 4) * 4 :]
        if payload:
            streams.setdefault((ip[12:20], tcp[:4]), {}).setdefault(sequence, payload)
    number = 0
    for _, parts in sorted(streams.items()):
        stream = b"".join(payload for _, payload in sorted(parts.items()))
        for block in stream.split(b"\x1c\r"):
            if block.startswith(b"\x0bMSH"):
                yield f"{path.name}#{number}", block[1:].decode("latin-1")
                number += 1


def files(folder):
    """The messages of the files below a folder."""
    for path in sorted(folder.rglob("*.hl7")):
        text = path.read_bytes().decode("latin-1").replace("\r\n", "\r").replace("\n", "\r")
        lines = [line for line in text.strip("\x0b\x1c\r ").split("\r")]
        heads = [at for at, line in enumerate(lines) if line.startswith("MSH")]
        for number, (head, end) in enumerate(zip(heads, heads[1:] + [len(lines)])):
            wrapped = ("BHS", "BTS", "FHS", "FTS")
            message = [line for line in lines[head:end] if not line.startswith(wrapped)]
            yield f"cosyte:{path.relative_to(folder)}#{number}", "\r".join(message) + "\r"


def by_python_hl7(text):
    values = {}
    message = hl7.parse(text)
    for s, segment in enumerate(message):
        for f, field in enumerate(segment[1:], 1):
            for r, repetition in enumerate(field if isinstance(field, list) else [field], 1):
                for c, component in enumerate(repetition if isinstance(repetition, list) else [repetition], 1):
                    for n, sub in enumerate(component if isinstance(component, list) else [component], 1):
                        if str(sub):
                            header = str(segment[0]) == "MSH" and f < 3
                            values[s, f, r, c, n] = (str(sub), str(sub) if header else message.unescape(str(sub)))
    return values


def by_hl7apy(text):
    values = {}
    message = parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)
    number = lambda name: int(name.rsplit("_", 1)[1]) if name and "_" in name and name.rsplit("_", 1)[1].isdigit() else 1
    for s, segment in enumerate(message.children):
        repetitions = collections.Counter()
        for field in segment.children:
            f = number(field.name)
            repetitions[f] += 1
            if segment.name == "MSH" and f < 3:
                values[s, f, 1, 1, 1] = (field.to_er7(), None)
                continue
            for component in field.children:
                for sub in component.children or [component]:
                    raw = sub.to_er7()
                    if raw:
                        place = number(sub.name) if component.children else 1
                        values[s, f, repetitions[f], number(component.name), place] = (raw, None)
    return values


def by_iomt(program, texts):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts):
            path = pathlib.Path(folder) / f"{number:05}.hl7"
            path.write_bytes(text.encode("latin-1", "replace"))
            paths.append(str(path))
        out = subprocess.run([program, *paths], check=True, capture_output=True, text=True).stdout
    read = []
    for line in map(json.loads, out.splitlines()):
        if "file" in line:
            read.append({})
        elif "error" in line:
            read[-1] = line["error"]
        elif "at" in line:
            read[-1][tuple(line["at"])] = (line["raw"], line["plain"])
    return read


def main():
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", default=HERE.parent.parent / "target" / "debug" / "values")
    parser.add_argument("--list", action="store_true", help="print every difference")
    parser.add_argument("--sdist", help="where the source packages are, or are put")
    parser.add_argument("--messages", type=pathlib.Path, help="more messages: a folder of files")
    options = parser.parse_args()
    rules = []
    for line in (HERE / "against_hl7.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            rules.append(line.split("\t"))
    used = set()
    with tempfile.TemporaryDirectory() as folder:
        messages = list(samples(options.sdist or folder))
    for capture in sorted((HERE.parent.parent / "fixtures" / "captures").glob("hl7_*.pcap")):
        messages += traffic(capture)
    if options.messages:
        messages += files(options.messages)
    ours = by_iomt(options.values, [text for _, text in messages])
    unexplained = 0
    for peer, read in (("python-hl7", by_python_hl7), ("hl7apy", by_hl7apy)):
        count = collections.Counter()
        for (name, text), mine in zip(messages, ours):
            count["messages"] += 1
            try:
                theirs = read(text)
            except Exception as error:  # Whatever a peer throws is what it says of the message.
                theirs = type(error).__name__
            differences = []
            if isinstance(mine, str) or isinstance(theirs, str):
                if isinstance(mine, str) and isinstance(theirs, str):
                    count["refused by both"] += 1
                else:
                    what = f"refused by iomt: {mine}" if isinstance(mine, str) else f"refused by peer: {theirs}"
                    differences.append(("", what))
            else:
                for at in sorted(mine.keys() | theirs.keys()):
                    a, b = mine.get(at), theirs.get(at)
                    count["values"] += 1
                    if a is None or b is None:
                        differences.append((at, "only iomt" if b is None else "only peer"))
                    elif a[0] != b[0]:
                        differences.append((at, "text"))
                    elif b[1] is not None and a[1] != b[1]:
                        differences.append((at, "escapes"))
                    else:
                        count["equal"] += 1
            count["messages without difference"] += not differences
            for at, what in differences:
                rule = next((n for n, (p, m, w, _) in enumerate(rules)
                             if fnmatch.fnmatch(peer, p) and fnmatch.fnmatch(name, m) and fnmatch.fnmatch(what, w)), None)
                count["differences"] += 1
                if rule is None:
                    unexplained += 1
                else:
                    used.add(rule)
                if options.list or rule is None:
                    a = mine.get(at) if isinstance(mine, dict) else None
                    b = theirs.get(at) if isinstance(theirs, dict) else None
                    print(f"{peer}\t{name}\t{at}\t{what}\t{a!r}\t{b!r}\t{'explained' if rule is not None else 'UNEXPLAINED'}")
        print(f"{peer}: " + ", ".join(f"{number} {what}" for what, number in count.items()))
    # Without the folder its explanations have nothing to explain.
    absent = lambda message: message.startswith("cosyte:") and not options.messages
    idle = [rule for n, rule in enumerate(rules) if n not in used and not absent(rule[1])]
    for rule in idle:
        print("explains nothing:", *rule)
    sys.exit(1 if unexplained or idle else 0)


main()
