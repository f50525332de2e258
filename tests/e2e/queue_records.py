"""Prints the records of queue files: queue_records.py FOLDER...; "TYPE data" each, without times."""
import os
import re
import sys


def records(data):
    at = 0
    while at < len(data):
        kind, length, shift = chr(data[at]), 0, 0
        at += 1
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        yield kind, data[at:at + length].decode(errors='backslashreplace')
        at += length


for folder in sys.argv[1:]:
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            print(f'{os.path.basename(path)}: mode {os.stat(f"{path}/{name}").st_mode & 0o7777:04o}')
            with open(f'{path}/{name}', 'rb') as file:
                for kind, text in records(file.read()):
                    if kind == 'T' or text.startswith('create_time='):
                        text = 'TIME'
                    print(kind, re.sub(r'\s+', ' ', text))
