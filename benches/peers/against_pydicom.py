#!/usr/bin/env python3
"""Every element of every DICOM file in pydicom's wheel, as pydicom reads it and as iomt-dicom does: equal, or explained.

usage: against_pydicom.py [--elements PROGRAM] [--list] [FOLDER]

Compared are tag, value representation, length, the bytes of the value, and what the representation makes of them. The program is
`cargo build --release -p iomt-benches --bin elements`; the folder is that of pydicom's data files (`pip install pydicom`). What
differs must be explained by a line of against_pydicom.tsv, and each of its lines must explain something.
"""

import argparse
import collections
import fnmatch
import hashlib
import json
import pathlib
import subprocess
import sys
import warnings

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.multival import MultiValue

HERE = pathlib.Path(__file__).resolve().parent
warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
pydicom.config.replace_un_with_known_vr = False
# What implicit encodings make of a choice (PS3.5 section A.1).
CHOICES = {"OB or OW": "OW", "US or SS": "US", "US or OW": "US", "US or SS or OW": "US"}
BINARY = {"OB", "OW", "UN", "OD", "OF", "OL", "OV", "OB or OW", "US or SS", "US or OW", "US or SS or OW", "SQ"}


def digest(value):
    return hashlib.sha256(value).hexdigest() if len(value) > 64 else value.hex()


def plain(value, vr):
    """A value of pydicom as ours is shown."""
    if value is None or value == "" or value == b"":
        return []
    if isinstance(value, (MultiValue, list, tuple)):
        return [entry for part in value for entry in (plain(part, vr) or [""])]
    if vr == "AT":
        return [f"{int(value):08x}"]
    if vr in ("DS", "IS"):
        try:
            return [float(value)]
        except (TypeError, ValueError):
            return [str(value).strip()]
    if isinstance(value, (int, float)):
        return [float(value)]
    text = str(value)
    if vr in ("DA", "TM", "DT"):
        text = text.replace(":", "").replace(".", "", 2) if vr == "DA" else text.replace(":", "")
    return [text.rstrip("\0 ") if vr in ("LT", "ST", "UT", "UR") else text.strip("\0 ")]


def theirs(dataset, at, out):
    for tag in sorted(dataset._dict):
        raw = dataset.get_item(tag)
        row = {"length": None, "value": None, "decoded": None}
        is_raw = isinstance(raw, RawDataElement)
        if is_raw:
            row["length"] = -1 if raw.length == 0xFFFFFFFF else raw.length
            row["value"] = digest(raw.value or b"")
        try:
            element = dataset[tag]
            vr = element.VR
        except Exception as error:
            row.update(vr=f"error {error}", decoded=None)
            out[(*at, f"{int(tag):08x}")] = row
            continue
        row["vr"] = CHOICES.get(vr, vr)
        if vr == "SQ":
            row["value"] = None
            if not is_raw and element.is_undefined_length:
                row["length"] = -1
            for number, item in enumerate(element.value or []):
                theirs(item, (*at, f"{int(tag):08x}", number), out)
        elif vr not in BINARY:
            try:
                row["decoded"] = plain(element.value, vr)
            except Exception as error:
                row["decoded"] = [f"error {error}"]
        out[(*at, f"{int(tag):08x}")] = row


def ours(lines):
    files = {}
    for line in lines:
        row = json.loads(line)
        if "file" in row:
            current = files.setdefault(row["file"], {})
        elif "error" in row:
            current[("error", len(current))] = {"vr": row["error"], "length": None, "value": None, "decoded": None}
        else:
            current[(*row["at"], row["tag"])] = row
    return files


def same(kind, left, right):
    if left is None or right is None or left == right:
        return True
    if kind == "decoded":
        left = [float(part) if isinstance(part, (int, float)) else part.strip("\0 ") for part in left]
        right = [float(part) if isinstance(part, (int, float)) else part.strip("\0 ") for part in right]
        left, right = left or [""], right or [""]
        return left == right
    return False


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--elements", default=HERE.parents[1] / "target/release/elements")
    arguments.add_argument("--list", action="store_true", help="print what differs and is not explained in full")
    arguments.add_argument("folder", nargs="?", default=pathlib.Path(pydicom.__file__).parent / "data")
    arguments = arguments.parse_args()
    folder = pathlib.Path(arguments.folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc", ".json", ".txt"))
    read = {}
    refused = []
    for path in paths:
        elements = {}
        try:
            dataset = pydicom.dcmread(path, force=True)
            theirs(dataset.file_meta, (), elements)
            theirs(dataset, (), elements)
        except Exception as error:
            refused.append((path, error))
            continue
        if elements:
            read[str(path)] = elements
    output = subprocess.run([arguments.elements, *read], check=True, capture_output=True, text=True).stdout
    mine = ours(output.splitlines())

    explained = collections.Counter()
    rules = []
    for line in (HERE / "against_pydicom.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            rules.append(line.split("\t"))
    counts = collections.Counter(files=len(read))
    for path, elements in read.items():
        name = str(pathlib.Path(path).relative_to(folder))
        for place in sorted(elements.keys() | mine[path].keys(), key=str):
            left, right = mine[path].get(place), elements.get(place)
            shown = "/".join(map(str, place))
            if left is None or right is None:
                kinds = [("absent", "present" if left else "absent", "present" if right else "absent")]
                kinds[0] = ("extra" if left else "missing", left and left["vr"], right and right["vr"])
            else:
                counts["elements"] += 1
                kinds = [(kind, left.get(kind), right[kind]) for kind in ("vr", "length", "value", "decoded")]
                kinds = [(kind, a, b) for kind, a, b in kinds if not same(kind, a, b)]
                counts["equal"] += not kinds
            for kind, a, b in kinds:
                rule = next((index for index, (files, places, what, *_) in enumerate(rules)
                             if fnmatch.fnmatch(name, files) and fnmatch.fnmatch(shown, places) and what == kind), None)
                counts["differences"] += 1
                if rule is None:
                    counts["unexplained"] += 1
                    if arguments.list or counts["unexplained"] <= 40:
                        print(f"{name}\t{shown}\t{kind}\tours {str(a)[:90]}\tpydicom {str(b)[:90]}")
                else:
                    explained[rule] += 1
    for path, error in refused:
        print(f"pydicom cannot read {path.relative_to(folder)}: {type(error).__name__}")
    unused = [rule for index, rule in enumerate(rules) if not explained[index]]
    for rule in unused:
        print("explains nothing:", *rule, sep="\t")
    for index, count in sorted(explained.items()):
        print(f"{count:6} explained: {rules[index][3]}")
    print(f"pydicom {pydicom.__version__}: {counts['files']} files, {counts['elements']} elements, {counts['equal']} equal in everything,"
          f" {counts['differences']} differences, {counts['unexplained']} unexplained")
    return 1 if counts["unexplained"] or unused else 0


if __name__ == "__main__":
    sys.exit(main())
