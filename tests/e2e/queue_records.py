"""Prints the records of queue files: queue_records.py FOLDER...; "TYPE data" each, without times.

The files of a folder come in the order of what they hold: their names begin with microseconds, which
tell nothing across a second.
"""
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


def written(path):
    with open(path, 'rb') as file:
        lines = [f'{os.path.basename(os.path.dirname(path))}: mode {os.fstat(file.fileno()).st_mode & 0o7777:04o}']
        for kind, text in records(file.read()):
            if kind == 'T' or text.startswith('create_time='):
                text = 'TIME'
            lines.append(f'{kind} ' + re.sub(r'\s+', ' ', text))
    return '\n'.join(lines)


for folder in sys.argv[1:]:
    for path, _, names in sorted(os.walk(folder)):
        for text in sorted(written(f'{path}/{name}') for name in names):
            print(text)
