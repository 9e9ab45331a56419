#!/usr/bin/env python3
"""Read the scripts of `remedy` with parsers that others wrote: tree-sitter-powershell for .ps1, regparse for .reg.

usage: scripts.py PROGRAM FOLDER-OF-CASES [FOLDER-OF-MORE-PS1]. Needs `pip install tree-sitter tree-sitter-powershell regparse`.
"""
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile

import regparse
import tree_sitter
import tree_sitter_powershell

# Everything that a script may call.
COMMANDS = set(
    "Set-StrictMode Write-Output New-Object Get-Module Import-Module Join-Path Get-Item Select-Object Where-Object Format-List "
    "Get-Process Get-ADUser Unlock-ADAccount Get-WinEvent Get-AdfsRelyingPartyTrust Get-AdfsAccountActivity Get-CASMailbox "
    # The property that a filter in braces begins with.
    "UserPrincipalName".split()
)
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def powershell(content):
    """What is wrong with a script, or None."""
    if content[:3] != b"\xef\xbb\xbf":
        return "no mark"
    content = content[3:]
    # The grammar knows no list that begins with a bare word, which PowerShell takes.
    for word in (b"FullName", b"TimeCreated"):
        content = content.replace(b"Select-Object " + word + b", @{", b"Select-Object @{")
    content = re.sub(rb"(-Properties|Format-List) ([A-Za-z-]+)(,[A-Za-z-]+)+", rb"\1 \2", content)
    tree = PARSER.parse(content)
    if tree.root_node.has_error:
        return "it does not parse"
    for node in nodes(tree.root_node):
        text = node.text.decode()
        if node.type in ("expandable_string_literal", "expandable_here_string_literal", "verbatim_here_string_characters"):
            return f"{node.type}: {text}"
        if node.type == "command_name" and text not in COMMANDS:
            return f"it calls {text!r}"
        if node.type == "command_invokation_operator":
            return f"it calls by {text!r}"
    return None


# Where steps change values: settings of programs, and the one key of Windows that a step of AD FS names.
ROOTS = ("HKEY_CURRENT_USER\\SOFTWARE\\", "HKEY_LOCAL_MACHINE\\SOFTWARE\\")
KEYS = ("HKEY_LOCAL_MACHINE\\SYSTEM\\CURRENTCONTROLSET\\CONTROL\\LSA",)


def registry(path, script):
    """What is wrong with a file of values, given the script that says what it sets."""
    read = regparse.RegParse(filename=str(path))
    found = set()
    for key in read.config.sections():
        if not str(key).upper().startswith(ROOTS) and str(key).upper() not in KEYS:
            return f"key {key}"
        for name, data in read.config.items(str(key)):
            data = data if isinstance(data, str) else data[-1]
            found.add((str(key).lower(), str(name).strip('"').lower(), "-" if data == "-" else str(read.parseval(data))))
    said = set()
    roots = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}
    for line in script.splitlines():
        line = line.removeprefix("echo   ")
        if match := re.fullmatch(r"set (HK..)(\\\S.*) (\w+) = (\S+) \(REG_\w+\)", line):
            said.add(((roots[match[1]] + match[2]).lower(), match[3].lower(), match[4]))
        elif match := re.fullmatch(r"remove the value (\w+) of (HK..)(\\.*)", line):
            said.add(((roots[match[2]] + match[3]).lower(), match[1].lower(), "-"))
    return None if found == said and found else f"it holds {sorted(found)}, the script says {sorted(said)}"


def main(program, cases, more=None):
    counts, wrong = {".ps1": 0, ".reg": 0}, 0
    with tempfile.TemporaryDirectory() as desk:
        folders = itertools.product(sorted(pathlib.Path(cases).iterdir()), ("engineer", "user", "admin"))
        for number, (case, audience) in enumerate(folders):
            upload = next((case / name for name in ("bundle.zip", "bundle") if (case / name).exists()), None)
            if upload is None:
                continue
            folder = pathlib.Path(desk) / str(number)
            code = subprocess.run([program, "remedy", upload, "-o", folder, "--audience", audience], check=False).returncode
            if code == 2:
                sys.exit(f"{upload}: nothing written")
        files = sorted(pathlib.Path(desk).rglob("*.*"))
        files += sorted(pathlib.Path(more).glob("*.ps1")) if more else []
        for path in files:
            if path.suffix == ".ps1":
                problem = powershell(path.read_bytes())
            elif path.suffix == ".reg":
                problem = registry(path, path.with_suffix(".cmd").read_text("ascii"))
            else:
                continue
            counts[path.suffix] += 1
            if problem:
                wrong += 1
                print(f"{path.name}: {problem}")
    # This grammar ends no literal at a typographic quote; the tokenizer of the unit tests does.
    traps = ["Get-ADUser -Identity 'a'; calc; ''", "Write-Output \"a\"", "& 'calc'", "Write-Output 'a", "iex 'a'"]
    unseen = [trap for trap in traps if powershell(b"\xef\xbb\xbf" + trap.encode()) is None]
    print(f"   {counts['.ps1']} .ps1 and {counts['.reg']} .reg read, {wrong} wrong; {len(traps) - len(unseen)} of {len(traps)} traps seen")
    return bool(wrong or unseen or not all(counts.values()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
