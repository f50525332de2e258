"""smtpd in front of a content filter (smtpd_proxy_filter): what the client hears, what the filter
hears, and what is logged, as Debian's Postfix has it under the same configuration.

smtpd_proxy.txt holds the dialogues, recorded from Postfix:

    === title
    port: the service, 25 when it is not there (see `services`)
    from: the client's address
    filter: "COMMAND=reply | COMMAND=reply": what the filter says other than usual; CLOSE hangs up
    offers: the extensions of the filter
    log: no: what is logged differs; heard: no: content goes on in pieces
    C: a command; D: a line that is not answered; "D 200:" that many of them; X: bytes, answered
    S: a line of a reply; "<closed>" is the end of the connection
    F: a line that the filter heard
    L: a line of the log, without its beginning

Run it as the acceptance tests are run: MTA=/prefix; MTA=postfix proves the record, and with RECORD=1
writes it.
"""
import contextlib
import os
import re
import socket
import threading
import unittest

from lab import HERE, STRANGER, MailCase, Raw, until

from sinks import Server

RECORD = HERE / 'smtpd_proxy.txt'
FILTER = ('127.0.0.1', 10027)


class Filter(Server):
    """Says what it is told to, and keeps every line that it hears."""

    def __init__(self, where):
        self.replies, self.offers, self.conversations, self.open = {}, [], [], 0
        super().__init__(where)

    def begin(self, replies, offers):
        self.replies, self.offers, self.conversations = replies, offers, []

    @property
    def heard(self):
        """One connection after the other: the end of one may come while the next has begun."""
        return [line for heard in self.conversations for line in heard]

    def say(self, handler, command, usual):
        """Whether what was said is a success."""
        given = [reply for start, reply in self.replies.items() if command.upper().startswith(start)]
        reply = given[0] if given else usual
        if reply == 'CLOSE':
            raise ConnectionError
        handler.wfile.write(reply.replace('\\n', '\r\n').encode() + b'\r\n')
        return reply[0] in '23'

    def serve(self, handler):
        self.open += 1
        try:
            self.talk(handler)
        except ConnectionError:
            handler.connection.shutdown(2)
        finally:
            self.open -= 1

    def talk(self, handler):
        heard = []
        self.conversations.append(heard)
        if not self.say(handler, 'CONNECT', '220 filter ESMTP'):
            return
        while line := handler.rfile.readline().decode('latin-1').rstrip('\r\n'):
            heard.append(line)
            verb = line.split(' ')[0].upper()
            offers = ['filter', *self.offers]
            usual = {'EHLO': '\\n'.join('250-' + offer for offer in offers[:-1]) + '\\n250 ' + offers[-1],
                     'DATA': '354 go on', 'QUIT': '221 bye'}.get(verb, '250 2.0.0 fine')
            if len(offers) == 1 and verb == 'EHLO':
                usual = '250 filter'
            taken = self.say(handler, line, usual)
            if verb == 'QUIT':
                return
            if verb == 'DATA' and taken:
                self.content(handler, heard)

    def content(self, handler, heard):
        while line := handler.rfile.readline().decode('latin-1'):
            heard.append(line[:-2] if line.endswith('\r\n') else line.encode('unicode_escape').decode())
            if line == '.\r\n':
                self.say(handler, '.', '250 2.0.0 taken by filter')
                return
        if heard[-1] == 'QUIT':        # said into the content: it is no command
            heard.pop()
        heard.append('(end of input)')


def dialogues(text):
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        settings, steps, heard, log = {}, [('', '', [])], [], []
        for line in rest.splitlines():
            kind, _, value = line.partition(': ')
            kind = kind.rstrip(':')
            if kind in ('port', 'from', 'filter', 'offers', 'log', 'heard'):
                settings[kind] = value
            elif kind in ('F', 'L'):
                (heard if kind == 'F' else log).append(value)
            elif kind == 'S':
                steps[-1][2].append(value)
            elif kind:
                steps.append((kind, value, []))
        yield title, settings, steps, heard, log


def written(title, settings, steps, heard, log):
    lines = [f'=== {title}'] + [f'{name}: {value}' for name, value in settings.items()]
    for kind, text, replies in steps:
        lines += [f'{kind}: {text}'] * bool(kind) + [f'S: {line}' for line in replies]
    return '\n'.join(lines + [f'F: {line}' for line in heard] + [f'L: {line}' for line in log]) + '\n'


