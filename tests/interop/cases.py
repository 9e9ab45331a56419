#!/usr/bin/env python3
"""Compare how many records the program and libevtx read from every event log of the case bundles.

usage: cases.py PROGRAM FOLDER-OF-CASES. Needs `pip install libevtx-python`.
"""
import collections
import io
import json
import pathlib
import subprocess
import sys
import zipfile

import pyevtx


def logs(name, content):
    """Every event log in a file, archives opened: (name, bytes)."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                yield from logs(entry.filename.replace("\\", "/").rsplit("/", 1)[-1], archive.read(entry))
    elif content[:8] == b"ElfFile\x00":
        yield name, content


def read(content):
    log = pyevtx.file()
    log.open_file_object(io.BytesIO(content))
    number = log.get_number_of_records()
    for index in range(number):
        log.get_record(index).get_xml_string()
    log.close()
    return number


def main(program, folder):
    total, wrong = 0, 0
    for case in sorted(pathlib.Path(folder).iterdir()):
        upload = next((case / name for name in ("bundle.zip", "bundle") if (case / name).exists()), None)
        if upload is None:
            continue
        files = [upload] if upload.is_file() else sorted(path for path in upload.rglob("*") if path.is_file())
        theirs = collections.Counter(
            (name, read(content)) for path in files for name, content in logs(path.name, path.read_bytes())
        )
        run = subprocess.run([program, "analyze", str(upload), "-f", "json"], capture_output=True, check=False)
        report = json.loads(run.stdout)
        ours = collections.Counter(
            (artifact["path"].rsplit("/", 1)[-1], artifact["records"])
            for artifact in report["coverage"]["artifacts"]
            if artifact["kind"] == "evtx"
        )
        total += sum(theirs.values())
        if ours != theirs:
            wrong += 1
            print(f"{case.name}: only here {dict(ours - theirs)}, only in libevtx {dict(theirs - ours)}")
    print(f"   {total} event logs compared, {wrong} cases differ")
    return 1 if wrong or not total else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
