#!/usr/bin/env python3
"""Export event logs as another program would: every record that libevtx reads, as its XML.

usage: events.py LOG.evtx...; prints one JSON object a log: {"file", "records": [xml, ...]}. The test `events` of the suite reads
the XML as an export and compares it with the log. Records that libevtx lists and cannot decode are left out.
Needs `pip install libevtx-python`.
"""
import json
import sys

import pyevtx


def records(name):
    log = pyevtx.file()
    try:
        log.open(name)
    except OSError:
        return
    for index in range(log.get_number_of_records()):
        try:
            yield log.get_record(index).get_xml_string()
        except OSError:
            continue
    log.close()


for name in sys.argv[1:]:
    print(json.dumps({"file": name, "records": [xml for xml in records(name) if xml]}))
