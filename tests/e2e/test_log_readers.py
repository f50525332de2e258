"""Programs that read the mail log: fail2ban's filters and pflogsumm find in ours what they look for."""
import base64
import re
import socket
import unittest

from submission import Site

import isolate
from mta import run
from programs import need, until

# One address for each offence.
RELAYS, GUESSES, LISTED, CRASHES, NOBODY, PIPELINES, HELO = (f'203.0.113.{number}' for number in (10, 11, 5, 13, 14, 15, 16))
GOOD = '203.0.113.200'


class Offences(Site):
    """A log with each of the things that make an administrator shut a client out."""
    main = {**Site.main, 'smtpd_error_sleep_time': '0', 'smtpd_sasl_auth_enable': 'yes',
            'smtpd_forbid_unauth_pipelining': 'yes',
            'smtpd_recipient_restrictions': 'permit_mynetworks, reject_unauth_destination, reject_non_fqdn_helo_hostname, '
                                            'reject_unlisted_recipient, reject_rbl_client rbl.example'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offend(cls('run'))
        with open(cls.mta.logfile) as file:
            cls.log_text = file.read()

    def offend(self):
        for source, recipient in ((RELAYS, 'a@remote.example'), (LISTED, 'client1@xian.com'), (NOBODY, 'nosuchuser@xian.com')):
            self.is_refused(source, recipient)
        self.is_refused(HELO, 'client1@xian.com', helo='myhost')
        with self.mta.smtp(GUESSES) as client:
            client.ehlo()
            for method in ('PLAIN', 'LOGIN'):
                self.guess(client, method)
        with socket.create_connection((self.mta.ip, 25), 30, (CRASHES, 0)) as client:
            client.recv(1000)
            client.sendall(b'EHLO there.example\r\n')
            client.recv(1000)
        with socket.create_connection((self.mta.ip, 25), 30, (PIPELINES, 0)) as client:
            client.recv(1000)
            client.sendall(b'HELO there.example\r\nMAIL FROM:<a@stranger.example>\r\nRCPT TO:<client1@xian.com>\r\n')
            while client.recv(1000):
                pass
        self.token = f'good{type(self).__name__}'       # the mailbox is that of all classes
        self.mta.remember()
        self.send('client1@xian.com', source=GOOD)
        self.mail('client1')
        self.status('client1@xian.com')
        for source in (RELAYS, LISTED, NOBODY, HELO, GUESSES, CRASHES, PIPELINES, GOOD):
            until(lambda: re.search(rf'disconnect from \S+\[{source}\]', self.mta.log(0)), f'{source} has gone')

    def is_refused(self, source, recipient, helo='there.example'):
        with self.mta.smtp(source, helo=helo) as client:
            client.ehlo()
            client.mail('a@stranger.example')
            code, text = client.rcpt(recipient)
            self.assertGreaterEqual(code, 400, f'{source} {recipient}: {text}')

    def guess(self, client, method):
        words = {'PLAIN': [base64.b64encode(b'\0client1\0wrong').decode()], 'LOGIN': []}[method]
        code, _ = client.docmd('AUTH', ' '.join([method, *words]))
        for word in (b'client1', b'wrong'):
            if code == 334:
                code, _ = client.docmd(base64.b64encode(word).decode())
        self.assertEqual(535, code)


@need('fail2ban-regex')
class Fail2ban(Offences):
    def found(self, mode):
        """The addresses that the filter would shut out, in the order of the log."""
        done = run('fail2ban-regex', '-o', 'ip', self.mta.logfile, f'/etc/fail2ban/filter.d/postfix.conf[mode={mode}]')
        return {line for line in done.stdout.splitlines() if re.fullmatch(r'[\d.]+', line)}

    def test_each_mode_finds_its_offenders(self):
        """Lost connections are not among them: fail2ban 1.0 does not know the NOQUEUE that begins such a
        line since Postfix 3.10; the next test gives its filter the one word more that it needs."""
        for mode, offenders in (
                ('normal', {RELAYS, LISTED, NOBODY, HELO, PIPELINES}), ('auth', {GUESSES}), ('rbl', {LISTED}),
                ('ddos', {GUESSES}), ('extra', {RELAYS, LISTED, NOBODY, HELO, PIPELINES, GUESSES}),
                ('aggressive', {RELAYS, LISTED, NOBODY, HELO, PIPELINES, GUESSES})):
            with self.subTest(mode):
                self.assertEqual(offenders, self.found(mode))

    def test_lost_connections_are_found_when_the_filter_knows_noqueue(self):
        with open('/etc/fail2ban/filter.d/postfix.conf') as file:
            known = file.read().replace('mdpr-ddos = (?:lost', r'mdpr-ddos = (?:(?:\w+: )?lost')
        isolate.replace('/etc/fail2ban/filter.d/postfix.conf', known)
        self.assertEqual({GUESSES, CRASHES}, self.found('ddos'))

    def test_nobody_who_behaves_is_found(self):
        self.assertNotIn(GOOD, self.found('aggressive'))


@need('pflogsumm')
class Pflogsumm(Offences):
    def test_the_sums(self):
        report = run('pflogsumm', '--smtpd_stats', '--problems_first', self.mta.logfile).stdout
        self.assertRegex(report, r'\n +1 +received\n')
        self.assertRegex(report, r'\n +1 +delivered\n')
        self.assertRegex(report, r'\n +4 +rejected \(80%\)\n')
        self.assertRegex(report, r'Relay access denied')
        self.assertRegex(report, r'blocked using rbl.example')
        self.assertRegex(report, r'User unknown in local recipient table')
        self.assertRegex(report, r'SASL PLAIN authentication failed')


if __name__ == '__main__':
    unittest.main()
