"""postscreen's temporary allowlist on disk: kept over restarts, shared, cleaned, exchanged with Debian's
Postfix; and row 29 of the attack cases: what is damaged, or was put in by others, keeps nobody out.

POSTERN_PREFIX is the installation, DEBIAN_POSTFIX the folder with Debian's unpacked packages.
"""
import os
import pathlib
import re
import shutil
import time
import unittest

from instance import HAS_DEBIAN, MASTER, OURS, PREFIX, THEIRS, Instance, free_port, until

SCREENED = MASTER.replace('127.0.0.1:{port} inet n - n - - smtpd\n',
                          '127.0.0.1:{port} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n'
                          'dnsblog unix - - n - 0 dnsblog\n')
CLIENT, OTHER = '127.0.0.7', '127.0.0.8'
DIALOGUE = ('EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<n1@box.test>', 'QUIT')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Cache(unittest.TestCase):
    def instance(self, cache, master=SCREENED, **main):
        """One whose postscreen greets at once, and wants to see a dialogue."""
        it = Instance(self, master=master, mynetworks='127.0.0.1/32', smtpd_peername_lookup='no',
                      postscreen_greet_banner='', postscreen_pipelining_enable='yes',
                      smtpd_client_connection_count_limit='50', **main)
        it.configure(postscreen_cache_map=f'{cache}:{it.home}/data/screen')
        return it

    def pass_tests(self, it, address=CLIENT, port=None):
        it.port, usual = port or it.port, it.port
        with it.conversation(address) as client:
            client.reply()
            client.ask(*DIALOGUE)
        it.port = usual
        it.wait_log(rf'PASS NEW \[{re.escape(address)}\]')

    def is_known(self, it, address=CLIENT):
        """Whether smtpd greets it: it has the extensions that postscreen has not."""
        with it.conversation(address) as client:
            client.reply()
            known = 'PIPELINING' in client.ask('EHLO client.test')
            client.ask('QUIT')
        return known

    def file(self, it):
        return next(pathlib.Path(f'{it.home}/data').glob('screen*'))

    def filled(self, cache, entries, **main):
        it = self.instance(cache, **main)
        it.start(OURS)          # which makes the folder
        it.stop()
        self.file(it).unlink()
        it.command('postmap', '-i', f'{cache}:{it.home}/data/screen',
                   input=''.join(f'{key}\t{value}\n' for key, value in entries.items()))
        for path in pathlib.Path(f'{it.home}/data').iterdir():
            owner = it.command('postconf', '-h', 'mail_owner').strip()
            shutil.chown(path, owner, owner)
        return it


class Kept(Cache):
    TYPES = ('btree', 'hash', 'lmdb', 'proxy:btree', 'proxy:lmdb')

    def test_over_a_restart(self):
        for cache in self.TYPES:
            with self.subTest(cache):
                it = self.instance(cache)
                it.start(OURS)
                self.assertFalse(self.is_known(it))
                self.pass_tests(it)
                until(lambda: self.is_known(it), 'it is known')
                it.stop()
                it.start(OURS)
                self.assertTrue(self.is_known(it))
                it.command('postfix', 'reload')
                until(lambda: self.is_known(it), 'the next process has it')
                self.assertFalse(self.is_known(it, OTHER))
                it.end()

    def test_between_postscreens(self):
        for cache in ('proxy:btree', 'lmdb'):
            with self.subTest(cache):
                port = free_port()
                it = self.instance(cache, SCREENED + f'127.0.0.1:{port} inet n - n - 1 postscreen\n')
                it.start(OURS)
                self.pass_tests(it, port=port)
                until(lambda: self.is_known(it), 'the other one knows it')
                it.end()

    @unittest.skipUnless(HAS_DEBIAN, 'needs DEBIAN_POSTFIX')
    def test_from_one_system_to_the_other(self):
        for cache in ('btree', 'lmdb'):
            for first, then in ((OURS, THEIRS), (THEIRS, OURS)):
                with self.subTest(cache, first=first):
                    it = self.instance(cache)
                    it.start(first)
                    self.pass_tests(it)
                    it.stop()
                    it.start(then)
                    self.assertTrue(self.is_known(it))
                    self.pass_tests(it, OTHER)
                    it.end()


