"""TLS of whole programs: smtpd, smtp and tlsmgr together, with keys that change, are wrong, or old.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import os
import ssl
import unittest

from lab import Certificates, MailCase, client_tls, run, server_tls, until

from sinks import Server, SmtpSink


def authority(path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    context.check_hostname = False
    return context


def encrypted(client, context, session=None):
    """STARTTLS on a raw conversation that was greeted."""
    secure = context.wrap_socket(client.socket, server_hostname='mail.xian.com', session=session)
    client.socket, client.file = secure, secure.makefile('rb')
    return secure


def chain(mta, name, subject, days=30, key_of=None):
    """A chain file with a certificate of its own; with the key of another where asked."""
    path = f'{mta.config}/{name}'
    run('sh', '-c', f'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN={subject} '
                    f'-keyout {path}.key -out {path}.csr && '
                    f'openssl x509 -req -in {path}.csr -signkey {path}.key -days {days} -out {path}.crt && '
                    f'cat {mta.config}/{key_of or name}.key {path}.crt > {path}')
    return path


class Incoming(MailCase):
    master = ('@IP@:587 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt\n'
              '@IP@:588 inet n - n - - smtpd -o smtpd_tls_chain_files=@CONFIG@/mixed\n'
              '@IP@:589 inet n - n - - smtpd -o smtpd_tls_chain_files=@CONFIG@/old\n'
              '@IP@:590 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_chain_files=@CONFIG@/none\n'
              '@IP@:591 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_req_ccert=yes\n'
              '@IP@:592 inet n - n - - smtpd -o smtpd_client_new_tls_session_rate_limit=1'
              ' -o smtpd_client_event_limit_exceptions=\n')
    main = {'smtpd_tls_security_level': 'may', 'smtpd_tls_loglevel': '1', 'smtpd_tls_received_header': 'yes',
            'smtpd_forbid_unauth_pipelining': 'no'}

    @classmethod
    def configure(cls):
        cls.files, cls.ca = Certificates.get('mail.xian.com')
        cls.mta.main['smtpd_tls_chain_files'] = chain(cls.mta, 'live', 'first.example')
        chain(cls.mta, 'other', 'other.example')
        chain(cls.mta, 'mixed', 'mixed.example', key_of='other')
        chain(cls.mta, 'old', 'old.example', days=-1)
        cls.context = client_tls()

    def greeted(self, port=25):
        client = self.raw(port=port)
        client.reply()
        client.ask('EHLO me')
        return client

    def test_row_4_commands_behind_starttls_are_thrown_away(self):
        with self.greeted() as client:
            client.write('STARTTLS\r\nMAIL FROM:<injected@example.com>\r\n')
            self.assertEqual(client.reply(), '220 2.0.0 Ready to start TLS')
            encrypted(client, self.context)
            self.assertEqual(client.ask('RCPT TO:<client1@xian.com>'), '503 5.5.1 Error: need MAIL command')

    def test_state_of_the_clear_session_is_forgotten(self):
        with self.greeted() as client:
            client.ask('MAIL FROM:<a@b.example>')
            client.ask('STARTTLS')
            encrypted(client, self.context)
            self.assertEqual(client.ask('MAIL FROM:<a@b.example>'), '250 2.1.0 Ok')
            self.assertNotIn('STARTTLS', client.ask('EHLO me'))
            self.assertEqual(client.ask('STARTTLS'), '554 5.5.1 Error: TLS already active')

    def test_row_5_a_ticket_of_one_service_is_refused_by_another(self):
        def session(port, known=None):
            with self.greeted(port) as client:
                client.ask('STARTTLS')
                secure = encrypted(client, self.context, known)
                client.ask('NOOP')
                return secure.session, secure.session_reused
        ticket, was_reused = session(25)
        self.assertFalse(was_reused)
        self.assertTrue(session(25, ticket)[1])
        self.assertFalse(session(587, session(25)[0])[1])

    def test_row_23_a_wrong_key_is_named_and_there_is_no_tls(self):
        with self.greeted(588) as client:
            self.assertEqual(client.ask('STARTTLS'), '454 4.7.0 TLS not available due to local problem')
        self.mta.wait_log(rf'warning: key at index 1 in {self.mta.config}/mixed does not match next certificate')

    def test_row_23_an_expired_certificate_is_named_and_used(self):
        with self.greeted(589) as client:
            self.assertEqual(client.ask('STARTTLS'), '220 2.0.0 Ready to start TLS')
            encrypted(client, self.context)
        self.mta.wait_log(rf'warning: certificate in {self.mta.config}/old has expired')

    def test_row_23_early_close_and_garbage(self):
        with self.greeted() as client:
            client.ask('STARTTLS')
        self.mta.wait_log(r'SSL_accept error from .*: lost connection')
        with self.greeted() as client:
            client.ask('STARTTLS')
            client.write('garbage\r\n')
            self.mta.wait_log(r'SSL_accept error from .*: -1')
            self.mta.wait_log(r'warning: TLS library problem: error:')
        self.mta.wait_log(r'lost connection after STARTTLS from')

    def test_wrapper_mode_without_keys_drops_the_connection(self):
        with self.raw(port=590) as client:
            self.assertEqual(client.reply(), '')
        self.mta.wait_log(r'warning: Wrapper-mode request dropped from .* for service .*:590\.')

    def test_a_client_certificate_is_demanded(self):
        with self.greeted(591) as client:
            client.ask('STARTTLS')
            encrypted(client, self.context)
            self.assertEqual(client.reply(), '421 4.7.1 mail.xian.com Error: No client certificate presented')
        self.mta.wait_log(r'NOQUEUE: abort: TLS from .*: No client certificate presented')

    def test_too_many_new_sessions(self):
        for expected in ('220', '220', '454'):
            with self.greeted(592) as client:
                reply = client.ask('STARTTLS')
                self.assertEqual(reply[:3], expected)
                if expected == '220':
                    encrypted(client, self.context)
                    client.ask('NOOP')
        self.assertEqual(reply, '454 4.7.0 Error: too many new TLS sessions from 192.168.58.200')
        self.mta.wait_log(r'warning: New TLS session rate limit exceeded: 2 from')

    def test_a_new_certificate_is_used_without_a_restart(self):
        def subject():
            with self.greeted() as client:
                client.ask('STARTTLS')
                secure = encrypted(client, self.context)
                pem = ssl.DER_cert_to_PEM_cert(secure.getpeercert(True))
            return run('openssl', 'x509', '-noout', '-subject', input=pem).stdout
        self.assertIn('first.example', subject())
        with self.greeted() as kept:
            fresh = chain(self.mta, 'fresh', 'second.example')
            os.rename(fresh, f'{self.mta.config}/live')
            until(lambda: 'second.example' in subject(), 'the new certificate is shown')
            self.assertEqual(kept.ask('NOOP'), '250 2.0.0 Ok')


class Injecting(Server):
    """An SMTP server whose reply to STARTTLS has another reply behind it, in the same packet."""

    def __init__(self, where, certificate, after=b''):
        self.context, self.behind, self.seen = server_tls(certificate), after, []
        super().__init__(where)

    def serve(self, handler):
        handler.wfile.write(b'220 mx.remote.example ESMTP\r\n')
        handler.rfile.readline()
        handler.wfile.write(b'250-mx.remote.example\r\n250 STARTTLS\r\n')
        handler.rfile.readline()
        handler.wfile.write(b'220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n')
        with self.context.wrap_socket(handler.connection, server_side=True) as secure:
            file = secure.makefile('rb')
            for line in iter(file.readline, b''):
                self.seen.append(line.decode().strip())
                secure.sendall(b'250 mx.remote.example\r\n' + self.behind)


class Outgoing(MailCase):
    main = {'smtp_tls_loglevel': '1', 'smtp_tls_security_level': 'encrypt'}

    def test_row_4_a_reply_before_the_handshake_counts_for_nothing(self):
        certificate, _ = Certificates.get('mx.remote.example')
        server = Injecting(('198.51.100.4', 25), certificate)
        self.addCleanup(server.close)
        self.mta.set(smtp_tls_security_level='encrypt', smtp_tls_protocols='', smtp_tls_policy_maps='',
                     smtp_tls_block_early_mail_reply='no')
        self.submit('a@remote.example')
        until(lambda: any(line.startswith('MAIL') for line in server.seen), 'the client asked again')
        self.assertTrue(server.seen[0].startswith('EHLO '))
        self.mta.run('postsuper', '-d', 'ALL')

    def test_row_4_a_reply_before_its_command_ends_the_session(self):
        certificate, _ = Certificates.get('mx.remote.example')
        server = Injecting(('198.51.100.4', 25), certificate, after=b'250 too early\r\n')
        self.addCleanup(server.close)
        self.mta.set(smtp_tls_block_early_mail_reply='yes', smtp_tls_policy_maps='')
        self.submit('b@remote.example')
        self.assertIn('status=deferred', self.status('b@remote.example'))
        self.assertFalse(any(line.startswith('MAIL') for line in server.seen))
        self.mta.run('postsuper', '-d', 'ALL')

    def test_a_failed_handshake_falls_back_to_clear_text_after_a_while(self):
        certificate, _ = Certificates.get('mx.remote.example')
        context = server_tls(certificate)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        server = SmtpSink('198.51.100.4', tls=context)
        self.addCleanup(server.close)
        self.mta.set(smtp_tls_security_level='may', smtp_tls_protocols='<=TLSv1.2')
        self.submit('c@remote.example')
        self.assertFalse(server.wait(self.token).session.secure)
        self.mta.wait_log(r'Cannot start TLS: handshake failure')

    def test_a_policy_with_a_wrong_fingerprint_keeps_the_mail(self):
        certificate, _ = Certificates.get('mx.remote.example')
        server = SmtpSink('198.51.100.4', tls=server_tls(certificate))
        self.addCleanup(server.close)
        self.mta.set(smtp_tls_policy_maps='inline:{{remote.example=fingerprint match=AA:BB}}')
        self.submit('d@remote.example')
        self.assertIn('dsn=4.7.5, status=deferred (Server certificate not verified)', self.status('d@remote.example'))
        self.mta.run('postsuper', '-d', 'ALL')


if __name__ == '__main__':
    unittest.main()
