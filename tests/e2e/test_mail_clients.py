"""What people send and read their mail with: curl, swaks, mutt, s-nail, msmtp, Python's smtplib.

Each logs in over submission (STARTTLS) and submissions (TLS at once), with the right and with a
wrong password, sends 8-bit text, addresses in UTF-8 and 5 MB, and reads what arrived, bounces too.
"""
import email
import email.policy
import imaplib
import os
import pathlib
import poplib
import random
import re
import smtplib
import ssl
import unittest
from email.message import EmailMessage

from submission import Site

from mta import run
from programs import folder, need

PORTS = {'submission': 587, 'submissions': 465}
TEXT = 'Grüße aus 西安, naïve Zeichen: ½ €\n'


class Client:
    """A mail client of user client1. A client that cannot do a thing has no method for it."""
    programs = ()

    def __init__(self, case):
        self.case, self.host, self.ca = case, case.host, case.ca
        self.folder = pathlib.Path(folder(f'client-{case.token}'))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
        return str(path)

    def compose(self, recipient, subject, attachment=None):
        message = EmailMessage(policy=email.policy.SMTPUTF8 if not recipient.isascii() else email.policy.SMTP)
        message['From'], message['To'], message['Subject'] = 'client1@xian.com', recipient, subject
        message.set_content(TEXT, cte='8bit')
        if attachment:
            message.add_attachment(attachment, maintype='application', subtype='octet-stream', filename='big.bin')
        return message.as_bytes()

    # send(recipient, subject, service, password='secret1', attachment=None): AssertionError when refused


class Smtplib(Client):
    def connect(self, service):
        context = ssl.create_default_context(cafile=self.ca)
        if service == 'submissions':
            return smtplib.SMTP_SSL(self.host, PORTS[service], timeout=30, context=context)
        client = smtplib.SMTP(self.host, PORTS[service], timeout=30)
        client.starttls(context=context)
        return client

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        with self.connect(service) as client:
            try:
                client.login('client1', password)
            except smtplib.SMTPAuthenticationError as error:
                raise AssertionError(str(error)) from error
            options = ['BODY=8BITMIME'] + ([] if recipient.isascii() else ['SMTPUTF8'])
            client.sendmail('client1@xian.com', [recipient], self.compose(recipient, subject, attachment), options)

    send_utf8 = send

    def read(self, word):
        """Over POP3 with STLS."""
        client = poplib.POP3(self.host, timeout=30)
        client.stls(ssl.create_default_context(cafile=self.ca))
        client.user('client1')
        client.pass_('secret1')
        found = [b'\n'.join(client.retr(number)[1]) for number in range(1, client.stat()[0] + 1)]
        client.quit()
        return next(data for data in found if word.encode() in data)


class Imaplib(Smtplib):
    """The same, reading over IMAP with TLS at once."""

    def read(self, word):
        client = imaplib.IMAP4_SSL(self.host, ssl_context=ssl.create_default_context(cafile=self.ca), timeout=30)
        client.login('client1', 'secret1')
        client.select()
        _, (found,) = client.search(None, 'TEXT', word)
        _, parts = client.fetch(found.split()[-1], '(RFC822)')
        client.logout()
        return parts[0][1]


class Curl(Client):
    programs = ('curl',)

    def curl(self, url, *words, password='secret1'):
        return run('curl', '-sS', '--ssl-reqd', '--cacert', self.ca, '-u', f'client1:{password}', url, *words)

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        scheme = 'smtps' if service == 'submissions' else 'smtp'
        message = self.file('message', self.compose(recipient, subject, attachment))
        self.curl(f'{scheme}://{self.host}:{PORTS[service]}/client.xian.com', '--mail-from', 'client1@xian.com',
                  '--mail-rcpt', recipient, '-T', message, password=password)

    send_utf8 = send

    def read(self, word):
        url = f'imaps://{self.host}/INBOX'
        number = self.curl(url, '-X', f'UID SEARCH TEXT {word}').stdout.split()[-1]
        output = str(self.folder / 'read')
        self.curl(f'{url};UID={number}', '-o', output)
        return pathlib.Path(output).read_bytes()


