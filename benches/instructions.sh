#!/usr/bin/env bash
# Instructions per call under callgrind: the same on a busy machine, so fit to compare two commits. usage: benches/instructions.sh [KERNEL]...
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
cargo build --release -q -p iomt-benches --bin kernel
count() { # kernel, times
  local out
  out=$(mktemp)
  valgrind --tool=callgrind --callgrind-out-file="$out" "${CARGO_TARGET_DIR:-target}/release/kernel" "$1" "$2" 2>/dev/null
  sed -n 's/^summary: //p' "$out"
  rm -f "$out"
}
all="dicom-rq dicom-scan dicom-frames hl7-facts hl7-facts-pump hl7-facts-monitor hl7-facts-adt hl7-tokens
  intellivue-facts intellivue-connect intellivue-connect-floor intellivue-walk intellivue-floor intellivue-index intellivue-serial
  phd-facts phd-walk phd-floor phd-check ge-facts ge-values ge-floor dri-facts dri-frames dri-floor"
for kernel in ${*:-$all}; do
  once=$(count "$kernel" 100)
  twice=$(count "$kernel" 300)
  printf '%-24s %8d instructions a call\n' "$kernel" "$(((twice - once) / 200))"
done
