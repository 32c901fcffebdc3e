#!/usr/bin/env bash
# The share of fusion in `iomt identify`, in instructions under callgrind: the same on a busy machine.
# usage: benches/fusion.sh [MEBIBYTES]     (32 by default: callgrind takes about fifty times as long)
#
# Fusion is what takes evidence into the ledger, which grows with the input, and what reads the inventory from it, which grows with
# its devices. Reading the built-in knowledge costs the same in every process. All three are shares of the whole run.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --release -q -p iomt-cli -p iomt-benches --bins
bin=${CARGO_TARGET_DIR:-target}/release
for kind in bulk mixed; do
  "$bin/generate" "$kind" "${1:-32}" "$folder/$kind.pcap" >/dev/null
done
for file in "$folder"/*.pcap fixtures/captures/dicom_store_modalities.pcap fixtures/captures/hl7_tls_oddport.pcap; do
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    "$bin/iomt" identify --jobs 1 --format json --output /dev/null "$file" 2>/dev/null || true
  callgrind_annotate --inclusive=yes --threshold=100 "$folder/out" 2>/dev/null | python3 -c '
import re, sys
name, cost = sys.argv[1], {}
for line in sys.stdin:
    found = re.match(r"\s*([\d,]+) \(.*?\)\s+(\S+?\.rs|\?\?\?|\S+):(.*?)(?: \[.*\])?$", line)
    if found:
        # One function has a line for each file that was inlined into it; the largest is the whole of it.
        function, count = found[3], int(found[1].replace(",", ""))
        cost[function] = max(cost.get(function, 0), count)
def of(pattern):
    """Instructions of the functions whose names match, callees included."""
    matching = [count for function, count in cost.items() if re.search(pattern, function)]
    if not matching:
        sys.exit(f"{name}: no function matches {pattern}: it was inlined, and what follows would not be true")
    return matching
total = max(cost.values())
knowledge = max(of(r"Knowledge.*::from_tables$"))
taken = sum(of(r"^<iomt::reasoning::ledger::Ledger as iomt::evidence::Sink>::\w+$")) + sum(of(r"Ledger::neighbour$"))
# One of the two is inlined into the other, now this, now that.
read = max(of(r"Inventory::read_with$|reasoning::identity::devices$"))
share = lambda part: f"{100 * part / total:5.2f} %"
print(f"{name:28} {total:13,} instructions: taking evidence {share(taken)}, reading the inventory {share(read)}, "
      f"together {share(taken + read)}; knowledge {share(knowledge)} ({knowledge:,})")
' "$(basename "$file")"
done
