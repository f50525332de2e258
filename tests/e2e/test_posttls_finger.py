"""posttls-finger(1) beside Debian's: the same lines about the same server.

POSTERN_PREFIX is the installation, DEBIAN_POSTFIX the folder with Debian's unpacked packages.
"""
import os
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from instance import DEBIAN, HAS_DEBIAN, PREFIX, WITH_POSTFIX


class Server:
    """Speaks SMTP with STARTTLS, or TLS from the start."""

    def __init__(self, test, folder, wraps=False):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f'{folder}/chain.pem')
        self.wraps = wraps
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        test.addCleanup(self.socket.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                client, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(client,), daemon=True).start()
        except OSError:
            pass

    def talk(self, client):
        try:
            self.dialogue(self.context.wrap_socket(client, server_side=True) if self.wraps else client, self.wraps)
        except OSError:
            pass

    def dialogue(self, client, is_encrypted):
        lines, said = client.makefile('rb'), client.sendall
        said(b'220 mx.test ESMTP\r\n' if not is_encrypted or self.wraps else b'')
        while line := lines.readline():
            verb = line.split()[0].upper()
            if verb in (b'EHLO', b'LHLO'):
                offer = b'' if is_encrypted else b'250-STARTTLS\r\n'
                said(b'250-mx.test\r\n250-PIPELINING\r\n' + offer + b'250 8BITMIME\r\n')
            elif verb == b'STARTTLS':
                said(b'220 go\r\n')
                encrypted = self.context.wrap_socket(client, server_side=True)
                return self.dialogue_under_tls(encrypted)
            elif verb == b'QUIT':
                said(b'221 bye\r\n')
                return client.close()

    def dialogue_under_tls(self, client):
        lines = client.makefile('rb')
        while line := lines.readline():
            if line.startswith((b'EHLO', b'LHLO')):
                client.sendall(b'250-mx.test\r\n250 8BITMIME\r\n')
            elif line.startswith(b'QUIT'):
                client.sendall(b'221 bye\r\n')
                return client.close()


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class Finger(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
                        '-subj', '/CN=mx.test', '-addext', 'subjectAltName=DNS:mx.test', '-days', '30',
                        '-keyout', f'{self.folder}/key', '-out', f'{self.folder}/crt'], check=True, capture_output=True)
        folder = pathlib.Path(self.folder)
        (folder / 'chain.pem').write_text((folder / 'key').read_text() + (folder / 'crt').read_text())

    def finger(self, program, *words):
        done = subprocess.run([*program, '-o', 'myhostname=client.test', *words], capture_output=True, text=True, timeout=60)
        return re.sub(r'^\S*posttls-finger: ', '', done.stdout, flags=re.M), done.returncode

    def both(self, *words):
        """What ours says; the same as theirs where there is one."""
        ours = self.finger([f'{PREFIX}/sbin/posttls-finger'], *words)
        if HAS_DEBIAN:
            theirs = self.finger([WITH_POSTFIX, DEBIAN, '/usr/sbin/posttls-finger'], *words)
            self.assertEqual(theirs, ours)
        return ours

    def test_the_dialogue_and_the_handshake_are_shown(self):
        where = f'[127.0.0.1]:{Server(self, self.folder).port}'
        said = self.both(where)[0]
        self.assertIn(f'Untrusted TLS connection established to 127.0.0.1{where}: TLSv1.3', said)
        self.assertIn('certificate verification failed', said)
        self.assertNotIn('>', self.both('-c', where)[0])

    def test_a_certificate_that_is_trusted_and_matches_is_verified(self):
        where = f'[127.0.0.1]:{Server(self, self.folder).port}'
        said = self.both('-F', f'{self.folder}/crt', '-l', 'secure', where, 'mx.test')[0]
        self.assertIn('Verified TLS connection established', said)
        self.assertIn('matched peername: mx.test', said)

    def test_the_chain_is_printed(self):
        where = f'[127.0.0.1]:{Server(self, self.folder).port}'
        chain = self.both('-c', '-C', '-L', 'none', where)[0]
        self.assertIn(pathlib.Path(self.folder, 'crt').read_text(), chain)

    def test_protocols_levels_and_lmtp(self):
        port = Server(self, self.folder).port
        self.assertIn('TLSv1.2', self.both('-p', '<=TLSv1.2', '-l', 'may', f'[127.0.0.1]:{port}')[0])
        self.assertNotIn('TLS connection', self.both('-l', 'none', f'[127.0.0.1]:{port}')[0])
        self.assertIn('> LHLO client.test', self.both('-S', '-l', 'may', f'inet:127.0.0.1:{port}')[0])
        self.assertIn('TLSv1.3', self.both('-w', '-l', 'may', f'[127.0.0.1]:{Server(self, self.folder, True).port}')[0])

    def test_where_nobody_listens(self):
        with socket.socket() as closed:
            closed.bind(('127.0.0.1', 0))
            self.assertIn('Connection refused', self.both(f'[127.0.0.1]:{closed.getsockname()[1]}')[0])

    def test_a_session_is_resumed(self):
        where = f'[127.0.0.1]:{Server(self, self.folder).port}'
        said = self.finger([f'{PREFIX}/sbin/posttls-finger'], '-l', 'may', '-r', '1', where)[0]
        self.assertIn('Reconnecting after 1 seconds', said)
        self.assertIn(f'127.0.0.1{where}: Reusing old session', said)
        self.assertIn('Found a previously used server.  Done reconnecting.', said)

    def test_wrong_options_are_an_error(self):
        for words in ([], ['-l', 'much', 'x'], ['-L', 'loud', 'x'], ['-H', 'a', '-k', 'b', 'x']):
            self.assertEqual(1, self.finger([f'{PREFIX}/sbin/posttls-finger'], *words)[1])


if __name__ == '__main__':
    unittest.main()
