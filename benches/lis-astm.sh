#!/usr/bin/env bash
# LIS02 tokenisation beside python-astm (the package `astm` 0.5.0, each in its own process) on the same frames, one run.
# The package uses names that Python 3.10 removed from `collections`: they are put back at start-up, its source stays as it is.
# usage: benches/lis-astm.sh
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release -q -p iomt-benches --bin lis
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/names"
cat > "$work/names/sitecustomize.py" <<'PYTHON'
import collections, collections.abc
for name in ("Iterable", "Mapping", "MutableMapping", "MutableSequence", "Sequence", "Callable", "Hashable"):
    setattr(collections, name, getattr(collections.abc, name))
PYTHON
pip install -q --target "$work/tools" wheel setuptools 2>/dev/null
PYTHONPATH="$work/names:$work/tools" pip install -q --no-build-isolation --no-deps --target "$work/peer" astm==0.5.0 2>/dev/null
cat > "$work/peer.py" <<'PYTHON'
import sys, time
from astm import codec

def frame(results):
    records = [b"H|\\^&|||XN-550^00-16^13456^^^^CF634567|||||LIS||P|LIS2-A2|20260102101500", b"P|1|||EX-000|NOBODY^EXAMPLE||19000101|U"]
    for number in range(1, results + 1):
        records.append(b"O|%d|S%d||^^^WBC\\^^^HGB|R||||||N" % (number, number))
        records.append(b"R|%d|^^^WBC^1|6.1|10*9/L|4.0^10.0|N||F||EXAMPLE||20260102101400|XN-550^13456" % number)
    body = b"1" + b"\r".join(records + [b"L|1|N", b""]) + b"\x03"
    return b"\x02" + body + b"%02X" % (sum(body) % 256) + b"\r\n"

path, results, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
message = frame(results)
open(path, "wb").write(message)
begin = time.perf_counter_ns()
for _ in range(times):
    codec.decode(message)
print((time.perf_counter_ns() - begin) // times)
PYTHON
for case in "4 3000 300000" "60 300 30000" "6000 3 300"; do
  read -r results theirs ours <<< "$case"
  peer=$(PYTHONPATH="$work/names:$work/peer" python3 "$work/peer.py" "$work/frame" "$results" "$theirs")
  own=$("${CARGO_TARGET_DIR:-target}/release/lis" "$work/frame" "$ours" 2>/dev/null)
  size=$(stat -c %s "$work/frame")
  echo "$results results, $size bytes: iomt-lis $own ns ($(awk "BEGIN { printf \"%.2f\", $size / $own }") GB/s), python-astm $peer ns, ratio $((peer / own))"
done
