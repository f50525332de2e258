"""./setup says at once what it cannot do, before it builds anything."""
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from instance import NOBODY

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def can_be_read_by_all(path):
    return all(os.stat(folder).st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


class Services(unittest.TestCase):
    """What forbids services to start while packages are installed."""

    def while_installing(self, command, before=None):
        with tempfile.TemporaryDirectory() as home:
            policy = pathlib.Path(home, 'policy-rc.d')
            if before:
                policy.write_text(before)
            shell = f'build=/none; as_root() {{ "$@"; }}; source {TOP}/build-aux/setup/packages.sh; service_policy={policy}'
            done = subprocess.run(['bash', '-ec', f'{shell}; without_services {command}'], capture_output=True, text=True,
                                  timeout=60, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            return done.returncode, done.stdout, policy.read_text() if policy.exists() else None

    def test_they_may_not_start_meanwhile_and_may_again_afterwards(self):
        self.assertEqual((0, '#!/bin/sh\nexit 101\n', None), self.while_installing('cat $service_policy'))
        self.assertEqual((1, '', 'own'), self.while_installing('false', before='own'))

    def test_they_may_again_when_somebody_interrupts(self):
        for name in ('INT', 'TERM', 'HUP'):
            status, _, policy = self.while_installing(f"sh -c 'kill -{name} $PPID $$; sleep 1'", before='own')
            self.assertNotEqual(0, status)
            self.assertEqual('own', policy)


class Setup(unittest.TestCase):
    def setup_says(self, *words, status, **more):
        done = subprocess.run([f'{TOP}/setup', *words], capture_output=True, text=True, timeout=60, **more)
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_it_tells_its_commands(self):
        for words in ((), ('help',)):
            self.assertIn('Usage: ./setup COMMAND', self.setup_says(*words, status=0))

    def test_what_it_does_not_know_is_named(self):
        for words in (('frob',), ('run', 'now'), ('stop', '--now')):
            self.assertIn(f'setup: no such command: {" ".join(words)}\n', self.setup_says(*words, status=64))

    def test_a_prefix_is_a_whole_path(self):
        for words in (('install', '--prefix'), ('install', '--prefix=postern')):
            self.assertIn('setup: --prefix wants the whole path of a folder', self.setup_says(*words, status=1))

    @unittest.skipUnless(os.geteuid() == 0 and can_be_read_by_all(TOP), 'needs root, and a tree that all can read')
    def test_who_may_not_write_there_is_told_where_he_may(self):
        no_sudo = {'PATH': '/usr/bin:/bin', 'HOME': '/home/somebody'}
        if os.path.exists('/usr/bin/sudo'):
            self.skipTest('sudo is here')
        said = self.setup_says('install', status=1, user=NOBODY, group=NOBODY, extra_groups=[], env=no_sudo)
        self.assertEqual('setup: only root can write to /usr/local, and there is no sudo here; install as root, '
                         'or into a folder of your own, as in --prefix=/home/somebody/postern\n', said)


if __name__ == '__main__':
    unittest.main()
