"""postfix tls and postfix non-bdb, which change main.cf and make files beside it."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import queue_world
from instance import PREFIX


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class PostfixCommand(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix='world-')
        self.addCleanup(shutil.rmtree, self.home)
        os.chmod(self.home, 0o755)
        queue_world.make(self.home)
        self.etc = pathlib.Path(self.home, 'etc')

    def run_command(self, name, *words, status=0):
        done = subprocess.run([f'{PREFIX}/sbin/{name}', *words], capture_output=True, text=True, timeout=120,
                              env={**os.environ, 'MAIL_CONFIG': str(self.etc)})
        self.assertEqual(status, done.returncode, done.stdout + done.stderr + self.log())
        return done.stdout

    def log(self):
        return pathlib.Path(self.home, 'log/mail.log').read_text()

    def postfix(self, *words, **more):
        return self.run_command('postfix', *words, **more)

    def value(self, name):
        return self.run_command('postconf', '-h', name).strip()

    def test_tls_for_a_server_and_a_client(self):
        self.postfix('tls', 'all-default-server')
        self.postfix('tls', 'enable-server')
        self.assertEqual('may', self.value('smtpd_tls_security_level'))
        for parameter in ('smtpd_tls_cert_file', 'smtpd_tls_key_file'):
            self.assertTrue(os.path.exists(self.value(parameter)))
        self.assertEqual(0o600, os.stat(self.value('smtpd_tls_key_file')).st_mode & 0o777)
        self.postfix('tls', 'all-default-server', status=1)
        before = self.etc.joinpath('main.cf').read_text()
        self.postfix('tls', 'enable-server')                # says what might be set, and sets nothing
        self.assertEqual(before, self.etc.joinpath('main.cf').read_text())
        self.postfix('tls', 'enable-client')
        self.assertEqual('may', self.value('smtp_tls_security_level'))

    def test_tls_keys_are_put_into_use_with_their_certificates_only(self):
        self.postfix('tls', 'new-server-key', 'one.example')
        self.postfix('tls', 'new-server-key', '-a', 'ecdsa', '-b', 'secp384r1', 'one.example', 'two.example')
        rsa, ecdsa = sorted(self.etc.glob('key-*'))[0], sorted(self.etc.glob('eckey-*'))[0]
        rsa_cert, ecdsa_cert = sorted(self.etc.glob('cert-*'))[0], sorted(self.etc.glob('eccert-*'))[0]
        self.postfix('tls', 'deploy-server-cert', str(rsa_cert), str(ecdsa), status=1)
        self.postfix('tls', 'deploy-server-cert', ecdsa_cert.name, ecdsa.name)
        self.assertEqual(str(ecdsa), self.value('smtpd_tls_eckey_file'))
        self.postfix('tls', 'deploy-server-cert', str(rsa_cert), str(rsa))
        records = self.postfix('tls', 'output-server-tlsa', '-h', 'mx.example').splitlines()
        self.assertEqual([f'; {rsa}', f'; {ecdsa}'], records[::2])
        for record in records[1::2]:
            self.assertRegex(record, r'^_25\._tcp\.mx\.example\. IN TLSA 3 1 1 [0-9a-f]{64}$')
        self.assertIn('BEGIN CERTIFICATE REQUEST', self.postfix('tls', 'output-server-csr', '-k', 'ecdsa'))

    def test_tls_certificates_are_those_of_a_server(self):
        self.postfix('tls', 'new-server-key', 'one.example', 'two.example')
        text = subprocess.run(['openssl', 'x509', '-noout', '-text', '-in', *self.etc.glob('cert-*')],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn('Subject: CN = one.example\n', text)
        self.assertIn('DNS:one.example, DNS:two.example\n', text)
        self.assertIn('CA:FALSE\n', text)
        self.assertIn('TLS Web Server Authentication', text)
        self.assertIn('New private key and self-signed certificate created', self.log())

    def test_tls_keys_are_never_overwritten(self):
        """Two of one second would have one name."""
        names = set()
        for _ in range(5):
            done = subprocess.run([f'{PREFIX}/sbin/postfix', 'tls', 'new-server-key', '-a', 'ecdsa'],
                                  env={**os.environ, 'MAIL_CONFIG': str(self.etc)}, check=False)
            keys = {path.name: path.read_bytes() for path in self.etc.glob('eckey-*')}
            self.assertEqual(done.returncode == 0, len(keys) > len(names), self.log())
            names = set(keys)
        self.assertIn('fatal: New private key file already exists: ', self.log())

    def test_tls_commands_say_what_is_missing(self):
        self.postfix('tls', 'output-server-csr', status=1)
        self.postfix('tls', 'output-server-tlsa', status=1)
        self.postfix('tls', 'output-server-tlsa', 'nosuch', status=1)
        self.postfix('tls', 'deploy-server-cert', 'nocert', 'nokey', status=1)
        self.postfix('tls', 'new-server-key', '-a', 'ecdsa', '-b', 'nocurve', status=1)
        self.assertEqual([], [*self.etc.glob('*.pem')])
        self.assertIn('fatal: No usable keyfile specified or configured: rsa\n', self.log())
        self.assertIn('fatal: No usable keyfiles specified or configured\n', self.log())
        self.assertIn(f'fatal: no private key found in file: {self.etc}/nosuch\n', self.log())
        self.assertIn(f'fatal: {self.etc}/nokey: cannot be read\n', self.log())

    def test_old_defaults_are_told_of_until_the_level_is_set(self):
        reminder = 'is using backwards-compatible default settings'
        self.run_command('postconf', '-e', 'compatibility_level=2')
        self.postfix('check')
        self.assertIn(reminder, self.log())
        level, = re.findall(r'use "postconf (\S+)" and "postfix reload"', self.log())
        self.run_command('postconf', '-e', level)
        self.postfix('check')
        self.assertEqual(1, self.log().count(reminder), self.log())

    def test_away_from_berkeley_db(self):
        self.run_command('postalias', f'hash:{self.etc}/aliases')
        self.assertEqual('disable\n', self.postfix('non-bdb', 'status'))
        self.postfix('non-bdb', 'enable-redirect', status=1)        # to what?
        owner = 'root' if os.geteuid() == 0 else 'user'
        self.run_command('postconf', '-e', 'default_database_type=lmdb', 'default_cache_db_type=lmdb',
                         f'non_bdb_migration_allow_{owner}_prefixes={self.etc}')
        self.postfix('non-bdb', 'enable-reindex')
        self.assertTrue((self.etc / 'aliases.lmdb').exists())
        self.assertFalse((self.etc / 'virtual.lmdb').exists())      # it was no table before
        os.unlink(self.etc / 'aliases.lmdb')
        self.postfix('check')
        self.assertTrue((self.etc / 'aliases.lmdb').exists())
        os.unlink(self.etc / 'aliases.db')
        self.assertEqual('alice, bob\n', self.run_command('postalias', '-q', 'root', f'hash:{self.etc}/aliases'))
        self.postfix('non-bdb', 'disable')
        self.assertEqual('disable', self.value('non_bdb_migration_level'))


if __name__ == '__main__':
    unittest.main()
