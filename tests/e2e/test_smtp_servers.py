"""What smtp(8) makes of servers that misbehave, text by text, as Debian's Postfix has it.

smtp_servers.txt holds for each server how it behaves, what it heard, and the log lines about the message:

    === title
    VERB: what the server says to it, its lines separated by " | "; "CLOSE" hangs up, "SILENT" says nothing,
          "RAW text" sends the bytes as they are, "LONG n text" the text and n times an x. CONNECT is the greeting, "." the end of the data. A second
          line for the same verb is the answer to its second use.
    to: recipients, or "to @domain" in the DNS of the test
    set: NAME=VALUE of the smtp service for this message (one transport per case)
    > what the server heard
    < a log line of smtp about the message, without what changes from run to run

Run it as the acceptance tests are run (they have the machinery):

    MTA=/prefix python3 -m unittest test_smtp_servers
    MTA=postfix python3 -m unittest test_smtp_servers            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_smtp_servers   # writes it
"""
import os
import re
import unittest

from lab import HERE, MailCase, until

import dns
from sinks import Server

RECORD = HERE / 'smtp_servers.txt'
FIRST_PORT = 2600
WAIT = 10               # seconds of the client's patience in each stage

ZONE = """\
$ORIGIN case.example.
nullmx MX 0 .
nomx TXT "no address, no MX"
loop MX 10 self.case.example.
self A 192.168.58.1
badmx MX 10 nowhere.case.example.
numeric MX 10 192.0.2.1
loopback MX 10 localhost.
circle CNAME ring.case.example.
ring CNAME circle.case.example.
tocircle MX 10 circle.case.example.
both MX 10 circle.case.example.
both MX 20 nowhere.case.example.
towards CNAME nowhere.case.example.
dropped MX 10 self.case.example.
ignored MX 10 self.case.example.
toself MX 10 self.case.example.
asks A 192.168.58.1
$ORIGIN .
"""


class Sections:
    """The cases of the record."""

    def __init__(self, text):
        self.cases = []
        for section in re.split(r'^=== ', text, flags=re.M)[1:]:
            title, _, rest = section.partition('\n')
            case = {'title': title, 'lines': [], 'says': {}, 'to': ['one'], 'set': [], 'heard': [], 'logged': []}
            for line in rest.splitlines():
                if line.startswith(('> ', '< ')):
                    case['heard' if line[0] == '>' else 'logged'].append(line[2:])
                    continue
                case['lines'].append(line)
                verb, _, text = line.partition(': ')
                if verb == 'to':
                    case['to'] = text.split()
                elif verb == 'set':
                    case['set'].append(text)
                elif verb:
                    case['says'].setdefault(verb, []).append(text)
            while case['lines'] and not case['lines'][-1]:
                case['lines'].pop()
            self.cases.append(case)

    def text(self):
        return '\n'.join(
            f"=== {case['title']}\n" + ''.join(f'{line}\n' for line in case['lines'])
            + ''.join(f'> {line}\n' for line in case['heard']) + ''.join(f'< {line}\n' for line in case['logged'])
            for case in self.cases)


USUAL = {'CONNECT': '220 server.test ESMTP', 'EHLO': '250-server.test | 250-PIPELINING | 250 8BITMIME',
         'LHLO': '250 server.test', 'HELO': '250 server.test', 'DATA': '354 go on', 'QUIT': '221 bye'}


class Scripted(Server):
    """One server; what it heard is kept in .heard."""

    def __init__(self, port, says):
        self.says, self.heard, self.uses, self.sessions = says, [], {}, 0
        super().__init__(('127.0.0.1', port))

    def answer(self, out, verb):
        """False: it hangs up."""
        use = self.uses[verb] = self.uses.get(verb, -1) + 1
        answers = self.says.get(verb) or [USUAL.get(verb, '250 ok')]
        text = answers[min(use, len(answers) - 1)]
        if text == 'CLOSE':
            return False
        if text.startswith('RAW '):
            out.write(text[4:].encode().decode('unicode_escape').encode('latin-1'))
        elif text.startswith('LONG '):
            count, _, start = text[5:].partition(' ')
            out.write(start.encode() + b'x' * int(count) + b'\r\n')
        elif text != 'SILENT':
            out.write(text.replace(' | ', '\r\n').encode() + b'\r\n')
        out.flush()
        return True

    def serve(self, handler):
        self.sessions += 1
        try:
            self.converse(handler.rfile, handler.wfile)
        finally:
            self.sessions -= 1

    def converse(self, lines, out):
        if not self.answer(out, 'CONNECT'):
            return
        while line := lines.readline():
            text = line.decode('latin-1').strip()
            self.heard.append(text)
            verb = text.upper().split()[0] if text.split() else ''
            if not self.answer(out, verb) or verb == 'QUIT' or 'STARTTLS' in self.heard and 'RAW' in self.says['STARTTLS'][0]:
                return
            if verb == 'DATA' and (self.says.get('DATA') or ['354'])[-1].startswith('354'):
                while (line := lines.readline()) not in (b'.\r\n', b''):
                    pass
                self.heard.append('.')
                if not self.answer(out, '.'):
                    return


