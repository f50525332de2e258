"""SASL of whole programs: authentication services that are slow, broken or gone (attack row 24).

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import base64
import os
import pathlib
import socketserver
import sys
import threading
import time
import unittest

PREFIX = os.environ.get('POSTERN_PREFIX', '')
if not PREFIX:
    raise unittest.SkipTest('POSTERN_PREFIX is not set')
os.environ.setdefault('MTA', PREFIX)
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'acceptance'))

from case import MailCase  # noqa: E402
from sinks import SmtpSink  # noqa: E402

STRANGER = '203.0.113.5'
GOOD = base64.b64encode(b'\0client1\0secret1').decode()
GREETING = b'VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nDONE\n'


class FakeDovecot(socketserver.ThreadingUnixStreamServer):
    """Speaks the auth protocol; `answer(id, words)` gives the line, after `delay` seconds."""
    daemon_threads = True

    def __init__(self, path):
        self.delay, self.connections = 0, 0
        self.answer = lambda number, words: f'OK\t{number}\tuser=client1\n'
        super().__init__(path, self.Handler)
        os.chmod(path, 0o777)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.server.connections += 1
            self.wfile.write(GREETING)
            for line in self.rfile:
                words = line.decode().rstrip('\n').split('\t')
                if words[0] in ('AUTH', 'CONT'):
                    threading.Timer(self.server.delay, self.reply, [words]).start()

        def reply(self, words):
            asks = words[0] == 'AUTH' and not words[-1].startswith('resp=')
            line = f'CONT\t{words[1]}\t\n' if asks else self.server.answer(words[1], words)
            if line is None:
                self.connection.shutdown(2)
            else:
                self.wfile.write(line.encode())


class Services(MailCase):
    main = {'smtpd_sasl_auth_enable': 'yes', 'smtpd_sasl_type': 'dovecot', 'smtpd_sasl_path': '@DIR@/auth',
            'smtpd_error_sleep_time': '0', 'smtpd_client_connection_count_limit': '0',
            'smtpd_recipient_restrictions': 'permit_sasl_authenticated, reject_unauth_destination'}

    @classmethod
    def configure(cls):
        cls.dovecot = FakeDovecot(f'{cls.mta.dir}/auth')
        cls.addClassCleanup(cls.dovecot.server_close)

    def setUp(self):
        self.dovecot.delay = 0
        self.dovecot.answer = lambda number, words: f'OK\t{number}\tuser=client1\n'

    def auth(self, *lines):
        """The replies to AUTH PLAIN and what follows it."""
        with self.mta.smtp(STRANGER) as client:
            client.ehlo()
            return [client.docmd(line) for line in lines]

    def test_a_slow_service_delays_only_who_waits_for_it(self):
        self.dovecot.delay = 1
        waiting = [self.mta.smtp(STRANGER) for _ in range(100)]
        for client in waiting:
            self.addCleanup(client.close)
            client.ehlo()
        began = time.monotonic()
        for client in waiting:
            client.putcmd('AUTH PLAIN', GOOD)
        self.send('client1@xian.com', source=STRANGER)   # while all of them wait
        self.assertLess(time.monotonic() - began, 0.9)
        self.assertEqual({client.getreply()[0] for client in waiting}, {235})
        self.assertLess(time.monotonic() - began, 3)
        self.mail('client1')

    def test_what_cannot_be_understood_is_temporary(self):
        for line in ('CONT\t{}\t!!\n', 'OK\t{}\n', 'OK\n', 'FAIL\t{}\ttemp\n', 'x' * 70000 + '\n', None):
            with self.subTest(str(line)[:20]):
                self.dovecot.answer = lambda number, words, line=line: line and line.format(number)
                reply, = self.auth(f'AUTH PLAIN {GOOD}')
                self.assertEqual(reply[0], 454)
                self.assertTrue(reply[1].startswith(b'4.7.0 Temporary authentication failure: '), reply[1])
                self.dovecot.answer = lambda number, words: f'OK\t{number}\tuser=client1\n'
                self.assertEqual(self.auth(f'AUTH PLAIN {GOOD}')[0][0], 235)

    def test_who_breaks_off_says_too_much_or_nonsense(self):
        self.assertEqual(self.auth('AUTH PLAIN', '*')[1], (501, b'5.7.0 Authentication aborted'))
        self.assertEqual(self.auth('AUTH PLAIN', 'x' * 13000)[1], (500, b'5.5.6 SASL response limit exceeded'))
        self.assertEqual(self.auth('AUTH PLAIN !!')[0][0], 535)
        self.assertEqual(self.auth('AUTH GSSAPI')[0][0], 535)
        self.assertEqual(self.auth('AUTH')[0], (501, b'5.5.4 Syntax: AUTH mechanism'))
        again = self.auth(f'AUTH PLAIN {GOOD}', f'AUTH PLAIN {GOOD}')
        self.assertEqual(again[1], (503, b'5.5.1 Error: already authenticated'))

    def test_no_password_is_logged(self):
        self.auth(f'AUTH PLAIN {GOOD}', 'AUTH PLAIN ' + 'x' * 3000)
        self.auth('AUTH PLAIN', 'c2VjcmV0' * 2000)
        self.assertNotIn('c2VjcmV0', self.mta.log())
        self.assertNotIn(GOOD, self.mta.log())


class Client(MailCase):
    """The SMTP client logs in with the password of the table."""
    main = {'smtp_sasl_auth_enable': 'yes', 'smtp_sasl_password_maps': 'inline:{ remote.example=user:pass:word }',
            'smtp_sasl_security_options': 'noanonymous'}

    def sink(self, reply):
        remote = SmtpSink('198.51.100.4', extensions=('AUTH PLAIN', 'ENHANCEDSTATUSCODES'), replies={'AUTH': reply})
        self.addCleanup(remote.close)
        return remote

    def test_login(self):
        remote = self.sink('235 2.7.0 fine')
        self.send('a@remote.example')
        remote.wait(self.token)
        said = base64.b64encode(b'\0user\0pass:word').decode()
        self.assertTrue(any(f'AUTH PLAIN {said}' in command for command in remote.commands), remote.commands)

    def test_refused_login_defers(self):
        self.sink('535 5.7.8 no')
        self.send('b@remote.example')
        self.assertRegex(self.status('b@remote.example'),
                         r'dsn=4.7.8, status=deferred \(SASL authentication failed; server .* said: 535 5.7.8 no\)')
        self.mta.run('postsuper', '-d', 'ALL')


if __name__ == '__main__':
    unittest.main()
