"""What of the environment reaches the daemons, and the commands that they run (import_environment,
export_environment), and whose configuration a command with more rights than its user reads.
"""
import os
import pathlib
import subprocess
import unittest

from instance import HAS_DEBIAN, NOBODY, OURS, PREFIX, THEIRS, Instance, until


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Environment(unittest.TestCase):
    OUTSIDE = {'PASSED': 'from outside', 'HIDDEN': 'secret', 'IMPORTED_ONLY': 'x', 'FORCED': 'outside'}

    def of_a_command(self, system):
        """The environment of a command of an alias, with what local adds of the message left out."""
        it = Instance(self, import_environment='MAIL_CONFIG TZ=UTC PASSED IMPORTED_ONLY FORCED=main.cf { BRACED = a b }',
                      export_environment='TZ PASSED FORCED BRACED MADE=here ABSENT HIDDEN')
        it.configure(system)
        it.write('aliases', f'/^n1$/ "|env >{it.mail}/new; mv {it.mail}/new {it.mail}/environment"\n')
        os.environ.update(self.OUTSIDE)
        try:
            it.start(system)
        finally:
            for name in self.OUTSIDE:
                del os.environ[name]
        it.send(1, domain='file.test')
        path = pathlib.Path(f'{it.mail}/environment')
        until(path.exists, it.log)
        found = dict(line.split('=', 1) for line in path.read_text().splitlines())
        return {name: found.get(name) for name in (*self.OUTSIDE, 'TZ', 'BRACED', 'MADE', 'ABSENT', 'MAIL_CONFIG')}

    def test_only_what_is_listed_is_imported_and_exported(self):
        expected = {'PASSED': 'from outside', 'FORCED': 'main.cf', 'BRACED': 'a b', 'MADE': 'here', 'TZ': 'UTC',
                    'HIDDEN': None, 'IMPORTED_ONLY': None, 'ABSENT': None, 'MAIL_CONFIG': None}
        self.assertEqual(expected, self.of_a_command(OURS))
        if HAS_DEBIAN:
            self.assertEqual(expected, self.of_a_command(THEIRS))


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Folders(unittest.TestCase):
    """The set-gid commands, run by an ordinary user."""

    def setUp(self):
        self.it = Instance(self)
        self.it.start()

    def run_as_nobody(self, *words, environment=(), input=''):
        return subprocess.run([f'{PREFIX}/sbin/{words[0]}', *words[1:]], user=NOBODY, group=NOBODY, extra_groups=[],
                              env={'PATH': os.environ['PATH'], **dict(environment)}, input=input, capture_output=True,
                              text=True, timeout=60)

    def test_a_folder_that_no_main_cf_names_is_refused(self):
        for command in (('postqueue', '-p'), ('postdrop', '-r')):
            for environment, options in (({'MAIL_CONFIG': self.it.etc}, ()), ({}, ('-c', self.it.etc))):
                with self.subTest(command=command[0], options=options):
                    done = self.run_as_nobody(command[0], *options, *command[1:], environment=environment)
                    self.assertNotEqual(0, done.returncode)
                    self.assertIn(f'unauthorized configuration directory name: {self.it.etc}', done.stderr)

    def test_a_folder_that_the_installation_s_main_cf_names_is_read(self):
        installed = pathlib.Path(f'{PREFIX}/etc/postfix/main.cf').read_text()
        own = self.it.write('installed.cf', f'{installed}\nalternate_config_directories = /nowhere, {self.it.etc}\n')
        words = ['unshare', '--mount', 'sh', '-c',
                 f'mount --bind {own} {PREFIX}/etc/postfix/main.cf && exec setpriv --reuid={NOBODY} --regid={NOBODY} '
                 f'--clear-groups {PREFIX}/sbin/postqueue -p']
        done = subprocess.run(words, env={'PATH': os.environ['PATH'], 'MAIL_CONFIG': self.it.etc}, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual((0, 'Mail queue is empty\n', ''), (done.returncode, done.stdout, done.stderr))


if __name__ == '__main__':
    unittest.main()
