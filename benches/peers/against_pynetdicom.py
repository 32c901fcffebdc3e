#!/usr/bin/env python3
"""Every PDU and command set of pynetdicom's test vectors, and thousands made with its own primitives, read by both.

usage: benches/peers/against_pynetdicom.py [--count N] [--pdus BINARY]

pynetdicom decodes each with its own classes, iomt-dicom with `pdus` (benches/src/bin/pdus.rs). A field that only one of the two has, or
that differs, must be explained by a line of against_pynetdicom.tsv: vector, field (or *), reason. Ends with an error if one is not,
and if a line explains nothing.
"""
import argparse
import io
import os
import random
import struct
import subprocess
import sys

from pydicom.filereader import read_dataset
from pydicom.uid import UID
from pynetdicom import pdu, pdu_items, status
from pynetdicom.dimse_messages import _MESSAGE_TYPES, _COMMAND_SET_KEYWORDS
from pynetdicom.tests import encoded_dimse_msg, encoded_dimse_n_msg, encoded_pdu_items

HERE = os.path.dirname(os.path.abspath(__file__))
PDUS = {1: pdu.A_ASSOCIATE_RQ, 2: pdu.A_ASSOCIATE_AC, 3: pdu.A_ASSOCIATE_RJ, 4: pdu.P_DATA_TF, 5: pdu.A_RELEASE_RQ,
        6: pdu.A_RELEASE_RP, 7: pdu.A_ABORT_RQ}


def text(value):
    return (value.encode("latin-1") if isinstance(value, str) else value or b"").rstrip(b"\0 ").hex()


def theirs_pdu(data):
    """What pynetdicom reads in a PDU, as `pdus` writes it."""
    one = PDUS[data[0]]()
    one.decode(data)
    told = [("length", str(len(one))), ("type", str(one.pdu_type))]
    if data[0] in (1, 2):
        told.append(("version", str(one.protocol_version)))
        called, calling = (one.called_ae_title, one.calling_ae_title) if data[0] == 1 else (
            one.reserved_aet, one.reserved_aec)
        told += [("called", text(called.strip())), ("calling", text(calling.strip()))]
        told.append(("application context", text(one.application_context_name)))
        for context in one.presentation_context:
            result = str(context.result) if data[0] == 2 else "-"
            told.append(("context", f"{context.presentation_context_id} {result}"))
            for item in context.abstract_transfer_syntax_sub_items if data[0] == 1 else context.transfer_syntax_sub_item:
                name = "abstract syntax" if isinstance(item, pdu_items.AbstractSyntaxSubItem) else "transfer syntax"
                value = item.abstract_syntax_name if name[0] == "a" else item.transfer_syntax_name
                told.append((name, text(value)))
        for item in one.user_information.user_data if one.user_information else []:
            told.append((f"{item.item_type:02x}", user(item)))
    elif data[0] == 3:
        told.append(("reject", f"{one.result} {one.source} {one.reason_diagnostic}"))
    elif data[0] == 7:
        told.append(("abort", f"{one.source} {one.reason_diagnostic}"))
    elif data[0] == 4:
        for item in one.presentation_data_value_items:
            told.append(("pdv", f"{item.presentation_context_id} {item.presentation_data_value.hex()}"))
    return told


def raw(value):
    return (value.encode("latin-1") if isinstance(value, str) else value or b"").hex()


def user(item):
    kind = item.item_type
    if kind == 0x51:
        return str(item.maximum_length_received)
    if kind == 0x52:
        return raw(item.implementation_class_uid)
    if kind == 0x53:
        return f"{item.maximum_number_operations_invoked} {item.maximum_number_operations_performed}"
    if kind == 0x54:
        return f"{raw(item.sop_class_uid)} {item.scu_role} {item.scp_role}"
    if kind == 0x55:
        return raw(item.implementation_version_name)
    if kind == 0x56:
        return f"{raw(item.sop_class_uid)} {raw(item.service_class_application_information)}"
    if kind == 0x57:
        related = ",".join(map(raw, item.related_general_sop_class_identification or []))
        return f"{raw(item.sop_class_uid)} {raw(item.service_class_uid)} {related}"
    if kind == 0x58:
        return " ".join([str(item.user_identity_type), str(item.positive_response_requested), raw(item.primary_field),
                         raw(item.secondary_field)])
    return raw(item.server_response)


