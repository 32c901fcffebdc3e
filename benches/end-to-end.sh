#!/usr/bin/env bash
# End to end, one run, one machine: `iomt identify` beside tshark on the same generated captures, and peak memory.
# usage: benches/end-to-end.sh [MEBIBYTES [FOLDER]]     (256 MiB by default; the captures go to a temporary folder)
set -euo pipefail
cd "$(dirname "$0")/.."
size=${1:-256}
folder=${2:-$(mktemp -d)}
cargo build --release -q -p iomt-cli -p iomt-benches --bins
bin=${CARGO_TARGET_DIR:-target}/release
generate=$bin/generate iomt=$bin/iomt

# seconds and peak KiB of a command, best of three
measure() {
  python3 - "$@" <<'PY'
import os, subprocess, sys, time
best, peak = None, 0
runs = 1 if "tshark" in sys.argv[1] else 3
for _ in range(runs):
    start = time.monotonic()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - start
    best, peak = min(best or took, took), max(peak, usage.ru_maxrss)
print("%.3f %d" % (best, peak))
PY
}
report() { # name, file, command...
  local name=$1 file=$2; shift 2
  read -r seconds peak < <(measure "$@")
  python3 -c "
import os, sys
s, p, size = float('$seconds'), int('$peak'), os.path.getsize('$file')
print('%-34s %-12s %9.3f s %9.3f GB/s %8.1f MiB peak' % ('$name', os.path.basename('$file'), s, size / s / 1e9, p / 1024))"
}

"$bin/bandwidth"
for kind in bulk mixed; do
  file=$folder/$kind.pcap
  [ -s "$file" ] || "$generate" "$kind" "$size" "$file" >/dev/null
  cat "$file" >/dev/null # warm: what is measured is the program, not the disk
  report "iomt identify --jobs 1" "$file" "$iomt" identify --jobs 1 --format json "$file"
  if command -v tshark >/dev/null; then
    report "tshark -T fields" "$file" tshark -r "$file" -T fields -e dicom.assoc.ae.calling -e dicom.tag.value.str -e hl7.field
    report "tshark -T json" "$file" tshark -r "$file" -T json
  fi
done
