"""Commands, one by one, with the output and exit status that those of Debian's Postfix have.

commands.txt holds what is run, and what Postfix says to it:

    === title
    $ command line       on a configuration and a queue of its own (queue_world.py)
    < a line of standard input
    > a line of standard output
    ! a line of standard error
    ? the exit status, where it is not 0
    ~ why Postern says something else; what follows, up to the next command, is what it says

A section has several commands where one needs another. "world: queue" before them: there is mail in
the queue; "world: empty": a queue without; "user: nobody": an ordinary user runs them. @HOME@ is the folder of the world; "sh" runs a
command of the machine, "records" prints the queue files that are there.

    POSTERN_PREFIX=/prefix python3 test_commands.py
    DEBIAN_POSTFIX=../../build/debian-postfix MTA=postfix python3 test_commands.py            proves the record
    DEBIAN_POSTFIX=../../build/debian-postfix MTA=postfix RECORD=1 python3 test_commands.py   writes it
    POSTERN_PREFIX=/prefix ADOPT="why" python3 test_commands.py             takes what Postern says now
"""
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import queue_world
from instance import DEBIAN, PREFIX, WITH_POSTFIX

RECORD = pathlib.Path(__file__).with_name('commands.txt')
IS_POSTFIX = os.environ.get('MTA') == 'postfix'
RECORDS = pathlib.Path(__file__).with_name('queue_records.py')


@dataclasses.dataclass
class Said:
    out: list = dataclasses.field(default_factory=list)
    err: list = dataclasses.field(default_factory=list)
    status: int = 0

    def written(self):
        lines = [f'> {line}'.rstrip() for line in self.out] + [f'! {line}'.rstrip() for line in self.err]
        return lines + ([f'? {self.status}'] if self.status else [])

    def take(self, kind, text):
        if kind == '?':
            self.status = int(text)
        else:
            (self.out if kind == '>' else self.err).append(text)


@dataclasses.dataclass
class Step:
    command: str
    input: list = dataclasses.field(default_factory=list)
    theirs: Said = dataclasses.field(default_factory=Said)
    because: str = ''
    ours: Said = None

    def written(self):
        lines = [f'$ {self.command}'] + [f'< {line}'.rstrip() for line in self.input] + self.theirs.written()
        return lines + ([f'~ {self.because}'] + self.ours.written() if self.ours else [])

    def expected(self):
        return self.ours if self.ours and not IS_POSTFIX else self.theirs


def sections(text):
    """(title, settings, steps)"""
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        settings, steps = {}, []
        for line in rest.splitlines():
            kind, text = line[:1], line[2:]
            if kind == '$':
                steps.append(Step(text))
            elif kind == '<':
                steps[-1].input.append(text)
            elif kind == '~':
                steps[-1].because, steps[-1].ours = text, Said()
            elif kind in ('>', '!', '?'):
                (steps[-1].ours or steps[-1].theirs).take(kind, text)
            elif line:
                name, _, settings_value = line.partition(': ')
                settings[name] = settings_value
        yield title, settings, steps


def written(title, settings, steps):
    lines = [f'=== {title}'] + [f'{name}: {value}' for name, value in settings.items()]
    for step in steps:
        lines += step.written()
    return '\n'.join(lines) + '\n'


def program(words):
    """How the system that is tested runs it."""
    if words[0] == 'sh':
        return ['/bin/sh', '-c', *words[1:]]
    if words[0] == 'records':
        return [sys.executable, str(RECORDS), *words[1:]]
    if IS_POSTFIX:
        return [f'/usr/sbin/{words[0]}', *words[1:]]
    return [f'{PREFIX}/sbin/{words[0]}', *words[1:]]


class World:
    def __init__(self, test, settings):
        # Of one length, as it shows in the output.
        self.home = tempfile.mkdtemp(prefix='world-')
        test.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        os.chmod(self.home, 0o755)
        self.user = settings.get('user')
        uid = queue_world.make(self.home)
        if 'world' in settings:
            self.run('postfix', 'check')
            if settings['world'] == 'queue':
                queue_world.fill_queue(self.home, uid)

    def environment(self):
        return {'PATH': os.environ['PATH'], 'MAIL_CONFIG': f'{self.home}/etc', 'TZ': 'UTC', 'LANG': 'C', 'LC_ALL': 'C'}

    def run(self, *words, input=''):
        command = program(words)
        # Debian has these names in /usr/bin, which the packages here do not.
        more = {'executable': '/usr/sbin/sendmail'} if IS_POSTFIX and words[0] in ('mailq', 'newaliases') else {}
        return subprocess.run(command, input=input.encode(), capture_output=True, timeout=120, cwd=self.home,
                              env=self.environment(), **more, **({'user': self.user} if self.user else {}))

    def say(self, step):
        words = shlex.split(step.command.replace('@HOME@', self.home))
        done = self.run(*words, input=''.join(f'{line}\n' for line in step.input))
        return Said(self.lines(done.stdout), self.lines(done.stderr), done.returncode)

    def lines(self, output):
        """Without what changes from run to run."""
        text = output.decode(errors='backslashreplace')
        text = text.replace('/etc/postfix' if IS_POSTFIX else f'{PREFIX}/etc/postfix', '@CONFIG@')
        text = text.replace('/usr/lib/postfix/sbin' if IS_POSTFIX else f'{PREFIX}/libexec/postfix', '@DAEMONS@')
        text = text.replace('/usr/sbin' if IS_POSTFIX else f'{PREFIX}/sbin', '@COMMANDS@').replace(self.home, '@HOME@')
        text = re.sub(r'@COMMANDS@/(?=[a-z-]+(: | -| \[))', '', text)      # by its path or by its name
        text = re.sub(r'(?<=queue_id\x00)[0-9A-Za-z]+', 'ID', text).replace('\0', '\\0')
        text = re.sub(r'1A2B3[0-9A-F]{5,}', '1A2B3INODE', text)
        text = re.sub(r'OpenSSL \d\S* .*', 'OpenSSL VERSION', text)
        return text.splitlines()


class Commands(unittest.TestCase):
    maxDiff = None

    def test_every_command(self):
        if not (DEBIAN if IS_POSTFIX else PREFIX):
            self.skipTest('POSTERN_PREFIX (or, with MTA=postfix, DEBIAN_POSTFIX) is not set')
        if os.geteuid() != 0:
            self.skipTest('needs root')
        done = []
        only = os.environ.get('ONLY', '')
        for title, settings, steps in sections(RECORD.read_text()):
            if only in title:
                with self.subTest(title):
                    self.check(title, settings, steps)
            done.append(written(title, settings, steps))
        if os.environ.get('RECORD') or os.environ.get('ADOPT'):
            RECORD.write_text('\n'.join(done))

    def check(self, title, settings, steps):
        world = World(self, settings)
        for step in steps:
            said = world.say(step)
            if os.environ.get('RECORD'):
                step.theirs = said
                continue
            if os.environ.get('ADOPT') and said.written() != step.expected().written():
                step.because, step.ours = step.because or os.environ['ADOPT'], said
            self.assertEqual('\n'.join(step.expected().written()), '\n'.join(said.written()), step.command)


if __name__ == '__main__':
    if IS_POSTFIX and os.environ.get('HAS_POSTFIX') != 'yes':      # all of it once where Postfix is installed
        os.environ['HAS_POSTFIX'] = 'yes'
        os.execv(WITH_POSTFIX, [WITH_POSTFIX, DEBIAN, sys.executable, __file__])
    unittest.main()