class Swaks(Client):
    programs = ('swaks',)

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        tls = '--tls-on-connect' if service == 'submissions' else '--tls'
        run('swaks', '--server', self.host, '--port', PORTS[service], tls, '--tls-verify', '--tls-ca-path', self.ca,
            '--auth', 'PLAIN', '--auth-user', 'client1', '--auth-password', password, '--from', 'client1@xian.com',
            '--to', recipient, '--data', '@' + self.file('message', self.compose(recipient, subject, attachment)),
            '--suppress-data')


class Msmtp(Client):
    programs = ('msmtp',)

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        settings = self.file('msmtprc', f"""\
account default
host {self.host}
port {PORTS[service]}
from client1@xian.com
auth plain
user client1
password {password}
tls on
tls_starttls {'off' if service == 'submissions' else 'on'}
tls_trust_file {self.ca}
""")
        run('msmtp', '-C', settings, '--', recipient, input=self.compose(recipient, subject, attachment))


class Snail(Client):
    """s-nail, sending by SMTP itself; reads over POP3."""
    programs = ('s-nail',)

    def snail(self, *words, password='secret1', input=''):
        options = (f'tls-ca-file={self.ca}', 'tls-verify=strict', 'ttycharset=utf-8', 'sendcharsets=utf-8',
                   'mime-encoding=8b', 'from=client1@xian.com', 'hostname=xian.com',
                   f'user-client1@{self.host}=client1', f'password-client1={password}', 'v15-compat')
        return run('s-nail', '-:/', *(f'-S{option}' for option in options), *words, input=input,
                   env={'HOME': str(self.folder), 'LC_ALL': 'C.UTF-8'})

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        start = '-Ssmtp-use-starttls' if service == 'submission' else '-Ssmtp-auth=plain'
        scheme = 'submissions' if service == 'submissions' else 'smtp'
        files = ['-a', self.file('big.bin', attachment)] if attachment else []
        self.snail('-Ssendwait', f'-Smta={scheme}://client1:{password}@{self.host}:{PORTS[service]}', start,
                   '-s', subject, *files, recipient, password=password, input=TEXT)

    def read(self, word):
        output = self.folder / 'read'
        self.snail('-f', f'pop3s://client1:secret1@{self.host}', input=f'copy * {output}\nexit\n')
        found = re.split(rb'(?:^|\n\n)From ', output.read_bytes())
        return next(data.partition(b'\n')[2] for data in found if word.encode() in data)


class Mutt(Client):
    """mutt, sending by SMTP itself, reading over IMAP on a terminal."""
    programs = ('mutt', 'script')

    def settings(self, text):
        return self.file('muttrc', f"""\
set ssl_force_tls = yes
set ssl_starttls = yes
set ssl_ca_certificates_file = "{self.ca}"
set certificate_file = "/dev/null"
set from = "client1@xian.com"
set use_from = yes
set use_envelope_from = yes
set envelope_from_address = "client1@xian.com"
set hostname = "xian.com"
set charset = "utf-8"
set send_charset = "utf-8"
set allow_8bit = yes
set copy = no
set record = ""
set header_cache = ""
set wait_key = no
set mail_check = 600
{text}""")

    def send(self, recipient, subject, service, password='secret1', attachment=None):
        scheme = 'smtps' if service == 'submissions' else 'smtp'
        settings = self.settings(f'set smtp_url = "{scheme}://client1@{self.host}:{PORTS[service]}/"\n'
                                 f'set smtp_pass = "{password}"\nset smtp_authenticators = "plain"\n')
        files = ['-a', self.file('big.bin', attachment)] if attachment else []
        run('mutt', '-n', '-F', settings, '-s', subject, *files, '--', recipient, input=TEXT,
            env={'HOME': str(self.folder)})

    send_utf8 = send

    def read(self, word):
        output = self.folder / 'read'
        settings = self.settings(f'set folder = "imaps://client1@{self.host}/"\nset imap_pass = "secret1"\n'
                                 'set pipe_decode = no\nset quit = yes\n')
        keys = f'<limit>~B {word}<enter><pipe-message>cat >{output}<enter><exit>'
        run('script', '-qefc', f"mutt -n -F {settings} -f imaps://client1@{self.host}/INBOX -e 'push \"{keys}\"'",
            '/dev/null', env={'HOME': str(self.folder), 'TERM': 'xterm'})
        return output.read_bytes()