def steady(text):
    """Without what changes from run to run."""
    text = re.sub(r'queued as [0-9A-Za-z]+', 'queued as ID', text)
    text = re.sub(r'PORT=\d+', 'PORT=N', text)
    text = re.sub(r'\w{3}, \d+ \w{3} \d{4} [\d:]{8} [+-]\d{4} \(\w+\)', 'DATE', text)
    text = re.sub(r'access table .*: with', 'access table: with', text)
    text = re.sub(r'^NOQUEUE: (lost connection|timeout|too many errors) after', r'\1 after', text)
    return re.sub(r'\b[0-9A-Za-z]{14,}: client=', 'ID: client=', text)


class Proxy(MailCase):
    services = {2501: 'smtpd_proxy_options=speed_adjust',
                2502: 'smtpd_proxy_filter=inet:127.0.0.1:9',
                2503: 'smtpd_proxy_filter=127.0.0.1:10028',
                2504: 'smtpd_proxy_filter=unix:filter',
                2505: 'smtpd_delay_open_until_valid_rcpt=no',
                2506: 'smtpd_proxy_ehlo=front.example',
                2507: 'smtpd_proxy_filter=no.such.host.example:25',
                2508: 'smtpd_recipient_limit=1'}
    master = ''.join(f'{port} inet n - n - - smtpd\n -o {option}\n'
                     + (f' -o smtpd_proxy_options=speed_adjust\n -o smtpd_proxy_filter={extra}\n' if extra else '')
                     for port, option, extra in
                     [(port, option, '') for port, option in services.items()]
                     + [(2512, 'smtpd_proxy_timeout=5', 'inet:127.0.0.1:9'),
                        (2513, 'smtpd_proxy_timeout=5', '127.0.0.1:10028')])
    main = {
        'smtpd_proxy_filter': '127.0.0.1:10027',
        'smtpd_proxy_timeout': '5',
        'smtpd_recipient_restrictions': 'check_recipient_access inline:{{hold@xian.com=HOLD} {gone@xian.com=DISCARD}'
                                        ' {head@xian.com=PREPEND X-Front: yes} {turn@xian.com=REDIRECT a@b.example}'
                                        ' {filter@xian.com=FILTER smtp:[127.0.0.1]:9} {copy@xian.com=BCC a@b.example}}',
        'smtpd_relay_restrictions': 'permit_mynetworks, reject_unauth_destination',
        'smtpd_forbid_bare_newline': 'normalize',
        'local_recipient_maps': 'inline:{client1=x,client2=x,hold=x,gone=x,head=x,turn=x,filter=x,copy=x}',
        'message_size_limit': '200000',
        'smtpd_error_sleep_time': '0',
        'smtpd_authorized_xforward_hosts': '192.168.58.202',
        'smtpd_authorized_verp_clients': '192.168.58.203',
        'enable_long_queue_ids': 'yes',
    }

    @classmethod
    def configure(cls):
        cls.filter = Filter(FILTER)
        cls.addClassCleanup(cls.filter.close)
        cls.silent = Silent(('127.0.0.1', 10028))
        cls.addClassCleanup(cls.silent.close)

    def setUp(self):
        path = f'{self.mta.queue_dir}/filter'
        if not os.path.exists(path):
            self.local_filter = Filter(path)
            type(self).addClassCleanup(self.local_filter.close)
            type(self).local_filter = self.local_filter

    def hold(self, settings, steps):
        replies = dict(item.split('=', 1) for item in settings.get('filter', '').split(' | ') if item)
        heard_by = self.local_filter if settings.get('port') == '2504' else self.filter
        heard_by.begin(replies, settings.get('offers', 'XFORWARD NAME ADDR PROTO HELO').split(', '))
        self.mta.remember()
        said = []
        with Raw(self.mta.ip, int(settings.get('port', 25)), source=settings.get('from', STRANGER)) as client:
            client.socket.settimeout(60)
            for kind, text, _ in steps:
                if kind == 'X':
                    client.write(text.encode().decode('unicode_escape').encode('latin-1'))
                elif kind.startswith('D'):
                    client.write((text + '\r\n') * int(kind[1:] or 1))
                elif kind:
                    client.write(text + '\r\n')
                got = '' if kind.startswith('D') else steady(self.reply(client)) or '<closed>'
                said.append((kind, text, got.split('\n') if got else []))
        self.mta.wait_log(r'smtpd\[\d+\]: disconnect from ')
        until(lambda: not heard_by.open, 'the filter is left')
        heard = [steady(''.join(c if c >= ' ' or c == '\t' else f'\\x{ord(c):02x}' for c in line))
                 for line in heard_by.heard]
        # Of a message that is too big, the filter has what was under way.
        heard = [line for number, line in enumerate(heard) if number == 0 or line != heard[number - 1]]
        if settings.get('heard') == 'no':
            heard = []
        return said, heard, [] if settings.get('log') == 'no' else self.logged()

    @staticmethod
    def reply(client):
        try:
            return client.reply()
        except ConnectionResetError:
            return ''

    def logged(self):
        """smtpd's lines about what happened to mail."""
        lines = [line.partition(': ')[2] for line in self.mta.log().splitlines() if '/smtpd[' in line]
        return [steady(line) for line in lines
                if not re.match(r'(connect|disconnect) from |warning: (hostname|dict|symlink)|.*postfix/master', line)]

    def test_every_dialogue(self):
        said = []
        for title, settings, steps, heard, log in dialogues(RECORD.read_text()):
            with self.subTest(title):
                got = written(title, settings, *self.hold(settings, steps))
                said.append(got)
                if not os.environ.get('RECORD'):
                    self.assertEqual(got, written(title, settings, steps, heard, log))
        if os.environ.get('RECORD'):
            RECORD.write_text('\n'.join(said))


