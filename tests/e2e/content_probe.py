"""Feeds messages to one mail system and prints, as JSON, what came of each: the records of its
queue file, the log lines of cleanup, the replies.

    MTA=postfix python3 content_probe.py < CASES        the system's Postfix
    MTA=/prefix python3 content_probe.py < CASES        the installation under a prefix

CASES is a JSON list; each case has `main` (parameters), `tables` (name: text, named as
TYPE:@CONFIG@/name in `main`), and `mail`, a list of messages, each with `lines` for an SMTP dialogue
(a line may wait for data: the message follows "DATA") or `argv` and `text` for sendmail.
test_content_*.py gives the same cases to both systems and compares.
"""
import itertools
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'acceptance'))

import dns  # noqa: E402
import mta  # noqa: E402
from case import Raw  # noqa: E402

# Nothing is delivered: the messages stay where they can be looked at.
KEEP = {'defer_transports': 'smtp local relay virtual hold-filter', 'notify_classes': '',
        'minimal_backoff_time': '1000s', 'maximal_backoff_time': '1000s',
        'local_recipient_maps': ''}


def records(data):
    at = 0
    while at < len(data):
        kind, size, shift = chr(data[at]), 0, 0
        at += 1
        while True:
            size |= (data[at] & 0x7f) << shift
            shift += 7
            at += 1
            if not data[at - 1] & 0x80:
                break
        yield kind, data[at:at + size].decode('latin-1')
        at += size


def queue_files(instance):
    for queue in ('incoming', 'active', 'deferred', 'hold'):
        for folder, _, names in os.walk(f'{instance.queue_dir}/{queue}'):
            for name in sorted(names):
                with open(f'{folder}/{name}', 'rb') as file:
                    yield queue, name, list(records(file.read()))


class Normal:
    """What differs from run to run, replaced."""

    def __init__(self, ids, ip):
        self.ids, self.ip = sorted(ids, key=len, reverse=True), ip

    def __call__(self, text):
        for name in self.ids:
            text = text.replace(name, 'QUEUEID')
        text = re.sub(r'\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d+ \w+ \d{4} [\d:]+ [+-]\d{4} \(\w+\)', 'DATE', text)
        text = re.sub(r'\b(uid=|userid )\d+', r'\1UID', text)         # the next that the machine has free
        text = re.sub(r'<\d{14}\.QUEUEID@', '<TIME.QUEUEID@', text)
        text = re.sub(r'internal error \d+', 'internal error', text)    # a number that is Postfix's own
        text = re.sub(r'\b(log_)?client_port=\d+', r'\1client_port=PORT', text)
        return text


def normal_records(found, normal):
    kept = []
    for kind, data in found:
        if kind == 'T':
            data = 'TIME'
        elif kind == 'A' and data.startswith('create_time='):
            data = 'create_time=TIME'
        elif kind == 'C':
            numbers = data.split()
            data = ' '.join([numbers[0], *numbers[2:]])
        elif kind == 'R' or kind == 'D':
            kind = 'R'
        kept.append([kind, normal(data)])
    return kept


def send(instance, mail):
    if 'argv' in mail:
        done = instance.run('sendmail', *mail['argv'], input=mail['text'].encode('latin-1'),
                            user=mail.get('user', 'client1'), check=False)
        return [str(done.returncode), done.stdout + done.stderr]
    replies = []
    with Raw(instance.ip, source=mail.get('source', '203.0.113.9')) as session:
        replies.append(session.reply())
        for line in mail['lines']:
            if line.startswith('\x01'):
                session.write(line[1:].encode('latin-1'))
                continue
            session.write((line + '\r\n').encode('latin-1'))
            replies.append(session.reply())
    return replies


def wait_for_log(instance, numbers=itertools.count(1)):
    """Until everything that was said before is in the log."""
    mark = f'mark {next(numbers)} of {os.getpid()}'
    instance.run('postlog', '-t', 'probe', mark)
    instance.wait_log(mark)


def settle(instance):
    """Until nothing is under way: what came of a message while its queue was looked at, the second look
    sees.
    """
    instance.settle()
    instance.settle()


def run(case):
    instance = mta.Mta({**KEEP, **case.get('main', {})}, case.get('master', ''))
    for name, text in case.get('tables', {}).items():
        instance.write(name, text)
    instance.start()
    results = []
    try:
        for mail in case['mail']:
            settle(instance)
            instance.remember()
            before = {name for _, name, _ in queue_files(instance)}
            replies = send(instance, mail)
            settle(instance)
            wait_for_log(instance)
            found = [entry for entry in queue_files(instance) if entry[1] not in before]
            log = instance.log()
            ids = {entry[1] for entry in found} | set(re.findall(r'\b[0-9A-F]{8,13}(?=:)|(?<=queued as )[0-9A-F]+', log + ' '.join(replies)))
            normal = Normal(ids, instance.ip)
            lines = [line.partition(']: ')[2] for line in log.splitlines()
                     if '/cleanup[' in line or '/pickup[' in line or 'panic' in line or 'fatal' in line]
            results.append({'name': mail.get('name', ''), 'replies': [normal(reply) for reply in replies],
                            # pickup and cleanup write side by side
                            'log': sorted(normal(line) for line in lines),
                            # nor do the names of files tell which is the first
                            'files': sorted([queue, normal_records(entry, normal)] for queue, _, entry in found),
                            **({'whole_log': log} if os.environ.get('PROBE_LOG') else {})})
    except Exception as error:
        results.append({'name': 'error', 'error': repr(error), 'whole_log': instance.log(0)})
    finally:
        instance.stop()
    return results


if __name__ == '__main__':
    dns.server.start()
    json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout, indent=1)
