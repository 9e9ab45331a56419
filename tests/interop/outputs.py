#!/usr/bin/env python3
"""Read tickets, mails and tables of every shipped case, or of every STEP-th, with parsers that are not ours.

usage: outputs.py PROGRAM FOLDER-OF-CASES [STEP]. Needs `pip install markdown-it-py`; mails and tables are read by Python itself.
"""
import csv
import email
import email.policy
import io
import json
import pathlib
import re
import subprocess
import sys

from markdown_it import MarkdownIt

LANGS = ("en", "ja")
READERS = ("user", "admin")


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode in (0, 1, 3) and done.stdout, (arguments, done.returncode, done.stderr)
    return done.stdout


def tokens(parsed):
    for token in parsed:
        yield token
        yield from tokens(token.children or ())


def ticket(text, report):
    # With the extensions of trackers on: tables, strikethrough; linkify would need a package of its own.
    found = list(tokens(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)))
    kinds = [token.type for token in found]
    for kind in ("html_block", "html_inline", "image", "link_open"):
        assert kind not in kinds, kind
    assert kinds.count("table_open") == 1, kinds
    # Its head and a row for each step.
    assert kinds.count("tr_open") == 1 + min(len(report["plan"]), 60), kinds.count("tr_open")
    assert all(kinds.count(f"{cell}_open") % 5 == 0 for cell in ("th", "td"))
    words = [token.content for token in found if token.type == "text"]
    for sign in ("@", "://", "www."):
        assert not any(sign in word for word in words), sign
    assert report["case"]["id"] in [token.content for token in found if token.type == "code_inline"]
    checks = [word for word in words if word.startswith("[ ] ")]
    assert len(checks) == min(len(report["collect_next"]), 60), checks
    shown = [token.content.rstrip("\n") for token in found if token.type == "fence"]
    for item in report["collect_next"][:3]:
        for command in item["commands"]:
            assert command["text"] in shown, command


def mails(content, report, reader):
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [message]
    if message.get_content_type() == "multipart/mixed":
        parts = [part.get_content() for part in message.iter_parts()]
        assert len(parts) == 2, parts
    for part in parts:
        assert not part.defects and not message.defects, (part.defects, message.defects)
        assert part["X-Unsent"] == "1" and part["MIME-Version"] == "1.0"
        for name in ("From", "Date", "Bcc", "Cc"):
            assert part[name] is None, name
        assert report["case"]["id"] in part["Subject"], part["Subject"]
        addresses = part["To"].addresses
        if reader == "user":
            smtp = (report["case"]["user"] or {}).get("smtp", [])
            assert [address.addr_spec for address in addresses] == smtp[:1], (addresses, smtp)
        else:
            assert not addresses and part["To"].groups[0].display_name == "administrator"
        assert part.get_content_type() == "text/plain" and part.get_content_charset() == "utf-8"
        body = part.get_content()
        assert body.strip() and "\ufffd" not in body, body
        assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", body), body
    return parts


def table(content, reports):
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    wanted = [
        (report["case"]["id"], kind, one[key], one[state])
        for report in reports
        for kind, list_, key, state in (("finding", "findings", "id", "status"), ("step", "plan", "step", "label"))
        for one in report[list_]
    ]
    assert [(row["case"], row["row"], row["id"], row["state"]) for row in rows if row["row"] != "code"] == wanted
    codes = [(report["case"]["id"], code["code"]) for report in reports for code in report["codes"]]
    shown = [(row["case"], row["id"]) for row in rows if row["row"] == "code"]
    assert len(shown) == len(codes) and {case for case, _ in shown} == {case for case, _ in codes}, (shown, codes)
    for row in rows:
        assert None not in row and None not in row.values(), row
        for cell in row.values():
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
            assert "\n" not in cell, cell


def main(program, folder, step=1):
    uploads = []
    for case in sorted(pathlib.Path(folder).iterdir())[::step]:
        uploads += [case / name for name in ("bundle.zip", "bundle") if (case / name).exists()][:1]
    count = 0
    for lang in LANGS:
        reports = []
        for upload in uploads:
            report = json.loads(run(program, "analyze", upload, "-f", "json", "--lang", lang))
            reports.append(report)
            try:
                ticket(run(program, "analyze", upload, "-f", "markdown", "--lang", lang).decode(), report)
                for reader in READERS:
                    options = ("-f", "mail", "--audience", reader, "--lang", lang)
                    both = mails(run(program, "analyze", upload, *options), report, reader)
                    alone = [
                        mails(run(program, "analyze", upload, *options, "--draft", draft), report, reader)[0]
                        for draft in ("steps", "evidence")
                    ]
                    bodies = [mail.get_content() for mail in alone]
                    assert all(mail.get_content() in bodies for mail in both)
                    count += len(both) + 2
            except AssertionError as error:
                print(f"{upload} {lang}: {error!r}")
                raise
        table(run(program, "analyze", *uploads, "-f", "csv", "--lang", lang), reports)
    before, after = ([case for case in uploads if case.parent.name == name] for name in ("stale-password-ja-2013", "already-remediated"))
    for lang in LANGS:
        for reader in READERS if before and after else ():
            content = run(program, "compare", *before, *after, "-f", "mail", "--audience", reader, "--lang", lang)
            assert not email.message_from_bytes(content, policy=email.policy.default).defects
            count += 1
    print(f"{len(uploads)} cases: {2 * len(uploads)} tickets, {count} mails and 2 tables read back")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
