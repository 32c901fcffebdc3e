#!/usr/bin/env python3
"""Writes elements.tsv and uids.tsv anew: the facts of PS3.6, out of two tables that state them.

usage: facts.py FOLDER_OF_dicom-dictionary-std

Names, value multiplicities and what is retired come from pydicom (MIT; `pip install pydicom`). dicom-dictionary-std
(MIT or Apache-2.0) adds the elements and UIDs that are newer than pydicom's edition; it has no names, so the name of such
an element is its keyword. Facts only: a tag, a representation, a multiplicity, a keyword, a name.
`cargo test -p iomt-dicom --test dictionary -- --ignored` makes the tables of the crate from what this writes.
"""

import pathlib
import re
import sys

import pydicom
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._uid_dict import UID_dictionary

HERE = pathlib.Path(__file__).parent
# What dicom-dictionary-std (as DCMTK) writes for a representation that depends on other elements.
DEPENDS = {"ox": "OB or OW", "xs": "US or SS", "lt": "US or OW", "px": "OB or OW", "up": "UL", "na": "UN"}


def main(folder):
    version = re.search(r'^version = "(.*)"', (folder / "Cargo.toml").read_text(), re.M).group(1)
    origin = f"# PS3.6, stated by pydicom {pydicom.__version__} and, for what is newer, dicom-dictionary-std {version}; see facts.py."
    elements = {}
    for tag, (vr, vm, name, retired, keyword) in DicomDictionary.items():
        elements[f"{tag:08x}"] = (vr, vm, retired, keyword, name)
    for tag, (vr, vm, name, retired, keyword) in RepeatersDictionary.items():
        elements[tag.lower()] = (vr, vm, retired, keyword, name)
    rows = re.findall(r"^/// (\w+) \(([0-9A-F]{4}),([0-9A-F]{4})\) (\w\w) (\S+) (\S+)$", (folder / "src/tags.rs").read_text(), re.M)
    repeating = [re.compile(tag.replace("x", ".")) for tag in elements if "x" in tag]
    for keyword, group, element, vr, vm, source in rows:
        if any(mask.fullmatch((group + element).lower()) for mask in repeating):
            continue
        entry = (DEPENDS.get(vr, vr), vm, "Retired" if "retired" in source else "", keyword, keyword)
        elements.setdefault((group + element).lower(), entry)
    with open(HERE / "elements.tsv", "w", newline="\n") as out:
        print(origin, file=out)
        print("# tag\tVR\tVM\tretired\tkeyword\tname; x in a tag stands for any digit", file=out)
        for tag, (vr, vm, retired, keyword, name) in sorted(elements.items(), key=lambda row: ("x" in row[0], row[0])):
            if keyword and vr != "NONE":
                print(tag, vr, vm, "R" if retired else "", keyword, name.replace("\u200b", ""), sep="\t", file=out)

    uids = {}
    for uid, (name, kind, _, retired, keyword) in UID_dictionary.items():
        uids[uid] = (kind, "R" if retired else "", keyword, name)
    newer = re.findall(r'^/// ([^:\n]+): (.*)\n(?:#\[.*\]\n)*pub const \w+: &str = "([0-9.]+)";', (folder / "src/uids.rs").read_text(), re.M)
    for kind, name, uid in newer:
        uids.setdefault(uid, (kind, "R" if "(Retired)" in name else "", "", name))
    with open(HERE / "uids.tsv", "w", newline="\n") as out:
        print(origin, file=out)
        print("# uid\ttype\tretired\tkeyword\tname", file=out)
        for uid, row in sorted(uids.items()):
            print(uid, *row, sep="\t", file=out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