class Cleaned(Cache):
    def test_what_is_over_for_long_goes_when_its_time_has_come(self):
        now = int(time.time())
        for cache in ('btree', 'lmdb'):
            with self.subTest(cache):
                it = self.filled(cache, {
                    '192.0.2.1': f'1;1;{now + 9000};1;1', '192.0.2.2': f'1;1;{now - 1000};1;1',
                    '192.0.2.3': f'1;1;{now - 900_000};1;1', '192.0.2.4': 'x', '192.0.2.5': ';;;;;;;;'})
                it.start(OURS)
                it.wait_log(r'cache \S+screen full cleanup: retained=2 dropped=3 entries')
                it.stop()
                dump = it.command('postmap', '-s', f'{cache}:{it.home}/data/screen')
                self.assertEqual(['192.0.2.1', '192.0.2.2', '_LAST_CACHE_CLEANUP_COMPLETED_'],
                                 sorted(line.split('\t')[0] for line in dump.splitlines()))
                # Lately it was cleaned: not again now.
                it.start(OURS)
                self.assertFalse(self.is_known(it))
                it.stop()
                self.assertEqual(1, it.log().count('dropped=3'))

    def test_clients_are_served_meanwhile(self):
        now = int(time.time())
        it = self.filled('btree', {f'10.{n >> 16}.{n >> 8 & 255}.{n & 255}': f'1;1;{now - 900_000};1;1'
                                   for n in range(100_000)})
        it.start(OURS)
        self.pass_tests(it)
        self.assertTrue(self.is_known(it))
        it.wait_log('full cleanup: retained=[01] dropped=100000 entries', 120)
        self.assertTrue(self.is_known(it))


class Damaged(Cache):
    """Row 29: a cache that cannot be read is no reason to serve nobody."""

    def test_row_29_files_that_are_none(self):
        damages = {
            'empty': lambda data: b'', 'short': lambda data: data[:100], 'text': lambda data: b'not a database\n' * 1000,
            'zeros': lambda data: bytes(len(data)), 'half': lambda data: data[:len(data) // 2],
            'a page': lambda data: data[:8192] if len(data) > 8192 else data[:4096],
            'behind the head': lambda data: data[:64] + b'\xff' * (len(data) - 64)}
        for cache in ('btree', 'lmdb'):
            for damage, change in damages.items():
                with self.subTest(cache, damage=damage):
                    it = self.instance(cache)
                    it.start(OURS)
                    self.pass_tests(it)
                    it.stop()
                    file = self.file(it)
                    file.write_bytes(change(file.read_bytes()))
                    it.start(OURS)
                    self.assertFalse(self.is_known(it))
                    self.pass_tests(it, OTHER)
                    until(lambda: self.is_known(it, OTHER), 'it is kept again')
                    it.end()

    def test_row_29_values_that_are_none(self):
        now = int(time.time())
        it = self.filled('btree', {
            '127.0.0.20': 'x', '127.0.0.21': f'{now + 9000}', '127.0.0.22': f'1;1;-5;{now};1', '127.0.0.23': '9' * 400,
            '127.0.0.24': f'1;1;{now + 9000};1;1;{now + 9000};7', '127.0.0.25': ';' * 1000,
            '127.0.0.26': f'1;1;{now + 9000};1;1'}, postscreen_cache_cleanup_interval='0')
        it.start(OURS)
        for number in range(20, 26):
            self.assertFalse(self.is_known(it, f'127.0.0.{number}'), number)
        self.assertTrue(self.is_known(it, '127.0.0.26'))


if __name__ == '__main__':
    unittest.main()
