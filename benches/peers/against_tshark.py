#!/usr/bin/env python3
"""The upper layer fields of every bundled capture, read by tshark and by `iomt dissect`.

usage: benches/peers/against_tshark.py [--iomt BINARY] [CAPTURE...]

Compared as bags per capture: type and length of every PDU, length, context and flags of every PDV, contexts with their result, AE titles,
abstract and transfer syntaxes, implementation UID and version, maximum length, reject and abort reasons. What differs must be explained
by a line of against_tshark.tsv: capture, field (or *), reason.
"""
import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "../../fixtures/captures")
FIELDS = ["dicom.pdu.type", "dicom.pdu.len", "dicom.pdv.len", "dicom.pdv.ctx", "dicom.pdv.flags", "dicom.pctx.id",
          "dicom.pctx.result", "dicom.assoc.ae.called", "dicom.assoc.ae.calling", "dicom.pctx.abss.syntax",
          "dicom.pctx.xfer.syntax", "dicom.userinfo.uid", "dicom.userinfo.version", "dicom.max_pdu_len",
          "dicom.assoc.reject.reason", "dicom.assoc.abort.source"]
TYPES = {"A-ASSOCIATE-RQ": 1, "A-ASSOCIATE-AC": 2, "A-ASSOCIATE-RJ": 3, "P-DATA-TF": 4, "A-RELEASE-RQ": 5,
         "A-RELEASE-RP": 6, "A-ABORT": 7}


def uid(text):
    """The UID in what tshark writes around it."""
    found = re.findall(r"[0-9]+(?:\.[0-9]+)+", text)
    return found[-1] if found else text.strip()


def number(text):
    return int(text, 16) if text.startswith("0x") else int(text)


def theirs(path):
    bags = collections.defaultdict(collections.Counter)
    # Which association a port that is not DICOM's carries is found by heuristics, as here by content.
    command = ["tshark", "-r", path, "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "dicom", "-T", "fields", "-E", "occurrence=a",
               "-E", "aggregator=|", "--enable-heuristic", "dicom_tcp"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        values = dict(zip(FIELDS, [part.split("|") if part else [] for part in line.split("\t")]))
        for kind, length in zip(values["dicom.pdu.type"], values["dicom.pdu.len"]):
            bags["pdu"][(number(kind), number(length))] += 1
        for length, context, flags in zip(values["dicom.pdv.len"], values["dicom.pdv.ctx"], values["dicom.pdv.flags"]):
            bags["pdv"][(number(length), number(context), number(flags) & 3)] += 1
        for context in values["dicom.pctx.id"]:
            bags["context"][number(context)] += 1
        for result in values["dicom.pctx.result"]:
            bags["result"][number(result)] += 1
        for name, field in (("called", "called"), ("calling", "calling")):
            for title in values["dicom.assoc.ae." + field]:
                bags[name][title.strip()] += 1
        for name, field in (("abstract syntax", "dicom.pctx.abss.syntax"), ("transfer syntax", "dicom.pctx.xfer.syntax"),
                            ("implementation class UID", "dicom.userinfo.uid")):
            for value in values[field]:
                bags[name][uid(value)] += 1
        for version in values["dicom.userinfo.version"]:
            bags["implementation version name"][version.strip()] += 1
        for length in values["dicom.max_pdu_len"]:
            bags["maximum length"][number(length)] += 1
        for reason in values["dicom.assoc.reject.reason"]:
            bags["reject"][number(reason)] += 1
        for source in values["dicom.assoc.abort.source"]:
            bags["abort"][number(source)] += 1
    return bags


RESULTS = ["acceptance", "user rejection", "no reason", "abstract syntax not supported", "transfer syntaxes not supported"]


def ours(path, iomt):
    bags = collections.defaultdict(collections.Counter)
    done = subprocess.run([iomt, "dissect", "--protocol", "dicom", "--format", "json", path], capture_output=True, text=True)
    for record in json.loads(done.stdout)["records"]:
        kind, name, value = record["kind"], record.get("name", ""), record.get("value", "")
        if kind in TYPES:
            length = record["length"] - (6 if TYPES[kind] <= 2 else 0)
            bags["pdu"][(TYPES[kind], length)] += 1
            if TYPES[kind] <= 2:
                calling, called = value.split(", ")[0].split(" → ")
                bags["called"][called] += 1
                bags["calling"][calling] += 1
            elif TYPES[kind] == 3:
                bags["reject"][int(re.search(r"reason (\d+)", value).group(1))] += 1
            elif TYPES[kind] == 7:
                bags["abort"][0 if "service user" in value else 2] += 1
        elif kind == "PDV":
            context, rest = re.match(r"context (\d+)(?: \(.*\))?, (command.*|data set.*)", value).groups()
            flags = rest.startswith("command") + 2 * rest.endswith(", last")
            bags["pdv"][(record["length"] + 2, int(context), flags)] += 1
        elif kind == "item" and name == "presentation context":
            bags["context"][int(re.match(r"\d+", value).group())] += 1
            if record["tag"] == "21":
                bags["result"][RESULTS.index(value.split(": ")[1].split(" of ")[0])] += 1
        elif kind == "sub-item" and name in ("abstract syntax", "transfer syntax", "implementation class UID"):
            bags[name][value.split(" ")[0]] += 1
        elif kind == "sub-item" and name == "implementation version name":
            bags[name][value] += 1
        elif kind == "sub-item" and name == "maximum length":
            bags[name][int(value)] += 1
    return bags


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iomt", default=os.path.join(HERE, "../../target/release/iomt"))
    parser.add_argument("captures", nargs="*")
    options = parser.parse_args()
    with open(os.path.join(HERE, "against_tshark.tsv"), encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    explained, used = {(capture, field): reason for capture, field, reason in rows}, set()
    total = equal = unexplained = files = 0
    for path in options.captures or sorted(glob.glob(os.path.join(CAPTURES, "dicom_*.pcap*"))):
        name = os.path.basename(path)
        left, right = ours(path, options.iomt), theirs(path)
        files += 1
        for field in sorted(set(left) | set(right)):
            mine, their = left[field], right[field]
            total += sum((mine | their).values())
            equal += sum((mine & their).values())
            only = [(who, dict(bag)) for who, bag in (("iomt", mine - their), ("tshark", their - mine)) if bag]
            if not only:
                continue
            key = next((key for key in ((name, field), (name, "*"), ("*", field)) if key in explained), None)
            if key:
                used.add(key)
                continue
            unexplained += 1
            for who, bag in only:
                print(f"{name} {field}: only {who}: {str(bag)[:200]}")
    print(f"{files} captures, {total} values: {equal} equal, {total - equal} different, {unexplained} bags unexplained")
    idle = sorted(set(explained) - used) if not options.captures else []
    for capture, field in idle:
        print(f"explains nothing: {capture} {field}")
    sys.exit(1 if unexplained or idle else 0)


if __name__ == "__main__":
    main()
