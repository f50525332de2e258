"""Row 9 of the attack cases: peers that vanish, and from which neither FIN nor RST ever comes. Timeouts end the
sessions, what they held is given back, and there is one copy of what was accepted and none of the rest.

POSTERN_PREFIX is the installation; the mail system is that of tests/acceptance, and the peers are in a network
whose cable is cut.
"""
import os
import re
import socketserver
import threading
import unittest

from lab import Certificates, MailCase, Raw, until

from far_network import HERE, THERE, FarNetwork

WAIT = 15         # long enough for all to be there, however much else the machine does


class FarClient(Raw):
    """An SMTP client on the far side."""

    def __init__(self, far, port):
        self.socket = far.connect(port)
        self.file = self.socket.makefile('rb')


class Vanishing(MailCase):
    @classmethod
    def configure(cls):
        cls.far = FarNetwork()
        cls.addClassCleanup(cls.far.close)
        chain, _ = Certificates.get('mail.xian.com')
        cls.mta.main.update({
            'inet_interfaces': f'{HERE}, {cls.mta.ip}', 'smtpd_tls_chain_files': chain, 'smtpd_tls_security_level': 'may',
            'smtpd_timeout': f'{WAIT}s', 'smtpd_starttls_timeout': f'{WAIT}s', 'postscreen_greet_wait': f'{WAIT}s',
            'postscreen_command_time_limit': f'{WAIT}s', 'smtpd_peername_lookup': 'no', 'mynetworks': '127.0.0.0/8',
            'smtpd_client_connection_count_limit': '0'})

    def setUp(self):
        self.far.join()
        self.gone = []

    def tearDown(self):
        self.far.cut()
        for connection in self.gone:
            connection.close()

    def client(self, port):
        client = FarClient(self.far, port)
        self.gone += [client.file, client.socket]
        return client

    def held(self):
        """Connections with the far side that a process of ours holds; what the kernel still ends is nobody's."""
        peer = ''.join(f'{int(part):02X}' for part in reversed(THERE.split('.')))
        with open('/proc/net/tcp') as table:
            return [line for line in table if line.split()[2].startswith(peer) and line.split()[9] != '0']


class Clients(Vanishing):
    STEPS = ('connected', 'greeted', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'in a line', 'all but the dot')

    def test_row_9_clients_of_smtpd(self):
        for number, last in enumerate(self.STEPS):
            self.advance(self.client(25), last, f'row9-{number}-{self.token}')
        tls = self.client(25)
        tls.reply()
        self.assertRegex(tls.ask('EHLO far', 'STARTTLS'), '^220')
        until(lambda: len(self.held()) == len(self.STEPS) + 1, 'all are here')
        self.far.cut()
        until(lambda: not self.held(), 'no session is left', 60)
        log = self.mta.log()
        self.assertEqual(len(self.STEPS), len(re.findall(rf'timeout after \S+(?: \(\d+ bytes\))? from unknown\[{THERE}\]', log)), log)
        # Of what was not complete nothing is left.
        until(lambda: not self.files('incoming', 'active', 'deferred'), lambda: self.files('incoming', 'active', 'deferred'))
        self.assertEqual([], self.got('client1', 'row9-'))
        self.send('client1')
        self.mail('client1')

    def advance(self, client, last, word):
        actions = {
            'greeted': client.reply, 'EHLO': lambda: client.ask('EHLO far'), 'MAIL': lambda: client.ask('MAIL FROM:<a@b.example>'),
            'RCPT': lambda: client.ask('RCPT TO:<client1@xian.com>'), 'DATA': lambda: client.ask('DATA'),
            'in a line': lambda: client.write(f'Subject: {word}\r\n\r\nhalf a'), 'all but the dot': lambda: client.write(' line\r\n')}
        for step in self.STEPS[:self.STEPS.index(last) + 1]:
            actions.get(step, lambda: None)()

    def files(self, *queues):
        return [name for queue in queues for _, _, names in os.walk(f'{self.mta.queue_dir}/{queue}') for name in names]

    def test_row_9_an_outage_is_no_end(self):
        client = self.client(25)
        self.advance(client, 'all but the dot', self.token)
        self.far.cut()
        client.write('.\r\n')               # which does not arrive, and is sent again
        self.far.join()
        self.assertRegex(client.reply(), '^250 ')
        self.far.cut()
        until(lambda: not self.held(), 'no session is left', 60)
        self.mail('client1')