class Behaviour:
    """What the site must do for each client; `client` is its class."""

    def setUp(self):
        self.peer = self.client(self)

    def arrived(self, user='client1'):
        found = self.mail(user, timeout=60)
        self.assertIn(TEXT.strip(), found.get_body(('plain',)).get_content())
        return found

    def test_submission_after_starttls(self):
        self.peer.send('client2@xian.com', self.token, 'submission')
        received = self.arrived('client2')['Received']
        self.assertRegex(received, r'with ESMTPSA')
        self.assertIn('(Authenticated sender: client1)', received)
        self.assertRegex(received, r'using TLSv1\.3')
        self.logged_in('submission')

    def test_submissions_with_tls_at_once(self):
        self.peer.send('client2@xian.com', self.token, 'submissions')
        self.assertRegex(self.arrived('client2')['Received'], r'with ESMTPSA')
        self.logged_in('submissions')

    def test_wrong_password(self):
        for service in PORTS:
            with self.subTest(service), self.assertRaises(AssertionError) as caught:
                self.peer.send('client2@xian.com', self.token, service, password='wrong')
            self.mta.wait_log(rf'postfix/{service}/smtpd.*: SASL \w+ authentication failed')
        self.assertNotIn('not within', str(caught.exception))
        self.assertEqual([], self.got('client2'))

    def test_attachment_of_5_mb(self):
        content = random.Random(5).randbytes(5_000_000)
        self.addCleanup(os.truncate, '/var/mail/client2', 0)        # who looks into it later need not read it all
        self.peer.send('client2@xian.com', self.token, 'submission', attachment=content)
        self.status('client2@xian.com', 60)
        part = next(self.arrived('client2').iter_attachments())
        self.assertEqual(content, part.get_content())

    def test_reads_what_arrived(self):
        if not hasattr(self.peer, 'read'):
            self.skipTest('it only sends')
        self.peer.send('client1@xian.com', self.token, 'submission')
        self.arrived()
        found = email.message_from_bytes(self.peer.read(self.token), policy=email.policy.default)
        self.assertEqual(self.token, found['Subject'])
        self.assertIn(TEXT.strip(), found.get_body(('plain',)).get_content())

    def test_reads_the_bounce(self):
        self.peer.send('nobody@other.example', self.token, 'submission')
        self.mail('client1')
        reader = self.peer if hasattr(self.peer, 'read') else Curl(self)
        found = email.message_from_bytes(reader.read(self.token), policy=email.policy.default)
        self.assertEqual('Undelivered Mail Returned to Sender', found['Subject'])
        self.assertEqual('multipart/report', found.get_content_type())
        text, status, original = found.iter_parts()
        self.assertIn('nobody here has that name', text.get_content())
        self.assertEqual('5.1.1', status.get_payload()[1]['Status'])
        self.assertEqual(self.token, original.get_payload()[0]['Subject'])

    def test_an_address_in_utf8(self):
        if not hasattr(self.peer, 'send_utf8'):
            self.skipTest('it does not know SMTPUTF8')
        self.peer.send_utf8('jörg@xian.com', self.token, 'submission')
        self.assertRegex(self.arrived('client3')['Received'], r'with UTF8SMTPSA')


for kind in (Smtplib, Imaplib, Curl, Swaks, Msmtp, Snail, Mutt):
    name = f'With{kind.__name__}'
    globals()[name] = need(*kind.programs)(type(name, (Behaviour, Site), {'client': kind}))


if __name__ == '__main__':
    unittest.main()