class Silent(Server):
    """A filter that takes connections and never says a word."""

    def serve(self, handler):
        handler.rfile.read()


class Wire:
    """The most careless filter there is: passes every byte on, both ways."""

    def __init__(self, port, target):
        self.target = target
        self.listener = socket.create_server(('127.0.0.1', port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                here, there = self.listener.accept()[0], socket.create_connection(self.target)
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def copy(source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Reinjection(MailCase):
    """Row 3: what comes back from a filter comes from an address that bare newlines are forgiven
    (smtpd_forbid_bare_newline_exclusions = $mynetworks). What a stranger sends must not become two
    messages there."""
    after = ('@IP@:10026 inet n - n - - smtpd -o smtpd_proxy_filter= -o myhostname=after.xian.com'
             ' -o smtpd_authorized_xforward_hosts=192.168.58.0/24 -o smtpd_recipient_restrictions=permit_mynetworks,reject\n')
    master = after + '@IP@:2525 inet n - n - - smtpd -o smtpd_proxy_filter= -o content_filter=smtp:[127.0.0.1]:10029\n' + \
        '@IP@:2526 inet n - n - - smtpd -o smtpd_proxy_options=speed_adjust\n'
    main = {'smtpd_proxy_filter': '127.0.0.1:10027', 'smtpd_forbid_bare_newline': 'normalize',
            'smtpd_forbid_bare_newline_exclusions': '$mynetworks', 'local_recipient_maps': ''}
    endings = (b'\n.\n', b'\n.\r\n', b'\r\n.\n', b'\r.\r', b'\r\n.\r', b'\r.\r\n', b'\r.\n', b'\r\r\n.\r\r\n',
               b'\r\n\0.\r\n', b'\r\n.\0\r\n')

    @classmethod
    def configure(cls):
        for port in (10027, 10029):
            cls.addClassCleanup(Wire(port, (cls.mta.ip, 10026)).close)

    def smuggle(self, ending, port, chunks=False):
        content = (f'Subject: {self.token}\r\n\r\nbody'.encode() + ending +
                   b'MAIL FROM:<smuggled@b.example>\r\nRCPT TO:<client2@xian.com>\r\nDATA\r\n'
                   b'Subject: ' + self.token.encode() + b'\r\n\r\nsmuggled\r\n')
        with Raw(self.mta.ip, port, source=STRANGER) as client:
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>')
            if chunks:
                client.write(f'BDAT {len(content)} LAST\r\n'.encode() + content)
            else:
                client.ask('DATA')
                client.write(content + b'.\r\n')
            self.assertRegex(client.reply(), '^250 ')
            self.assertEqual(client.ask('NOOP'), '250 2.0.0 Ok')
        self.assertIn(b'smuggled@b.example', self.mail('client1').raw)
        self.queue_empty()
        self.assertEqual(self.got('client2'), [])

    def test_row_3_before_the_queue(self):
        for number, ending in enumerate(self.endings):
            for port in (25, 2526):
                with self.subTest(ending=ending, port=port):
                    self.token = f'{self.token}x{number}'
                    self.smuggle(ending, port)

    def test_row_3_after_the_queue(self):
        for number, ending in enumerate(self.endings):
            with self.subTest(ending):
                self.token = f'{self.token}y{number}'
                self.smuggle(ending, 2525)

    def test_row_3_chunks(self):
        for port in (25, 2525, 2526):
            with self.subTest(port):
                self.token = f'{self.token}z{port}'
                self.smuggle(b'\n.\n', port, chunks=True)


if __name__ == '__main__':
    unittest.main()
