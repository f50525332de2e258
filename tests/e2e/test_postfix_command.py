"""postfix tls and postfix non-bdb, which change main.cf and make files beside it."""
import os
import pathlib
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
        log = pathlib.Path(self.home, 'log/mail.log')
        self.assertEqual(status, done.returncode, done.stdout + done.stderr + log.read_text())
        return done.stdout

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
        self.postfix('tls', 'enable-server', status=1)      # says what might be set, and sets nothing
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
        self.assertEqual(2, len(records))
        for record in records:
            self.assertRegex(record, r'^_25\._tcp\.mx\.example\. IN TLSA 3 1 1 [0-9a-f]{64}$')
        self.assertIn('BEGIN CERTIFICATE REQUEST', self.postfix('tls', 'output-server-csr', '-k', 'ecdsa'))

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
