"""SASL mechanisms against Cyrus SASL's password file, and what smtpd_sasl_* makes of them; SCRAM and
DIGEST-MD5 spoken here, step by step (RFC 5802, RFC 7677). Run as the acceptance tests are,
MTA=postfix or MTA=/prefix.
"""
import base64
import hashlib
import hmac
import os
import secrets
import unittest

from lab import Certificates, MailCase, client_tls

from saslauthd import sasldb

STRANGER = '203.0.113.5'
IS_POSTFIX = os.environ['MTA'] == 'postfix'


def coded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def plain(user, password):
    return coded(f'\0{user}\0{password}')


class Mechanisms(MailCase):
    master = ''.join(f'@IP@:{port} inet n - n - - smtpd {options}\n' for port, options in [
        (2501, '-o smtpd_sasl_mechanism_filter=!plain,!login,static:rest'),
        (2502, '-o smtpd_sasl_security_options=noanonymous,noplaintext'),
        (2503, '-o smtpd_sasl_exceptions_networks=203.0.113.0/24'),
        (2504, '-o broken_sasl_auth_clients=yes'),
        (2505, '-o smtpd_tls_auth_only=yes'),
        (2506, '-o smtpd_sasl_authenticated_header=yes'),
        (2507, '-o smtpd_sasl_security_options=noanonymous,noplaintext -o smtpd_sasl_tls_security_options=noanonymous'),
        (2508, '-o smtpd_sasl_auth_enable=no'),
        (2509, '-o smtpd_recipient_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject'),
        (2510, '-o { smtpd_recipient_restrictions=check_sasl_access inline:{client1=REJECT}, permit_sasl_authenticated, reject }'),
        (2511, '-o smtpd_recipient_restrictions=reject_authenticated_sender_login_mismatch,permit_sasl_authenticated,reject'),
        (2512, '-o smtpd_recipient_restrictions=reject_known_sender_login_mismatch,permit_sasl_authenticated,reject'),
    ])
    main = {
        'smtpd_sasl_auth_enable': 'yes', 'smtpd_sasl_local_domain': '$mydomain', 'smtpd_sasl_security_options': 'noanonymous',
        'smtpd_recipient_restrictions': 'permit_sasl_authenticated, reject_unauth_destination', 'mynetworks': '127.0.0.0/8',
        'smtpd_tls_security_level': 'may', 'local_recipient_maps': '', 'smtpd_client_port_logging': 'no',
        'smtpd_sender_login_maps': 'inline:{ {mine@xian.com=client1} {ours@xian.com=client2, client1} {theirs@xian.com=client2} }',
        'smtpd_error_sleep_time': '0',
    }

    @classmethod
    def configure(cls):
        sasldb(cls.mta, 'xian.com', {'client1': 'secret1', 'client2': 'secret2'},
               'PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256')
        cls.mta.main['smtpd_tls_chain_files'], ca = Certificates.get('mail.xian.com')
        cls.context = client_tls(ca)
        cls.context.check_hostname = False

    def client(self, port=25, tls=False):
        client = self.mta.smtp(STRANGER, port)
        self.addCleanup(client.close)
        client.ehlo('me.example')
        if tls:
            client.starttls(context=self.context)
            client.ehlo('me.example')
        return client

    def offered(self, client):
        return set(client.esmtp_features.get('auth', '').split())

    def scram(self, client, name, password, user='client1'):
        """The last reply, and whether the server has proved that it knows the password, too."""
        algorithm = {'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256'}[name]
        nonce = secrets.token_hex(12)
        bare = f'n={user},r={nonce}'
        code, text = client.docmd('AUTH', f'{name} {coded("n,," + bare)}')
        self.assertEqual(code, 334, text)
        first = base64.b64decode(text).decode()
        said = dict(part.split('=', 1) for part in first.split(','))
        self.assertTrue(said['r'].startswith(nonce))
        salted = hashlib.pbkdf2_hmac(algorithm, password.encode(), base64.b64decode(said['s']), int(said['i']))
        mac = lambda key, message: hmac.new(key, message, algorithm).digest()   # noqa: E731
        key = mac(salted, b'Client Key')
        final = f'c={coded("n,,")},r={said["r"]}'
        signed = f'{bare},{first},{final}'.encode()
        signature = mac(hashlib.new(algorithm, key).digest(), signed)
        proof = bytes(a ^ b for a, b in zip(key, signature))
        code, text = client.docmd(coded(f'{final},p={coded(proof)}'))
        if code != 334:
            return (code, text), False
        proves = base64.b64decode(text) == b'v=' + base64.b64encode(mac(mac(salted, b'Server Key'), signed))
        return client.docmd(''), proves

    def test_scram(self):
        for name in ('SCRAM-SHA-1', 'SCRAM-SHA-256'):
            with self.subTest(name):
                client = self.client()
                self.assertIn(name, self.offered(client))
                reply, proves = self.scram(client, name, 'secret1')
                self.assertEqual((reply, proves), ((235, b'2.7.0 Authentication successful'), True))
                client.sendmail('client1@xian.com', ['client2@xian.com'], self.text())
                self.mta.wait_log(f'client=.*, sasl_method={name}, sasl_username=client1@xian.com')

    def test_scram_with_a_wrong_password(self):
        reply, _ = self.scram(self.client(), 'SCRAM-SHA-256', 'wrong')
        self.assertEqual(reply[0], 535)
        self.mta.wait_log(r'warning: stranger.example\[203.0.113.5\]: SASL SCRAM-SHA-256 authentication failed: ')

    def test_digest_md5(self):
        client = self.client()
        code, text = client.docmd('AUTH', 'DIGEST-MD5')
        self.assertEqual(code, 334)
        said = dict(part.split('=', 1) for part in base64.b64decode(text).decode().replace('"', '').split(',') if '=' in part)
        md5 = lambda data: hashlib.md5(data).digest()   # noqa: E731
        nonce, cnonce, uri = said['nonce'], secrets.token_hex(8), f'smtp/{said["realm"]}'
        a1 = md5(f'client1:{said["realm"]}:secret1'.encode()) + f':{nonce}:{cnonce}'.encode()
        a2 = f'AUTHENTICATE:{uri}'.encode()
        response = hashlib.md5(f'{md5(a1).hex()}:{nonce}:00000001:{cnonce}:auth:{md5(a2).hex()}'.encode()).hexdigest()
        code, text = client.docmd(coded(
            f'username="client1",realm="{said["realm"]}",nonce="{nonce}",cnonce="{cnonce}",nc=00000001,qop=auth,'
            f'digest-uri="{uri}",response={response},charset=utf-8'))
        self.assertEqual(code, 334, text)
        self.assertTrue(base64.b64decode(text).startswith(b'rspauth='))
        self.assertEqual(client.docmd(''), (235, b'2.7.0 Authentication successful'))

    def test_mechanism_filter(self):
        self.assertEqual(self.offered(self.client(2501)), {'CRAM-MD5', 'DIGEST-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'})
        if not IS_POSTFIX:      # which leaves it at the announcement
            self.assertEqual(self.client(2501).docmd('AUTH', f'PLAIN {plain("client1", "secret1")}')[0], 535)

    def test_security_options(self):
        self.assertEqual(self.offered(self.client(2502)) & {'PLAIN', 'LOGIN'}, set())
        self.assertEqual(self.offered(self.client(2507)) & {'PLAIN', 'LOGIN'}, set())
        self.assertEqual(self.offered(self.client(2507, tls=True)) & {'PLAIN', 'LOGIN'}, {'PLAIN', 'LOGIN'})

    def test_exceptions(self):
        self.assertEqual(self.offered(self.client(2503)), set())

    def test_broken_clients(self):
        self.assertIn(b'\nAUTH=', self.client(2504).ehlo_resp)

    def test_only_with_tls(self):
        client = self.client(2505)
        self.assertEqual(self.offered(client), set())
        self.assertEqual(client.docmd('AUTH', 'PLAIN x'), (503, b'5.5.1 Error: authentication not enabled'))
        client = self.client(2505, tls=True)
        self.assertEqual(client.docmd('AUTH', f'PLAIN {plain("client1", "secret1")}')[0], 235)

    def test_not_enabled(self):
        self.assertEqual(self.client(2508).docmd('AUTH', 'PLAIN x'), (503, b'5.5.1 Error: authentication not enabled'))

    def login(self, port, user='client1', password='secret1'):
        client = self.client(port)
        self.assertEqual(client.docmd('AUTH', f'PLAIN {plain(user, password)}')[0], 235)
        return client

    def test_authenticated_header(self):
        self.login(2506).sendmail('client1@xian.com', ['client2@xian.com'], self.text())
        self.assertIn('(Authenticated sender: client1@xian.com)', self.mail('client2')['Received'])

    def rcpt(self, client, sender):
        client.docmd('RSET')
        client.docmd(f'MAIL FROM:<{sender}>')
        return client.docmd('RCPT TO:<client2@xian.com>')

    def test_sender_login_restrictions(self):
        client, stranger = self.login(2509), self.client(2509)
        denied = (553, b'5.7.1 <theirs@xian.com>: Sender address rejected: not owned by user client1@xian.com')
        self.assertEqual(self.rcpt(client, 'theirs@xian.com')[0], 553)
        self.assertEqual(self.rcpt(client, 'free@xian.com')[0], 553)
        self.assertEqual(self.rcpt(stranger, 'mine@xian.com'),
                         (553, b'5.7.1 <mine@xian.com>: Sender address rejected: not logged in'))
        self.assertEqual(self.rcpt(self.login(2511), 'theirs@xian.com'), denied)
        self.assertEqual(self.rcpt(self.login(2512), 'theirs@xian.com'), denied)
        self.assertEqual(self.rcpt(self.login(2512), 'free@xian.com')[0], 250)

    def test_check_sasl_access(self):
        self.assertEqual(self.rcpt(self.login(2510), 'a@b.example')[0], 250)

    def test_mail_auth_parameter(self):
        client = self.login(25)
        self.assertEqual(client.docmd('MAIL FROM:<a@b.example> AUTH=real+2Bme@xian.com')[0], 250)
        client.docmd('RCPT TO:<client2@xian.com>')
        client.docmd('DATA')
        client.send(self.text() + '\r\n.\r\n')
        self.assertEqual(client.getreply()[0], 250)
        self.mta.wait_log(r'client=.*, sasl_method=PLAIN, sasl_username=client1(@xian.com)?, sasl_sender=real\+2Bme@xian.com')


if __name__ == '__main__':
    unittest.main()
