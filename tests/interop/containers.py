#!/usr/bin/env python3
"""Pack one case with other people's archivers and compare the reports: the same content is the same case.

usage: containers.py PROGRAM BUNDLE.zip. Needs gcab, zip and 7z.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile


def run(*command, cwd):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def python(archive, names, method, separator="/"):
    with zipfile.ZipFile(archive, "w", method) as out:
        for name in names:
            # ZipFile would turn the separator of this system into a slash; .NET writes a backslash on Windows.
            entry = zipfile.ZipInfo("x")
            entry.filename = name.replace("/", separator)
            entry.compress_type = method
            out.writestr(entry, (archive.parent / "files" / name).read_bytes())


def pack(folder, names):
    """One archive a maker: (what, path)."""
    files = folder / "files"
    run("gcab", "--create", "--zip", str(folder / "gcab.cab"), *names, cwd=files)
    run("gcab", "--create", str(folder / "stored.cab"), *names, cwd=files)
    run("zip", "-q", "-r", str(folder / "info.zip"), ".", cwd=files)
    run("7z", "a", "-tzip", str(folder / "seven.zip"), ".", cwd=files)
    run("zip", "-q", "-0", str(folder / "outer.zip"), "gcab.cab", cwd=folder)
    python(folder / "python.zip", names, zipfile.ZIP_DEFLATED)
    python(folder / "backslash.zip", names, zipfile.ZIP_STORED, "\\")
    return sorted(path for path in folder.iterdir() if path.is_file())


def report(program, upload):
    result = subprocess.run([program, "analyze", str(upload), "-f", "json"], capture_output=True, check=False)
    if result.returncode not in (0, 1, 3):
        raise SystemExit(f"{upload.name}: exit {result.returncode}: {result.stderr.decode()}")
    parsed = json.loads(result.stdout)
    parsed["case"]["source"] = ""
    # A container that is not the case itself is listed beside what it holds.
    artifacts = parsed["coverage"]["artifacts"]
    parsed["coverage"]["artifacts"] = [one for one in artifacts if one["kind"] != "archive"]
    return parsed


def main(program, bundle):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with zipfile.ZipFile(bundle) as archive:
            for entry in archive.infolist():
                path = folder / "files" / entry.filename.replace("\\", "/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(entry))
        files = folder / "files"
        names = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())
        expected = report(program, files)
        if len(expected["coverage"]["artifacts"]) != len(names):
            raise SystemExit("the folder itself is not listed whole")
        archives = pack(folder, names)
        wrong = [path.name for path in archives if report(program, path) != expected]
    print(f"   {len(names)} files in {len(archives)} archives; different: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
