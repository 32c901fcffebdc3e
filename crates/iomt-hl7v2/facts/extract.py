#!/usr/bin/env python3
"""Writes fields.tsv and segments.tsv from the tables of hl7apy (MIT licence; install it first) and, for v2.9, from the rows below,
which were read in the public source text of the HL7 v2+ standard. Names, positions, data types and versions are facts; no code is taken.

usage: extract.py          then: IOMT_BLESS=1 cargo test -p iomt-hl7v2 --test segments
"""
import importlib
import pathlib
import re

VERSIONS = ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2"]
IN_FULL = ["MSH", "SFT", "UAC", "PRT", "OBR", "OBX", "EQU", "EQP", "DEV", "PV1", "NTE"]
NEW_IN_2_9 = """
MSH 26 SECURITY_CLASSIFICATION_TAG CWE 1
MSH 27 SECURITY_HANDLING_INSTRUCTIONS CWE *
MSH 28 SPECIAL_ACCESS_RESTRICTION_INSTRUCTIONS ST *
PRT 23 PREFERRED_METHOD_OF_CONTACT CWE 1
PRT 24 CONTACT_IDENTIFIER PLN *
EQU 6 EXPECTED_DATE_TIME_OF_THE_NEXT_STATUS_CHANGE DTM 1
OBX 31 ACTION_CODE ID 1
OBX 32 OBSERVATION_VALUE_ABSENT_REASON CWE *
OBX 33 OBSERVATION_RELATED_SPECIMEN_IDENTIFIER EIP *
OBR 55 ACTION_CODE ID 1
DEV 1 ACTION_CODE ID 1
DEV 2 UNIQUE_DEVICE_IDENTIFIER EI 1
DEV 3 DEVICE_TYPE CNE *
DEV 4 DEVICE_STATUS CNE 1
DEV 5 MANUFACTURER_DISTRIBUTOR XON 1
DEV 6 BRAND_NAME ST 1
DEV 7 MODEL_IDENTIFIER ST 1
DEV 8 CATALOGUE_IDENTIFIER ST 1
DEV 9 UDI_DEVICE_IDENTIFIER EI 1
DEV 10 DEVICE_LOT_NUMBER ST 1
DEV 11 DEVICE_SERIAL_NUMBER ST 1
DEV 12 DEVICE_MANUFACTURE_DATE DTM 1
DEV 13 DEVICE_EXPIRY_DATE DTM 1
DEV 14 SAFETY_CHARACTERISTICS CWE *
DEV 15 DEVICE_DONATION_IDENTIFICATION EI 1
DEV 16 SOFTWARE_VERSION_NUMBER ST 1
DEV 17 IMPLANTATION_STATUS CNE 1
"""

fields = {}
counts = {}
for version in VERSIONS:
    module = importlib.import_module("hl7apy.v" + version.replace(".", "_") + ".segments")
    for segment, content in module.SEGMENTS.items():
        if not re.fullmatch("[A-Z][A-Z0-9]{2}", segment):
            continue
        # One entry of v2.1 lacks its word in front, and what v2.8 withdrew is empty.
        rows = (content[1:] or ((),))[0] if content[:1] == ("sequence",) else content
        rows = [row for row in rows if re.fullmatch(segment + "_[0-9]+", row[0])]
        numbers = [int(row[0].split("_")[1]) for row in rows]
        counts.setdefault(segment, {})[version] = max(numbers, default=0)
        if segment not in IN_FULL:
            continue
        for (name, content, (_, most), _), number in zip(rows, numbers):
            kind, text = content[2], content[3]
            known = fields.setdefault((segment, number), {"first": version})
            known.update(last=version, source="hl7apy")
            if kind == "WD":
                # Withdrawn: what it was is in the versions before.
                continue
            if (segment, number) == ("OBR", 27):
                # The table of v2.7 repeats OBR-26 here; the standard says quantity/timing and withdraws it.
                text, kind = "QUANTITY_TIMING", "TQ"
            known.update(name=text, type=kind or "-", repeats="1" if most == 1 else "*")
for row in NEW_IN_2_9.split("\n"):
    if row:
        segment, number, name, kind, repeats = row.split()
        fields[segment, int(number)] = dict(
            name=name, type=kind, repeats=repeats, first="2.9", last="2.9", source="v2plus")
for known in fields.values():
    if known["last"] == "2.8.2":
        known["last"] = "2.9"
for segment in {segment for segment, _ in fields}:
    counts.setdefault(segment, {})["2.9"] = max(number for s, number in fields if s == segment)

folder = pathlib.Path(__file__).parent
head = "# Written by extract.py. source: hl7apy = tables of hl7apy 1.3.5; v2plus = source text of the HL7 v2+ standard, v2.9.1.\n"
with open(folder / "fields.tsv", "w") as out:
    out.write(head + "segment\tnumber\tname\ttype\trepeats\tfirst\tlast\tsource\n")
    for (segment, number), known in sorted(fields.items(), key=lambda item: (IN_FULL.index(item[0][0]), item[0][1])):
        columns = [segment, number] + [known[key] for key in ("name", "type", "repeats", "first", "last", "source")]
        out.write("\t".join(map(str, columns)) + "\n")
with open(folder / "segments.tsv", "w") as out:
    out.write(head + "# Number of fields in each version; 0 where the version does not have the segment, - where it is not known.\n")
    out.write("segment\t" + "\t".join(VERSIONS + ["2.9"]) + "\n")
    for segment, known in sorted(counts.items()):
        columns = [str(known.get(version, 0)) for version in VERSIONS] + [str(known.get("2.9", "-"))]
        out.write("\t".join([segment] + columns) + "\n")