def theirs_command(data):
    """What pydicom's reader, which pynetdicom uses, finds in a command set; and the name that pynetdicom has for it."""
    told, at = [], 0
    while at < len(data):
        group, element, length = struct.unpack_from("<HHI", data, at)
        told.append((f"({group:04X},{element:04X})", data[at + 8:at + 8 + length].hex()))
        at += 8 + length
    read = read_dataset(io.BytesIO(data), True, True)
    assert len(read) == len({name for name, _ in told})
    field = read.CommandField
    told.append(("name", _MESSAGE_TYPES[field][0].replace("_", "-")))
    if "Status" in read:
        told.append(("status class", status.code_to_category(read.Status).lower()))
    return told


def vectors():
    for module in (encoded_pdu_items, encoded_dimse_msg, encoded_dimse_n_msg):
        for name in sorted(vars(module)):
            value = vars(module)[name]
            if isinstance(value, bytes) and name.startswith(("a_", "p_data")):
                yield name, "pdu", value
            elif name.endswith(("_cmd", "_cmd_b", "_cmd_empty", "_cmd_with_dup")):
                # The first byte of each fragment is the message control header.
                parts = value if isinstance(value, list) else [value]
                yield name, "command", b"".join(part[1:] for part in parts)


def made(count):
    """PDUs from pynetdicom's own items with drawn values."""
    draw = random.Random(20260101)

    def uid():
        return UID(".".join(["1", "2"] + [str(draw.randrange(1, 99999)) for _ in range(draw.randrange(1, 9))]))

    for number in range(count):
        kind = draw.choice([1, 1, 1, 2, 2, 3, 4, 5, 6, 7])
        one = PDUS[kind]()
        if kind in (1, 2):
            name = pdu_items.ApplicationContextItem()
            name.application_context_name = UID("1.2.840.10008.3.1.1.1")
            one.variable_items.append(name)
            title = lambda: "".join(draw.choice("ABCDEFGHIJ_0123456789") for _ in range(draw.randrange(1, 17)))
            if kind == 1:
                one.called_ae_title, one.calling_ae_title = title(), title()
            else:
                one._reserved_aet, one._reserved_aec = title().ljust(16), title().ljust(16)
            for context_id in range(1, draw.choice([3, 9, 257]), 2):
                item = pdu_items.PresentationContextItemRQ() if kind == 1 else pdu_items.PresentationContextItemAC()
                item.presentation_context_id = context_id
                if kind == 1:
                    syntax = pdu_items.AbstractSyntaxSubItem()
                    syntax.abstract_syntax_name = uid()
                    item.abstract_transfer_syntax_sub_items.append(syntax)
                else:
                    item.result_reason = draw.randrange(5)
                for _ in range(draw.randrange(1, 5) if kind == 1 else 1):
                    syntax = pdu_items.TransferSyntaxSubItem()
                    syntax.transfer_syntax_name = uid()
                    (item.abstract_transfer_syntax_sub_items if kind == 1 else item.transfer_syntax_sub_item).append(syntax)
                one.variable_items.append(item)
            users = pdu_items.UserInformationItem()
            for wish in sorted(draw.sample(range(0x51, 0x5A), draw.randrange(1, 8))):
                users.user_data.append(drawn(wish, draw, uid))
            one.variable_items.append(users)
        elif kind == 3:
            one.result, one.source, one.reason_diagnostic = draw.choice([1, 2]), draw.choice([1, 2, 3]), draw.choice([1, 2])
        elif kind == 7:
            one.source, one.reason_diagnostic = draw.choice([0, 2]), draw.choice([0, 1, 2, 4, 5, 6])
        elif kind == 4:
            for _ in range(draw.randrange(1, 6)):
                item = pdu_items.PresentationDataValueItem()
                item.presentation_context_id = draw.randrange(1, 256, 2)
                item.presentation_data_value = bytes([draw.randrange(4)]) + draw.randbytes(draw.randrange(60))
                one.presentation_data_value_items.append(item)
        yield f"made {number}", "pdu", one.encode()
    for number in range(count):
        field, (name, _) = draw.choice(sorted(_MESSAGE_TYPES.items()))
        elements = [(0x0100, struct.pack("<H", field)), (0x0800, struct.pack("<H", draw.choice([1, 0x101])))]
        elements.append((0x0110 if field < 0x8000 and field != 0xFFF else 0x0120, struct.pack("<H", draw.randrange(65536))))
        if field >= 0x8000:
            elements.append((0x0900, struct.pack("<H", draw.choice([0, 0x0110, 0xB000, 0xA700, 0xFE00, 0xFF00, 0xC001]))))
        for tag in draw.sample([0x0002, 0x0003, 0x1000, 0x1001], draw.randrange(4)):
            value = uid().encode()
            elements.append((tag, value + b"\0"[: len(value) % 2]))
        body = b"".join(struct.pack("<HHI", 0, tag, len(value)) + value for tag, value in sorted(elements))
        yield f"made {name} {number}", "command", struct.pack("<HHII", 0, 0, 4, len(body)) + body


