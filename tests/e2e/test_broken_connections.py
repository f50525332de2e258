"""Row 9 of the attack cases: connections that end by FIN or RST, half-closed ones and silent ones, at
every state, of clients and of servers. There is one copy of a message or none; what was answered
with 250 is never lost.
"""
import concurrent.futures
import contextlib
import itertools
import os
import re
import socketserver
import threading
import unittest

from instance import PREFIX, Conversation, Instance, message, numbers_in_text, reset, until

FIN, RST, HALF, SILENT = 'FIN', 'RST', 'half-closed', 'silent'


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Clients(unittest.TestCase):
    """The dialogue of a client breaks off after so many of its steps."""
    STEPS = ('connected', 'greeted', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'in a line', 'all but the dot', 'the dot')

    def setUp(self):
        self.instance = Instance(self, smtpd_timeout='10s')
        self.instance.start()

    def test_row_9_a_client_breaks_off(self):
        cases = list(itertools.product((FIN, RST, HALF, SILENT), self.STEPS))
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as together:
            answers = list(together.map(self.break_off, range(len(cases)), cases))
        accepted = {number for number, answer in enumerate(answers) if '250 2.0.0 Ok: queued' in answer}
        whole = {number for number, (_, step) in enumerate(cases) if step == self.STEPS[-1]}
        # Who waits for the answer gets it, whether there could be more to come or not.
        self.assertEqual(accepted, {number for number in whole if cases[number][0] in (HALF, SILENT)})
        until(lambda: not self.sessions(), 'no session is left', 60)
        self.instance.drain()
        arrived = self.instance.delivered()
        self.assertEqual(set(), accepted - set(arrived))
        self.assertEqual({}, {one: copies for one, copies in arrived.items() if copies > 1})
        self.assertEqual(set(), set(arrived) - whole)
        self.instance.send(1000)
        self.instance.drain()
        self.assertEqual(1, self.instance.delivered()[1000])

    def break_off(self, number, case):
        """What was said from then on."""
        ending, last = case
        client = Conversation(self.instance.port)
        self.addCleanup(client.socket.close)
        text = message(number).encode()
        actions = {
            'greeted': client.reply, 'EHLO': lambda: client.ask('EHLO client.test'),
            'MAIL': lambda: client.ask('MAIL FROM:<sender@client.test>'),
            'RCPT': lambda: client.ask(f'RCPT TO:<n{number}@box.test>'), 'DATA': lambda: client.ask('DATA'),
            'in a line': lambda: client.write(text[:-10]), 'all but the dot': lambda: client.write(text[-10:]),
            'the dot': lambda: client.write(b'.\r\n')}
        for step in self.STEPS[:self.STEPS.index(last) + 1]:
            actions.get(step, lambda: None)()
        if ending == RST:
            reset(client.socket)
        elif ending == FIN:
            client.socket.close()
        elif ending == HALF:
            client.end_of_input()
        return b''.join(iter(client.receive, b'')).decode() if ending in (HALF, SILENT) else ''

    def sessions(self):
        """Connections of our port that are open on the side of the server."""
        with open('/proc/net/tcp') as table:
            return [line for line in table if line.split()[1].endswith(f':{self.instance.port:04X}')
                    and line.split()[3] in ('01', '08')]


class Breaking(socketserver.ThreadingTCPServer):
    """An SMTP server that breaks off once, after what a client says first that begins with `at`."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, at, ending, keywords):
        self.at, self.ending, self.keywords = at, ending, keywords
        self.copies, self.sessions = [], 0
        super().__init__(('127.0.0.1', 0), BreakingSession)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class BreakingSession(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.sessions += 1
        with contextlib.suppress(OSError, EOFError):
            self.after('connect', '220 breaking.test ESMTP')
            while line := self.rfile.readline():
                verb = line[:4].decode().strip().upper()
                if verb == 'DATA':
                    self.after('DATA', '354 go on')
                    self.after('content', '250 taken', self.content())
                elif verb == 'EHLO':
                    self.after('EHLO', '\r\n'.join(['250-breaking.test', *self.server.keywords, '250 8BITMIME']))
                else:
                    self.after(verb, '221 bye' if verb == 'QUIT' else '250 ok')
                if verb == 'QUIT':
                    return

    def content(self):
        if self.server.at == 'in the content':
            self.rfile.readline()
            self.after('in the content', '')
        lines = b''
        while (line := self.rfile.readline()) != b'.\r\n':
            if not line:
                raise EOFError
            lines += line
        return lines

    def after(self, step, reply, content=None):
        """The reply, and that we have the message; or the break."""
        if self.server.at != step:
            self.keep(content)
            return self.say(reply)
        self.server.at = None
        if self.server.ending == 'RST after 250':
            self.keep(content)
            self.say(reply)
        if self.server.ending == SILENT:
            self.rfile.read()           # until the client gives up
        elif 'RST' in self.server.ending:
            reset(self.connection)
        raise EOFError

    def keep(self, content):
        if content:
            self.server.copies += numbers_in_text(content.decode())

    def say(self, reply):
        self.wfile.write(reply.encode() + b'\r\n')
        self.wfile.flush()


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Servers(unittest.TestCase):
    STEPS = ('connect', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'in the content', 'content', 'QUIT')

    def setUp(self):
        self.servers = {}
        cases = [(step, ending, keywords) for step in self.STEPS for ending in (FIN, RST, SILENT)
                 for keywords in ((), ('250-PIPELINING',))] + [('content', 'RST after 250', ())]
        for number, (step, ending, keywords) in enumerate(cases, 1):
            server = self.servers[number] = Breaking(step, ending, keywords)
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
        routes = ' '.join(f'{{d{number}.test=smtp:[127.0.0.1]:{server.server_address[1]}}}'
                          for number, server in self.servers.items())
        waits = {f'smtp_{name}_timeout': '10s' for name in (
            'connect', 'helo', 'mail', 'rcpt', 'data_init', 'data_xfer', 'data_done', 'quit')}
        self.instance = Instance(self, **waits)
        self.instance.configure(transport_maps=f'inline:{{{routes}}}')
        self.instance.start()

    def test_row_9_a_server_breaks_off(self):
        with self.instance.smtp() as client:
            for number in self.servers:
                client.sendmail('sender@client.test', [f'n{number}@d{number}.test'], message(number, 20000))
        self.instance.drain()
        for number, server in self.servers.items():
            with self.subTest(step=number, ending=server.ending, keywords=server.keywords):
                self.assertIsNone(server.at, 'it never came to that')
                copies = server.copies.count(number)
                if server.ending in (FIN, RST, SILENT) and self.is_before_the_answer(number):
                    # It has not said that it took the first one, and we saw that it had.
                    self.assertEqual((1, 2), (copies, server.sessions))
                else:
                    self.assertEqual(1, copies)
        self.assertEqual([], re.findall(r'status=bounced.*', self.instance.log()))

    def is_before_the_answer(self, number):
        return number <= (len(self.STEPS) - 1) * 6


if __name__ == '__main__':
    unittest.main()
