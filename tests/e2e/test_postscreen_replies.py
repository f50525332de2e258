"""What postscreen(8) says and logs, dialogue by dialogue, as Debian's Postfix has it.

postscreen_replies.txt holds the dialogues with what was recorded from Postfix:

    === title
    service: one of those in `services` below
    X: bytes with \\r, \\n; "X 1.5: ..." so many seconds later. What comes back is waited for
    S: a line of what came back; "<closed>" is the end of the connection
    < a log line of postscreen about the client, without what changes from run to run

    MTA=/prefix python3 -m unittest test_postscreen_replies
    MTA=postfix python3 -m unittest test_postscreen_replies            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_postscreen_replies   # writes it
"""
import os
import pathlib
import re
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
if 'MTA' not in os.environ:
    if not os.environ.get('POSTERN_PREFIX'):
        raise unittest.SkipTest('neither MTA nor POSTERN_PREFIX is set')
    os.environ['MTA'] = os.environ['POSTERN_PREFIX']
sys.path.insert(0, str(HERE.parent / 'acceptance'))

from case import MailCase                     # noqa: E402
from mta import until                         # noqa: E402

RECORD = HERE / 'postscreen_replies.txt'
DEEP = '-o postscreen_pipelining_enable=yes -o postscreen_non_smtp_command_enable=yes -o postscreen_bare_newline_enable=yes'
SERVICES = {
    # name: (port, options)
    'deep': (2601, DEEP),
    'enforce': (2602, DEEP + ' -o postscreen_greet_action=enforce -o postscreen_bare_newline_action=enforce'),
    'drop': (2603, DEEP + ' -o postscreen_greet_action=drop -o postscreen_pipelining_action=drop'
                          ' -o postscreen_bare_newline_action=drop'),
    'ignore': (2604, DEEP + ' -o postscreen_pipelining_action=ignore -o postscreen_non_smtp_command_action=ignore'),
    'denied': (2605, '-o postscreen_access_list=static:reject -o postscreen_denylist_action=enforce'),
    'dropped': (2606, '-o postscreen_access_list=static:reject -o postscreen_denylist_action=drop'),
    'strict': (2607, DEEP + ' -o postscreen_helo_required=yes -o postscreen_disable_vrfy_command=yes'
                            ' -o postscreen_command_count_limit=5'),
    'footer': (2608, DEEP + ' -o {postscreen_reject_footer=call $client_address}'),
    'soft': (2609, '-o postscreen_access_list=static:reject -o postscreen_denylist_action=enforce -o soft_bounce=yes'),
    'limited': (2610, DEEP + ' -o postscreen_command_time_limit=2s'),
}


def sections(text):
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        case = {'title': title, 'service': 'deep', 'steps': [], 'logged': []}
        for line in rest.splitlines():
            kind, _, value = line.partition(': ')
            if line.startswith('< '):
                case['logged'].append(line[2:])
            elif kind == 'service':
                case['service'] = value
            elif kind == 'S':
                case['steps'][-1][1].append(value)
            elif kind == 'X':
                case['steps'].append((value, []))
        yield case


def text_of(case):
    return (f"=== {case['title']}\nservice: {case['service']}\n"
            + ''.join(f'X: {sent}\n' + ''.join(f'S: {line}\n' for line in replies) for sent, replies in case['steps'])
            + ''.join(f'< {line}\n' for line in case['logged']))


def steady(line):
    line = re.sub(r'(\[[\d.]+\]):\d+', r'\1:PORT', line)
    return re.sub(r'\[203\.0\.113\.\d+\]', '[CLIENT]', re.sub(r'(after) [\d.]+', r'\1 T', line))


class Replies(MailCase):
    main = {'postscreen_greet_wait': '1s', 'postscreen_greet_banner': 'wait', 'postscreen_cache_map': '',
            'postscreen_access_list': '', 'smtpd_banner': 'mail.xian.com ESMTP', 'smtpd_tls_security_level': 'none'}
    master = ''.join(f'@IP@:{port} inet n - n - 1 postscreen -o syslog_name={name} {options}\n'
                     for name, (port, options) in SERVICES.items()) + (
        'smtpd pass - - n - - smtpd\ndnsblog unix - - n - 0 dnsblog\ntlsproxy unix - - n - 0 tlsproxy\n')

    def hold(self, number, case):
        """Speaks the dialogue; the steps with what came, and the log."""
        address = f'203.0.113.{number + 20}'
        client = socket.create_connection((self.mta.ip, SERVICES[case['service']][0]), 10, (address, 0))
        said = []
        with client:
            for sent, expected in case['steps']:
                if sent:
                    client.sendall(sent.encode().decode('unicode_escape').encode('latin-1'))
                said.append((sent, self.heard(client)))
        until(lambda: any(word in line for line in self.lines(case, address) for word in ('DISCONNECT', 'HANGUP')),
              lambda: f'the end of {case["title"]}: {self.lines(case, address)}', 20)
        return said, [steady(line) for line in self.lines(case, address)]

    def heard(self, client):
        """What comes until nothing more does."""
        text, closed = b'', False
        client.settimeout(2.6)          # the greeting comes after a second, a time limit after two
        try:
            while True:
                more = client.recv(65536)
                if not more:
                    closed = True
                    break
                text += more
                client.settimeout(1.4)
        except TimeoutError:
            pass
        except ConnectionResetError:
            closed = True
        return text.decode().splitlines() + ['<closed>'] * closed

    def lines(self, case, address):
        return [line for line in re.findall(rf"{case['service']}/?\w*\[\d+\]: (.*)", self.mta.log())
                if f'[{address}]' in line]

    def test_replies(self):
        cases, records = list(sections(RECORD.read_text())), 'RECORD' in os.environ
        for number, case in enumerate(cases):
            with self.subTest(case['title']):
                said, logged = self.hold(number, case)
                if records:
                    case['steps'], case['logged'] = said, logged
                    continue
                self.assertEqual(case['steps'], said)
                self.assertEqual(case['logged'], logged)
        if records:
            RECORD.write_text('\n'.join(map(text_of, cases)))


if __name__ == '__main__':
    unittest.main()
