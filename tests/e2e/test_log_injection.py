"""Row 41 of the attack cases: what others say reaches no log, report or reply as more than text.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import unittest

from lab import STRANGER, MailCase

from sinks import SmtpSink

# Control characters, and those that show others in an order or on a line that is not theirs.
CONTROL = '[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]'
BIDI = '\u202egpj.\u2066x\u2069\u200f\u2028y\x9b2J'
FORGED = 'Nov 29 12:00:00 mail postfix/smtpd[1]: forged'


class Log(MailCase):
    main = {'local_recipient_maps': '', 'notify_classes': 'bounce, delay, policy, protocol, resource, software',
            'smtpd_error_sleep_time': '0', 'postscreen_greet_banner': '', 'postscreen_pipelining_enable': 'yes'}
    master = '2525 inet n - n - 1 postscreen\ntlsproxy unix - - n - 0 tlsproxy\nsmtpd pass - - n - - smtpd\n'

    def tearDown(self):
        self.mta.settle()
        log = self.mta.log(0)
        self.assertNotRegex(log, CONTROL)
        self.assertFalse([line for line in log.splitlines() if line.startswith(FORGED[:20])])
        # One event stays one line, however much was said.
        self.assertLess(max(map(len, log.splitlines())), 4096)

    def test_row_41_a_client_that_draws_on_the_terminal(self):
        for line in (b'EHLO a\x1b[31mb', b'HELO ' + b'x' * 2000, b'MAIL FROM:<a\x1b]0;x\x07@b.example>',
                     b'MAIL FROM:<a@b.example> X=\x01', b'MAIL FROM:<' + b'y' * 1500 + b'>', b'\x1b[2J FOO',
                     b'VRFY \x9b2J', b'ETRN \x1b', b'AUTH \x1b', b'XFORWARD NAME=\x1b',
                     b'NOOP \r' + FORGED.encode(), b'FOO \0' + FORGED.encode(), b'EHLO \r\n\r\n' + FORGED.encode()):
            with self.subTest(line[:30]), self.raw(source=STRANGER) as client:
                client.reply()
                client.write(line + b'\r\n')
                client.reply()
        with self.raw(source=STRANGER) as client:
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<a@b.example>')
            self.assertRegex(client.ask('RCPT TO:<x\x1b\x08@remote.example>'), '^[45]')

    def test_row_41_a_client_that_turns_the_order_of_letters(self):
        for port in (25, 2525):
            for lines in ((f'EHLO {BIDI}', f'MAIL FROM:<{BIDI}@b.example> SMTPUTF8', f'RCPT TO:<{BIDI}@remote.example>'),
                          (f'HELO {BIDI}', f'MAIL FROM:<a@{BIDI}.example>', f'RCPT TO:<b@{BIDI}.example>'),
                          (BIDI,), (f'{BIDI}: x',), ('NOOP', f'VRFY {BIDI}')):
                with self.subTest(lines, port=port), self.raw(source=STRANGER, port=port) as client:
                    client.reply()
                    client.ask(*lines)
        self.mta.wait_log(r'postscreen\[\d+\]: NOQUEUE: reject: RCPT .* helo=<\?gpj\.\?x\?\?\?y\?2J>')
        self.mta.wait_log(r'smtpd\[\d+\]: NOQUEUE: reject: RCPT .* helo=<\?gpj\.\?x\?\?\?y\?2J>')

    def test_row_41_a_header_that_forges_a_line(self):
        with self.raw(source='192.168.58.200') as client:
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', 'DATA')
            client.write(f'Message-Id: <x{BIDI}\x1b[2J\r{FORGED}@b.example>\r\nSubject: {self.token}\x1b]0;\x07\r\n\r\nx\r\n.\r\n')
            self.assertRegex(client.reply(), '^250 ')
        self.mail('client1')

    def test_row_41_a_server_whose_replies_are_drawings(self):
        said = f'550 5.7.1 no {BIDI}\x1b[2J\x08\x07\x00\r{FORGED}' + 'z' * 3000
        sink = SmtpSink('198.51.100.4', replies={'RCPT': said})
        self.addCleanup(sink.close)
        self.submit('x@remote.example')
        self.assertIn('status=bounced', self.status('x@remote.example'))
        report = self.mail('client1', word='x@remote.example').raw.decode(errors='replace')
        self.assertNotRegex(report, CONTROL)
        self.assertNotRegex(report, f'(?m)^{FORGED[:20]}')

    def test_row_41_a_server_with_a_greeting_of_its_own(self):
        for step, reply in (('CONNECT', f'421 4.3.2 {BIDI}\x1b[2J\r{FORGED}'), ('EHLO', '250-x\x1b[31m\r\n250 \x08FOO'),
                            ('MAIL', '451 4.3.0 \x9b2J\x1b')):
            with self.subTest(step):
                sink = SmtpSink('198.51.100.5', replies={step: reply})
                self.submit(f'{step}@other.example')
                self.mta.wait_log(rf'(?i)to=<{step}@other\.example>.*status=')
                sink.close()
                self.mta.run('postsuper', '-d', 'ALL')

    def test_row_41_a_user_who_forges_lines(self):
        self.submit('client1', text=f'Subject: {self.token}\nMessage-Id: <a\x1b[2J@b>\n\nx\n')
        self.mail('client1')
        self.mta.sendmail('-f', 'a\x1b@b.example', '-F', f'Name\n{FORGED}', 'client1', text='x\n', check=False)


if __name__ == '__main__':
    unittest.main()
