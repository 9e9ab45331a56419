#!/usr/bin/env python3
"""Print what libevtx reads from .evtx files, one JSON object a line: {"file", "corrupted", "records": [xml, ...]}.

An independent reader in C; it says whether the forged logs are logs to somebody else too. Needs `pip install libevtx-python`.
"""
import json
import sys

import pyevtx

for name in sys.argv[1:]:
    log = pyevtx.file()
    log.open(name)
    records = [record.get_xml_string() for record in log.records]
    print(json.dumps({"file": name, "corrupted": log.is_corrupted(), "recovered": log.get_number_of_recovered_records(), "records": records}))
    log.close()