def drawn(kind, draw, uid):
    word = lambda most: draw.randbytes(draw.randrange(1, most))
    if kind == 0x51:
        item = pdu_items.MaximumLengthSubItem()
        item.maximum_length_received = draw.randrange(2**32)
    elif kind == 0x52:
        item = pdu_items.ImplementationClassUIDSubItem()
        item.implementation_class_uid = uid()
    elif kind == 0x53:
        item = pdu_items.AsynchronousOperationsWindowSubItem()
        item.maximum_number_operations_invoked, item.maximum_number_operations_performed = draw.randrange(65536), 7
    elif kind == 0x54:
        item = pdu_items.SCP_SCU_RoleSelectionSubItem()
        item.sop_class_uid, item.scu_role, item.scp_role = uid(), draw.randrange(2), draw.randrange(2)
    elif kind == 0x55:
        item = pdu_items.ImplementationVersionNameSubItem()
        item.implementation_version_name = "V" + str(draw.randrange(10**9))
    elif kind == 0x56:
        item = pdu_items.SOPClassExtendedNegotiationSubItem()
        item.sop_class_uid, item.service_class_application_information = uid(), word(9)
    elif kind == 0x57:
        item = pdu_items.SOPClassCommonExtendedNegotiationSubItem()
        item.sop_class_uid, item.service_class_uid = uid(), uid()
        item.related_general_sop_class_identification = [uid() for _ in range(draw.randrange(4))]
    elif kind == 0x58:
        item = pdu_items.UserIdentitySubItemRQ()
        item.user_identity_type, item.positive_response_requested = draw.randrange(1, 6), draw.randrange(2)
        item.primary_field = word(40)
        item.secondary_field = word(20) if item.user_identity_type == 2 else b""
    else:
        item = pdu_items.UserIdentitySubItemAC()
        item.server_response = word(40)
    return item


def explanations():
    with open(os.path.join(HERE, "against_pynetdicom.tsv"), encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return {(vector, field): reason for vector, field, reason in rows}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--pdus", default=os.path.join(HERE, "../../target/release/pdus"))
    options = parser.parse_args()
    cases = list(vectors()) + list(made(options.count))
    lines = "".join(f"{kind} {data.hex()}\n" for _, kind, data in cases)
    done = subprocess.run([options.pdus], input=lines, capture_output=True, text=True, check=True)
    ours = [[tuple(line.split("\t", 1)) for line in block.splitlines()] for block in done.stdout.split("\n\n")]
    explained, used = explanations(), set()
    fields = equal = unexplained = 0
    for (name, kind, data), mine in zip(cases, ours, strict=False):
        try:
            their = theirs_pdu(data) if kind == "pdu" else theirs_command(data)
        except Exception as error:  # what the peer makes of it is part of the comparison
            their = [("error", f"{type(error).__name__}: {error}")]
        for number in range(max(len(mine), len(their))):
            left = mine[number] if number < len(mine) else ("-", "-")
            right = their[number] if number < len(their) else ("-", "-")
            fields += 1
            if left == right:
                equal += 1
                continue
            for key in ((name, left[0]), (name, "*")):
                if key in explained:
                    used.add(key)
                    break
            else:
                unexplained += 1
                print(f"{name}: iomt {left[0]}={left[1][:80]} | pynetdicom {right[0]}={right[1][:80]}")
    pdus = sum(kind == "pdu" for _, kind, _ in cases)
    print(f"{pdus} PDUs, {len(cases) - pdus} command sets, {fields} fields: {equal} equal, "
          f"{fields - equal - unexplained} explained, {unexplained} unexplained")
    idle = sorted(set(explained) - used)
    for vector, field in idle:
        print(f"explains nothing: {vector} {field}")
    sys.exit(1 if unexplained or idle else 0)


if __name__ == "__main__":
    main()
