#!/usr/bin/env python3
"""Send the registry exports of the cases through a reader that others wrote (regparse): the facts must stay the same.

usage: registry.py PROGRAM FOLDER-OF-CASES. Needs `pip install regparse`. The reader drops the letter case of keys and names, which
the registry does not tell apart either, and keeps the data as it stands; it splits a name that holds a colon or an equals sign,
so exports with such a name are counted and left out.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import regparse

HEADER = "Windows Registry Editor Version 5.00"


def exports(cases):
    """Name and content of every registry export of the cases."""
    for case in sorted(pathlib.Path(cases).iterdir()):
        for upload in sorted(case.glob("bundle*")):
            if upload.is_dir():
                for path in sorted(upload.rglob("*.reg")):
                    yield f"{case.name}/{path.name}", path.read_bytes()
            elif upload.suffix == ".zip":
                with zipfile.ZipFile(upload) as archive:
                    for name in sorted(archive.namelist()):
                        if name.endswith(".reg"):
                            yield f"{case.name}/{name}", archive.read(name)


def written_anew(path):
    """What the other reader understood, written as an export again."""
    read = regparse.RegParse(filename=str(path))
    lines = [HEADER, ""]
    for key in read.config.sections():
        root, _, rest = str(key).partition("\\")
        lines.append(f"[{root.upper()}\\{rest}]" if rest else f"[{root.upper()}]")
        for name, data in read.config.items(str(key)):
            data = data if isinstance(data, str) else data[-1]
            # A continued line of bytes is one line here.
            lines.append(f"{name}=" + (re.sub(r"\\\n\s*", "", data) if data.startswith("hex") else data))
        lines.append("")
    return "\r\n".join(lines + [""]).encode("utf-16")


def facts(program, path):
    """The facts of one file, without their lines and without letter case, in no order."""
    found = subprocess.run([program, "facts", "-f", "jsonl", path], check=False, capture_output=True)
    if found.returncode not in (0, 3):
        sys.exit(f"{path}: {found.stderr.decode()}")
    rows = set()
    for row in found.stdout.decode().lower().splitlines():
        row = re.sub(r"\bx\.reg:\d+", "x.reg", row)
        rows.add(row)
    return rows


def main(program, cases):
    same, other, left_out, compared = 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as desk:
        before, after = pathlib.Path(desk) / "before", pathlib.Path(desk) / "after"
        before.mkdir()
        after.mkdir()
        for name, content in exports(cases):
            text = content.decode("utf-16") if content[:2] == b"\xff\xfe" else ""
            if not text.startswith(HEADER) or re.search(r'^"[^"]*[:=][^"]*"=', text, re.M):
                left_out += 1
                continue
            (before / "x.reg").write_bytes(content)
            (after / "x.reg").write_bytes(written_anew(before / "x.reg"))
            own, others = facts(program, before / "x.reg"), facts(program, after / "x.reg")
            compared += len(own)
            if own == others:
                same += 1
            else:
                other += 1
                print(f"{name}: only before {sorted(own - others)[:3]}, only after {sorted(others - own)[:3]}")
    print(f"   {same} exports with {compared} facts the same, {other} not, {left_out} left out")
    return bool(other or not same or same < left_out)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