def steady(line):
    """A log line without what changes from run to run."""
    line = re.sub(r'delays?=[\d./]+, ', '', line)
    line = re.sub(r'(\[127\.0\.0\.1\]):\d+', r'\1:PORT', line)
    line = re.sub(r'@c\d+\.test', '@c.test', line)
    line = re.sub(r'conn_use=\d+, ', '', line)
    line = re.sub(r'^(warning: )?[0-9A-F]{6,14}: ', r'\1', line)
    line = re.sub(r'x{50,}.*', 'xxx...', line)           # as long as a line of the log may be
    line = re.sub(r'message size \d+', 'message size N', line)
    line = re.sub(r'test\d+id', 'TOKEN', line)
    line = line.replace('smtp_connect_addr: bind ', 'smtp_bind_address: bind ')   # the function there, the parameter here
    return re.sub(r'queued as [0-9A-Za-z]+', 'queued as ID', line)


def before_the_end(heard):
    """Without the farewell: after 421 Postfix says RSET and QUIT to whoever may still be there."""
    return [line for line in heard if line not in ('RSET', 'QUIT')]


def service_of(number, case):
    """The line of master.cf by which the case's mail goes."""
    options = ''.join(f' -o {{{setting}}}' for setting in case['set'])
    program = 'lmtp' if 'LHLO' in case['says'] else 'smtp'
    return f'case{number} unix - - n - - {program} -o syslog_name=case{number}{options}\n'


class Servers(MailCase):
    timeouts = ('smtp_connect_timeout smtp_helo_timeout smtp_mail_timeout smtp_rcpt_timeout smtp_data_init_timeout '
                'smtp_data_xfer_timeout smtp_data_done_timeout smtp_rset_timeout smtp_quit_timeout '
                'smtp_starttls_timeout')
    main = {'smtpd_relay_restrictions': 'permit_mynetworks, reject', 'mynetworks': '0.0.0.0/0', 'queue_run_delay': '1h', 'minimal_backoff_time': '1h',
            'maximal_backoff_time': '2h', 'transport_maps': 'texthash:@CONFIG@/routes', 'smtp_log_tls_feature_status': 'no', 'lmtp_log_tls_feature_status': 'no',
            'smtp_tls_security_level': '', 'notify_classes': '', 'smtp_skip_5xx_greeting': 'yes',
            **dict.fromkeys(timeouts.split(), f'{WAIT}s')}

    sections = Sections(RECORD.read_text())
    master = ''.join(service_of(number, case) for number, case in enumerate(sections.cases))

    @classmethod
    def configure(cls):
        dns.server.add(ZONE)
        routes, cls.servers = [], []
        for number, case in enumerate(cls.sections.cases):
            is_in_dns = case['to'][0].startswith('@')
            routes.append(f"{case['to'][0][1:]} case{number}:" if is_in_dns
                          else f'c{number}.test case{number}:[127.0.0.1]:{FIRST_PORT + number}')
            is_there = not is_in_dns and 'ABSENT' not in case['says']
            cls.servers.append(Scripted(FIRST_PORT + number, case['says']) if is_there else None)
        for server in filter(None, cls.servers):
            cls.addClassCleanup(server.close)
        cls.mta.write('routes', '\n'.join(routes) + '\n')

    def lines(self, number):
        return re.findall(rf'case{number}/?\w*\[\d+\]: (.*)', self.mta.log())

    def recipients(self, number, case):
        if case['to'][0].startswith('@'):
            return [f'one{case["to"][0]}']
        return [f'{name}@c{number}.test' for name in case['to']]

    def outcome(self, number, case):
        """What the server heard, and what was logged, when all of it is over: farewells too."""
        results = len(self.recipients(number, case))
        server = self.servers[number]
        until(lambda: sum('status=' in line for line in self.lines(number)) >= results and not (server and server.sessions),
              lambda: f'{case["title"]}: {results} results: {self.lines(number)}', 120)
        return [steady(line) for line in server.heard] if server else [], [steady(line) for line in self.lines(number)]

    def test_servers(self):
        records = 'RECORD' in os.environ
        for number, case in enumerate(self.sections.cases):
            self.send(*self.recipients(number, case), sender='sender@stranger.example')
        for number, case in enumerate(self.sections.cases):
            with self.subTest(case['title']):
                heard, logged = self.outcome(number, case)
                if records:
                    case['heard'], case['logged'] = heard, logged
                    continue
                self.assertEqual(case['logged'], logged)
                self.assertEqual(before_the_end(case['heard']), before_the_end(heard))
        if records:
            RECORD.write_text(self.sections.text())


if __name__ == '__main__':
    unittest.main()
