"""SASL of whole programs: authentication services that are slow, broken or gone (attack row 24).

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import base64
import os
import pathlib
import socketserver
import sys
import threading
import unittest

from dovecot_server import FakeDovecot
from lab import Certificates, MailCase

from sinks import SmtpSink

STRANGER = '203.0.113.5'
GOOD = base64.b64encode(b'\0client1\0secret1').decode()


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

    def test_row_24_what_cannot_be_understood_is_temporary(self):
        for line in ('CONT\t{}\t!!\n', 'OK\t{}\n', 'OK\n', 'FAIL\t{}\ttemp\n', 'x' * 70000 + '\n', None):
            with self.subTest(str(line)[:20]):
                self.dovecot.answer = lambda number, words, line=line: line and line.format(number)
                reply, = self.auth(f'AUTH PLAIN {GOOD}')
                self.assertEqual(reply[0], 454)
                self.assertTrue(reply[1].startswith(b'4.7.0 Temporary authentication failure: '), reply[1])
                self.dovecot.answer = lambda number, words: f'OK\t{number}\tuser=client1\n'
                self.assertEqual(self.auth(f'AUTH PLAIN {GOOD}')[0][0], 235)

    def test_row_24_who_breaks_off_says_too_much_or_nonsense(self):
        self.assertEqual(self.auth('AUTH PLAIN', '*')[1], (501, b'5.7.0 Authentication aborted'))
        self.assertEqual(self.auth('AUTH PLAIN', 'x' * 13000)[1], (500, b'5.5.6 SASL response limit exceeded'))
        self.assertEqual(self.auth('AUTH PLAIN !!')[0][0], 535)
        self.assertEqual(self.auth('AUTH GSSAPI')[0][0], 535)
        self.assertEqual(self.auth('AUTH')[0], (501, b'5.5.4 Syntax: AUTH mechanism'))
        again = self.auth(f'AUTH PLAIN {GOOD}', f'AUTH PLAIN {GOOD}')
        self.assertEqual(again[1], (503, b'5.5.1 Error: already authenticated'))

    def test_row_41_no_password_is_logged(self):
        self.auth(f'AUTH PLAIN {GOOD}', 'AUTH PLAIN ' + 'x' * 3000)
        self.auth('AUTH PLAIN', 'c2VjcmV0' * 2000)
        self.assertNotIn('c2VjcmV0', self.mta.log())
        self.assertNotIn(GOOD, self.mta.log())


    def test_row_24_a_response_in_pieces(self):
        with self.raw(source=STRANGER) as client:
            client.reply()
            client.ask('EHLO me')
            for byte in b'AUTH PLAIN\r\n':
                client.write(bytes([byte]))
            self.assertEqual(client.reply(), '334 ')
            for byte in GOOD.encode() + b'\r\n':
                client.write(bytes([byte]))
            self.assertRegex(client.reply(), '^235 ')

    def test_row_24_what_comes_before_its_time_is_no_response(self):
        with self.raw(source=STRANGER) as client:
            client.reply()
            client.ask('EHLO me')
            client.write('AUTH PLAIN\r\nMAIL FROM:<a@b.example>\r\nNOOP\r\n')
            self.assertEqual(client.reply(), '554 5.5.0 Error: SMTP protocol synchronization')
            self.assertEqual(client.reply(), '')

    def test_row_24_not_in_the_middle_of_a_message(self):
        with self.raw(source=STRANGER) as client:
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<a@b.example>')
            self.assertRegex(client.ask(f'AUTH PLAIN {GOOD}'), '^503 5.5.1 ')

    def test_row_24_a_service_that_says_yes_to_nobody_lets_nobody_in(self):
        self.dovecot.answer = lambda number, words: f'OK\t{number}\tuser=\n'
        self.assertEqual(self.auth(f'AUTH PLAIN {GOOD}')[0][0], 454)

    def test_row_24_an_answer_to_another_is_none(self):
        self.dovecot.answer = lambda number, words: f'OK\t{int(number) + 1}\tuser=client1\nFAIL\t{number}\n'
        self.assertEqual(self.auth(f'AUTH PLAIN {GOOD}')[0][0], 535)


class Careful(MailCase):
    """No password in clear text, and a service that is gone."""
    main = {'smtpd_sasl_auth_enable': 'yes', 'smtpd_sasl_type': 'dovecot', 'smtpd_sasl_path': '@DIR@/nobody',
            'smtpd_tls_security_level': 'may', 'smtpd_tls_auth_only': 'yes'}
    master = '@IP@:587 inet n - n - - smtpd -o smtpd_tls_auth_only=no\n'

    @classmethod
    def configure(cls):
        certificate, _ = Certificates.get('mail.xian.com')
        cls.mta.main['smtpd_tls_chain_files'] = certificate

    def test_row_24_plain_text_is_refused_before_the_password_is_looked_at(self):
        with self.raw(source=STRANGER) as client:
            client.reply()
            self.assertNotIn('AUTH', client.ask('EHLO me'))
            self.assertRegex(client.ask(f'AUTH PLAIN {GOOD}'), '^503 5.5.1 ')
        self.assertNotIn(GOOD, self.mta.log())

    def test_row_24_a_service_that_is_gone_is_temporary(self):
        with self.raw(source=STRANGER, port=587) as client:
            client.reply()
            client.ask('EHLO me')
            self.assertRegex(client.ask(f'AUTH PLAIN {GOOD}'), '^4[25][14] ')
            # Everything else goes on.
            self.assertRegex(client.ask('MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>'), '^250 ')


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