class Screened(Vanishing):
    master = ('2525 inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\ntlsproxy unix - - n - 0 tlsproxy\n'
              'dnsblog unix - - n - 0 dnsblog\n')
    main = {'postscreen_pipelining_enable': 'yes', 'postscreen_greet_banner': '',
            'postscreen_cache_map': 'internal:screen', 'postscreen_starttls_timeout': f'{WAIT}s'}

    def test_row_9_clients_of_postscreen_and_tlsproxy(self):
        for commands in ((), ('EHLO far',), ('EHLO far', 'MAIL FROM:<a@b.example>'),
                         ('EHLO far', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>'), ('EHLO far', 'STARTTLS')):
            self.converse(*commands)
        half = self.converse('EHLO far')
        half.write('MAIL FR')
        until(lambda: len(self.held()) == 6, 'all are here')
        self.far.cut()
        until(lambda: not self.held(), 'no session is left', 60)
        self.mta.wait_log(rf'(?s)(COMMAND TIME LIMIT from \[{re.escape(THERE)}\].*?){{5}}')
        self.far.join()
        self.assertEqual('221 2.0.0 Bye', self.converse().ask('QUIT'))

    def converse(self, *commands):
        client = self.client(2525)
        client.reply()
        for command in commands:
            client.ask(command)
        return client


class Server(socketserver.ThreadingTCPServer):
    """On the far side. It falls silent after `at`, until it is told to `answer` as a server should."""
    allow_reuse_address = daemon_threads = True
    def __init__(self, far, at):
        self.at, self.silent, self.answers, self.copies = at, threading.Event(), False, 0
        with far.there():
            super().__init__((THERE, 0), ServerSession)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class ServerSession(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.say('CONNECT', '220 far.test ESMTP')
            while line := self.rfile.readline():
                verb = line[:4].decode().strip().upper()
                if verb == 'DATA':
                    self.say('DATA', '354 go on')
                    self.content()
                else:
                    self.say(verb, '221 bye' if verb == 'QUIT' else '250 ok')
        except OSError:
            pass

    def content(self):
        if self.server.at == 'in the content' and not self.server.answers:
            self.say('in the content', '')
        while (line := self.rfile.readline()) != b'.\r\n':
            if not line:
                raise ConnectionError
        if self.server.answers:
            self.server.copies += 1
        self.say('the dot', '250 taken')

    def say(self, step, reply):
        if self.server.at == step and not self.server.answers:
            self.server.silent.set()
            threading.Event().wait()        # it vanishes
        self.wfile.write(reply.encode() + b'\r\n')


class Servers(Vanishing):
    STEPS = ('CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'in the content', 'the dot')
    main = {f'smtp_{name}_timeout': '5s' for name in (
        'connect', 'helo', 'mail', 'rcpt', 'data_init', 'data_xfer', 'data_done', 'quit', 'rset')}

    @classmethod
    def configure(cls):
        super().configure()
        cls.servers = {f'd{number}.test': Server(cls.far, step) for number, step in enumerate(cls.STEPS)}
        for server in cls.servers.values():
            cls.addClassCleanup(server.server_close)
            cls.addClassCleanup(server.shutdown)
        cls.mta.main['transport_maps'] = 'inline:{' + ' '.join(
            f'{{{domain}=smtp:[{THERE}]:{server.server_address[1]}}}' for domain, server in cls.servers.items()) + '}'
        cls.mta.main['minimal_backoff_time'] = cls.mta.main['maximal_backoff_time'] = '300s'

    def test_row_9_servers_vanish(self):
        for domain, server in self.servers.items():
            # More than both sockets take.
            self.submit(f'x@{domain}', text=f'Subject: {self.token}\n\n' + ('y' * 70 + '\n') * 100_000 * (
                server.at == 'in the content'))
        for server in self.servers.values():
            self.assertTrue(server.silent.wait(60), server.at)
        self.far.cut()
        for domain in self.servers:
            self.assertIn('status=deferred', self.status(f'x@{domain}', 60), domain)
        until(lambda: not self.held(), 'no session is left', 60)
        self.submit('y@d0.test')            # there is nobody to connect to
        self.assertIn('status=deferred', self.status('y@d0.test', 60))
        for server in self.servers.values():
            server.answers = True
        self.far.join()
        self.mta.run('postqueue', '-f')
        self.queue_empty(60)
        self.assertEqual({domain: 1 + (domain == 'd0.test') for domain in self.servers},
                         {domain: server.copies for domain, server in self.servers.items()})


del Vanishing

if __name__ == '__main__':
    unittest.main()
