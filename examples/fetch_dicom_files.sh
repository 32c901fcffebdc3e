#!/usr/bin/env bash
# Fetches the DICOM files that pydicom's wheel ships, into a folder: for `accuracy`. Nothing of it is kept in the repository.
set -euo pipefail
to=${1:?usage: fetch_dicom_files.sh FOLDER}
mkdir -p "$to"
python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$to" pydicom==3.0.2
python3 -m zipfile -e "$to"/pydicom-3.0.2-*.whl "$to/wheel"
echo "$to/wheel/pydicom/data/test_files"
