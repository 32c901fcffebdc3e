#!/usr/bin/env python3
"""Every element of every DICOM file in pydicom's wheel, as dcmdump (DCMTK) prints it and as iomt-dicom reads it: equal, or explained.

usage: against_dcmdump.py [--elements PROGRAM] [FOLDER]

Compared are the order, depth, tag, value representation, length and the printed value of text and numbers. What differs must be
explained by a line of against_dcmdump.tsv, and each of its lines must explain something.
"""

import argparse
import collections
import fnmatch
import json
import pathlib
import re
import subprocess
import sys

import pydicom

from against_pydicom import digest

HERE = pathlib.Path(__file__).resolve().parent
LINE = re.compile(r"( *)\((\w{4}),(\w{4})\) (\S\S) (.*?) +# +(\d+|u/l), *\d+ [^#]*$", re.DOTALL)
# How dcmdump calls a representation that depends on other elements, and pointers into a DICOMDIR.
CHOICES = {"ox": "OW", "px": "OW", "xs": "US", "lt": "US", "up": "UL", "na": "UN"}


def theirs(path):
    output = subprocess.run(["dcmdump", "-Un", "+L", "-q", path], capture_output=True).stdout.decode("latin-1")
    lines = []
    for line in output.split("\n"):
        if re.match(r" *\(\w{4},\w{4}\) \S\S ", line) or line.startswith("# ") or not lines:
            lines.append(line)
        else:
            lines[-1] += "\n" + line
    rows = []
    for line in lines:
        match = LINE.match(line.rstrip("\n"))
        if not match or match[2] == "fffe":
            continue
        indent, group, element, vr, value, length = match.groups()
        # Items are indented too.
        rows.append({"depth": len(indent) // 4, "tag": group + element, "vr": CHOICES.get(vr, vr),
                     "length": -1 if length == "u/l" else int(length), "value": value})
    return rows


def same(row, other):
    """Whether the printed value is ours."""
    text = other["value"]
    if "decoded" not in row or text.startswith(("(Sequence", "(PixelSequence", "(not loaded")):
        return True
    if text == "(no value available)":
        return row["length"] == 0 or not any(part not in ("", 0) for part in row["decoded"])
    if text.startswith("["):
        text = text[1:-1].encode("latin-1")
        return any(digest(text + padding) == row["value"] for padding in (b"", b" ", b"\0")) or bytes_of(row).strip(b" \0") == text.strip(b" \0")
    parts = text.split("\\")
    if row["vr"] == "AT":
        parts = [part.strip("()").replace(",", "") for part in parts]
        return parts == row["decoded"]
    try:
        return all(abs(float(a) - b) <= 1e-6 * max(1, abs(b)) for a, b in zip(parts, row["decoded"], strict=True))
    except (ValueError, TypeError):
        return False


def bytes_of(row):
    return bytes.fromhex(row["value"]) if row["length"] <= 64 else b""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--elements", default=HERE.parents[1] / "target/release/elements")
    arguments.add_argument("folder", nargs="?", default=pathlib.Path(pydicom.__file__).parent / "data")
    arguments = arguments.parse_args()
    folder = pathlib.Path(arguments.folder)
    rules = [line.split("\t") for line in (HERE / "against_dcmdump.tsv").read_text().splitlines() if line and line[0] != "#"]
    explained, counts = collections.Counter(), collections.Counter()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        other = theirs(path)
        if not other:
            continue
        name = str(path.relative_to(folder))
        output = subprocess.run([arguments.elements, path], check=True, capture_output=True, text=True).stdout
        mine = [row for row in map(json.loads, output.splitlines()) if "tag" in row]
        for row in mine:
            row["depth"] = len(row["at"]) // 2
        counts["files"] += 1
        differences = []
        if [(row["depth"], row["tag"]) for row in mine] != [(row["depth"], row["tag"]) for row in other]:
            a, b = len(mine), len(other)
            first = next((i for i, (m, o) in enumerate(zip(mine, other)) if (m["depth"], m["tag"]) != (o["depth"], o["tag"])), min(a, b))
            differences.append(("*", "structure", f"{a} elements, from {mine[first:first + 1]}", f"{b} elements, from {other[first:first + 1]}"))
            mine, other = mine[:first], other[:first]
        for row, their in zip(mine, other):
            counts["elements"] += 1
            kinds = [(kind, row[kind], their[kind]) for kind in ("vr", "length") if row[kind] != their[kind]]
            if not kinds and not same(row, their):
                kinds.append(("value", row.get("decoded"), their["value"]))
            counts["equal"] += not kinds
            differences += [(row["tag"], *kind) for kind in kinds]
        for place, kind, a, b in differences:
            rule = next((index for index, (files, places, what, *_) in enumerate(rules)
                         if fnmatch.fnmatch(name, files) and fnmatch.fnmatch(place, places) and what == kind), None)
            counts["differences"] += 1
            if rule is None:
                counts["unexplained"] += 1
                print(f"{name}\t{place}\t{kind}\tours {str(a)[:120]}\tdcmdump {str(b)[:120]}")
            else:
                explained[rule] += 1
    unused = [rule for index, rule in enumerate(rules) if not explained[index]]
    for rule in unused:
        print("explains nothing:", *rule, sep="\t")
    for index, count in sorted(explained.items()):
        print(f"{count:6} explained: {rules[index][3]}")
    print(f"dcmdump: {counts['files']} files, {counts['elements']} elements, {counts['equal']} equal in everything,"
          f" {counts['differences']} differences, {counts['unexplained']} unexplained")
    return 1 if counts["unexplained"] or unused else 0


if __name__ == "__main__":
    sys.exit(main())
