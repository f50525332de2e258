"""tls_fast_shutdown_enable: whether the end of a TLS connection waits for the other side's farewell
(close_notify), at most smtpd_starttls_timeout and smtp_starttls_timeout. The same for Debian's Postfix:

    MTA=postfix python3 -m unittest test_tls_farewell    # below tests/with_postfix
"""
import socket
import threading
import time

from lab import STRANGER, Certificates, MailCase, client_tls, server_tls

PATIENCE = 6        # seconds
SERVER = '198.51.100.4'


class Leaving:
    """TLS over memory, so that the test and not the library answers a farewell."""

    def __init__(self, connection, context, server_side):
        import ssl
        self.connection, self.incoming, self.outgoing = connection, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server_side)
        self.want = (ssl.SSLWantReadError, ssl.SSLZeroReturnError)
        self.until(self.tls.do_handshake)
        self.last_said = time.monotonic()

    def until(self, step):
        while True:
            try:
                done = step()
                self.send()
                return done
            except self.want[0]:
                self.send()
                if not (data := self.connection.recv(65536)):
                    raise ConnectionError
                self.incoming.write(data)

    def send(self):
        if self.outgoing.pending:
            self.connection.sendall(self.outgoing.read())

    def read(self):
        """What comes next, b'' at the farewell."""
        try:
            return self.until(lambda: self.tls.read(65536))
        except self.want[1]:
            return b''

    def write(self, data):
        self.last_said = time.monotonic()
        self.until(lambda: self.tls.write(data))

    def ask(self, line):
        self.write(line + b'\r\n')
        return self.read()

    def closed_after(self):
        """How long the connection stays, in seconds, from before the last that we said."""
        while self.connection.recv(65536):
            pass
        return time.monotonic() - self.last_said


class Server(threading.Thread):
    """Takes one message by SMTP under TLS, and gives no farewell."""

    def __init__(self, context, answers):
        super().__init__(daemon=True)
        self.listener = socket.create_server((SERVER, 25))
        self.listener.settimeout(60)
        self.context, self.answers, self.stayed = context, answers, None

    def run(self):
        connection, _ = self.listener.accept()
        self.listener.close()
        connection.settimeout(60)
        with connection:
            connection.sendall(b'220 leaving ESMTP\r\n')
            connection.recv(4096)
            connection.sendall(b'250-leaving\r\n250 STARTTLS\r\n')
            connection.recv(4096)
            connection.sendall(b'220 go ahead\r\n')
            self.talk(Leaving(connection, self.context, True))

    def talk(self, client):
        text = b''
        while line := client.read():
            if text or line.startswith(b'DATA'):
                text += line
                client.write(b'250 taken\r\n' if text.endswith(b'\r\n.\r\n') else b'354 go on\r\n' * (text == line))
                text = b'' if text.endswith(b'\r\n.\r\n') else text
            else:
                client.write(b'250 ok\r\n')
        if self.answers:
            client.until(client.tls.unwrap)
        self.stayed = client.closed_after()


class Farewell(MailCase):
    main = {'smtpd_tls_security_level': 'may', 'smtp_tls_security_level': 'encrypt',
            'smtpd_starttls_timeout': f'{PATIENCE}s', 'smtp_starttls_timeout': f'{PATIENCE}s',
            'smtp_skip_quit_response': 'no'}

    @classmethod
    def configure(cls):
        certificate, cls.ca = Certificates.get('mail.xian.com')
        cls.mta.main['smtpd_tls_chain_files'] = certificate
        cls.context = server_tls(certificate)

    def leave(self):
        """A client that has said QUIT and heard the farewell."""
        connection = socket.create_connection((self.mta.ip, 25), 60, (STRANGER, 0))
        self.addCleanup(connection.close)
        connection.recv(4096)
        for line in (b'EHLO me.example\r\n', b'STARTTLS\r\n'):
            connection.sendall(line)
            connection.recv(4096)
        client = Leaving(connection, client_tls(), False)
        self.assertEqual(client.ask(b'QUIT')[:3], b'221')
        self.assertEqual(client.read(), b'')
        return client

    def delivered(self, answers):
        """A server that has taken a message and heard the farewell; how long its connection stayed."""
        server = Server(self.context, answers)
        server.start()
        self.submit('a@remote.example')
        server.join(60)
        self.assertIn('status=sent', self.status('a@remote.example'))
        return server.stayed

    def test_a_client_is_not_waited_for(self):
        self.mta.set(tls_fast_shutdown_enable='yes')
        self.leave().closed_after()

    def test_a_client_is_waited_for(self):
        self.mta.set(tls_fast_shutdown_enable='no')
        self.assertGreater(self.leave().closed_after(), PATIENCE - 0.1)

    def test_a_client_that_says_farewell_is_let_go(self):
        self.mta.set(tls_fast_shutdown_enable='no', smtpd_starttls_timeout='600s')
        client = self.leave()
        client.until(client.tls.unwrap)
        client.closed_after()
        self.mta.set(smtpd_starttls_timeout=f'{PATIENCE}s')

    def test_a_server_is_not_waited_for(self):
        self.mta.set(tls_fast_shutdown_enable='yes')
        self.assertIsNotNone(self.delivered(answers=False))

    def test_a_server_is_waited_for(self):
        self.mta.set(tls_fast_shutdown_enable='no')
        self.assertGreater(self.delivered(answers=False), PATIENCE - 0.1)

    def test_a_server_that_says_farewell_is_left(self):
        self.mta.set(tls_fast_shutdown_enable='no', smtp_starttls_timeout='600s')
        self.assertIsNotNone(self.delivered(answers=True))
        self.mta.set(smtp_starttls_timeout=f'{PATIENCE}s')
