#!/usr/bin/env bash
# How the time to read an inventory grows with its devices, in instructions under callgrind: the same on a busy machine.
# usage: benches/crowd.sh [DEVICES]     (5000 by default; read for so many and for twice as many)
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
cargo build --release -q -p iomt-benches --example crowd
count() { # shape, devices: instructions of reading, the making of the ledger left out
  local out
  out=$(mktemp)
  valgrind --tool=callgrind --toggle-collect='*Inventory::read*' --callgrind-out-file="$out" \
    "${CARGO_TARGET_DIR:-target}/release/examples/crowd" "$1" "$2" >/dev/null 2>&1
  sed -n 's/^summary: //p' "$out"
  rm -f "$out"
}
devices=${1:-5000}
for shape in units alike impostors gateway chain; do
  once=$(count "$shape" "$devices")
  twice=$(count "$shape" "$((devices * 2))")
  awk -v s="$shape" -v n="$devices" -v a="$once" -v b="$twice" \
    'BEGIN { printf "%-10s %9d instructions a device of %d, %5.2f times as many for twice as many devices\n", s, a / n, n, b / a }'
done
