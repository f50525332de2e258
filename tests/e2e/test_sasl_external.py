"""EXTERNAL: a client that its certificate has told apart (RFC 4422 appendix A).

Nobody is offered it unless smtpd_sasl_mechanism_filter says so, as with Debian's Postfix, which has no more
of it than the name. Run as the acceptance tests are, MTA=postfix or MTA=/prefix.
"""
import base64
import os
import ssl
import unittest

from dovecot_server import FakeDovecot
from lab import STRANGER, Certificates, MailCase, Raw

from saslauthd import sasldb

IS_POSTFIX = os.environ['MTA'] == 'postfix'
USER = base64.b64encode(b'user.example').decode()


class External(MailCase):
    main = {'smtpd_sasl_auth_enable': 'yes', 'smtpd_tls_security_level': 'may', 'smtpd_tls_ask_ccert': 'yes',
            'smtpd_sasl_local_domain': 'xian.com'}
    master = ('@IP@:2501 inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=static:rest\n'
              '@IP@:2502 inet n - n - - smtpd -o smtpd_sasl_type=dovecot -o smtpd_sasl_path=@DIR@/auth'
              ' -o smtpd_sasl_mechanism_filter=static:rest\n')

    @classmethod
    def configure(cls):
        sasldb(cls.mta, 'xian.com', {'client1': 'secret1'}, 'EXTERNAL PLAIN')
        own, authority = Certificates.get('mail.xian.com')
        cls.mta.main.update(smtpd_tls_chain_files=own, smtpd_tls_CAfile=authority)
        cls.dovecot = FakeDovecot(f'{cls.mta.dir}/auth')
        cls.addClassCleanup(cls.dovecot.server_close)
        cls.addClassCleanup(cls.dovecot.shutdown)

    def client(self, port, certificate=None):
        """The session with TLS, and the mechanisms that it offers."""
        client = Raw(self.mta.ip, port, source=STRANGER)
        self.addCleanup(client.__exit__)
        client.reply()
        client.ask('EHLO me', 'STARTTLS')
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(certificate)
        client.socket = context.wrap_socket(client.socket, server_hostname='mail.xian.com')
        client.file = client.socket.makefile('rb')
        offered = [line.split()[1:] for line in client.ask('EHLO me').split('\n') if line.startswith('250-AUTH ')]
        return client, set(offered[0]) if offered else set()

    def test_nobody_is_offered_it_by_default(self):
        client, offered = self.client(25, Certificates.get('user.example')[0])
        self.assertEqual(offered, {'PLAIN'})
        self.assertRegex(client.ask(f'AUTH EXTERNAL {USER}'), '^535 5.7.8 ')

    def test_nobody_without_a_certificate_is_offered_it(self):
        client, offered = self.client(2501)
        self.assertEqual(offered, {'PLAIN'})
        self.assertRegex(client.ask(f'AUTH EXTERNAL {USER}'), '^535 5.7.8 ')

    def test_a_certificate_of_a_stranger_is_none(self):
        client, offered = self.client(2501, Certificates.get('user.example', authority='other')[0])
        self.assertEqual(offered, {'PLAIN'})
        self.assertRegex(client.ask(f'AUTH EXTERNAL {USER}'), '^535 5.7.8 ')

    @unittest.skipIf(IS_POSTFIX, 'Postfix does not implement it')
    def test_the_name_of_a_trusted_certificate_is_the_login(self):
        client, offered = self.client(2501, Certificates.get('user.example')[0])
        self.assertEqual(offered, {'EXTERNAL', 'PLAIN'})
        self.assertRegex(client.ask('AUTH EXTERNAL ='), '^235 2.7.0 ')
        client.ask('MAIL FROM:<a@b.example>', 'RCPT TO:<postmaster@xian.com>', 'DATA')
        client.write('Subject: x\r\n\r\n')
        self.assertRegex(client.ask('.'), '^250 ')
        self.mta.wait_log('client=.*, sasl_method=EXTERNAL, sasl_username=user.example')

    @unittest.skipIf(IS_POSTFIX, 'Postfix does not implement it')
    def test_another_name_than_that_of_the_certificate_is_refused(self):
        client, _ = self.client(2501, Certificates.get('user.example')[0])
        other = base64.b64encode(b'client1').decode()
        self.assertRegex(client.ask(f'AUTH EXTERNAL {other}'), '^535 5.7.8 ')

    @unittest.skipIf(IS_POSTFIX, 'Postfix tells Dovecot nothing of certificates')
    def test_dovecot_is_told_the_name_of_a_trusted_certificate(self):
        heard = []

        def answer(number, words):
            heard.append(words)
            return f'OK\t{number}\tuser=someone\n'
        self.dovecot.answer = answer
        for certificate in (None, Certificates.get('user.example')[0], Certificates.get('user.example', authority='other')[0]):
            client, _ = self.client(2502, certificate)
            self.assertRegex(client.ask(f'AUTH PLAIN {USER}'), '^235 ')
        self.assertEqual([[word for word in words if 'cert' in word] for words in heard],
                         [[], ['valid-client-cert', 'cert_username=user.example'], []])


if __name__ == '__main__':
    unittest.main()
