#!/usr/bin/env bash
# The share of fusion in `iomt identify`, in instructions under callgrind: the same on a busy machine.
# usage: benches/fusion.sh [MEBIBYTES]     (16 by default: callgrind takes about fifty times as long)
# Fusion is what takes evidence into the ledger and reads the inventory from it; reading the built-in knowledge, once per
# process, is told apart from both.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --release -q -p iomt-cli -p iomt-benches --bins
bin=${CARGO_TARGET_DIR:-target}/release
for kind in bulk mixed; do
  "$bin/generate" "$kind" "${1:-16}" "$folder/$kind.pcap" >/dev/null
done
for file in "$folder"/*.pcap fixtures/captures/dicom_store_modalities.pcap fixtures/captures/hl7_tls_oddport.pcap; do
  valgrind --tool=callgrind --callgrind-out-file="$folder.out" \
    "$bin/iomt" identify --jobs 1 --format json --output /dev/null "$file" 2>/dev/null || true
  callgrind_annotate --inclusive=yes --threshold=100 "$folder.out" | python3 -c '
import re, sys
name, cost = sys.argv[1], {}
for line in sys.stdin:
    found = re.match(r"\s*([\d,]+) \(.*?\)\s+(.*)", line)
    if found and found[2] not in cost:
        cost[found[2]] = int(found[1].replace(",", ""))
def of(*words):
    """Instructions of the functions whose names hold all the words, callees included."""
    return sum(n for f, n in cost.items() if all(w in f for w in words))
total = max(cost.values())
knowledge = max([n for f, n in cost.items() if "Knowledge" in f and "builtin" in f] or [0])
taken = of("Ledger as iomt::evidence::Sink") + of("Ledger", "neighbour")
read = max([n for f, n in cost.items() if "identity::devices" in f or "Inventory::read" in f] or [0])
work = total - knowledge
print(f"{name:32} {work:14,} instructions, taking evidence {100 * taken / work:5.2f} %, "
      f"reading the inventory {100 * read / work:5.2f} %, knowledge {knowledge:,} once")
' "$(basename "$file")"
  rm -f "$folder.out"
done
