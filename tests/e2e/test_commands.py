"""Commands, one by one, with the output and exit status that those of Debian's Postfix have.

commands.txt, main_cf.txt, master_cf.txt and table_queries.txt hold what is run, and what Postfix says to it:

    === title
    + file               in the folder of the configuration, instead of the one that is there
    | a line of it; \\r, \\0, \\xff and the like are bytes, \\c at its end: no line end
    $ command line       on a configuration and a queue of its own (queue_world.py)
    < a line of standard input
    > a line of standard output
    ! a line of standard error
    ? the exit status, where it is not 0
    ~ why Postern says something else; what follows, up to the next command, is what it says

A section has several commands where one needs another. "world: queue" before them: there is mail in
the queue; "world: empty": a queue without; "user: nobody": an ordinary user runs them. @HOME@ is the folder of the world; "sh" runs a
command of the machine, "records" prints the queue files that are there. "world: installed": no
MAIL_CONFIG, but copies of the installation's @ETC@ and @VAR@ that only the section sees, and standard
error is a terminal.

    POSTERN_PREFIX=/prefix python3 test_commands.py
    DEBIAN_POSTFIX=../../build/debian-postfix MTA=postfix python3 test_commands.py            proves the record
    DEBIAN_POSTFIX=../../build/debian-postfix MTA=postfix RECORD=1 python3 test_commands.py   writes it
    POSTERN_PREFIX=/prefix ADOPT="why" python3 test_commands.py             takes what Postern says now
"""
import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

import queue_world
from instance import DEBIAN, PREFIX, WITH_POSTFIX

HERE = pathlib.Path(__file__).parent
IS_POSTFIX = os.environ.get('MTA') == 'postfix'
RECORDS = HERE / 'queue_records.py'
ESCAPES = {b'r': b'\r', b'0': b'\0', b'f': b'\f', b'v': b'\v', b'\\': b'\\'}


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
class Section:
    title: str
    settings: dict = dataclasses.field(default_factory=dict)
    files: dict = dataclasses.field(default_factory=dict)
    steps: list = dataclasses.field(default_factory=list)

    def written(self):
        lines = [f'=== {self.title}'] + [f'{name}: {value}' for name, value in self.settings.items()]
        for name, file_lines in self.files.items():
            lines += [f'+ {name}'] + [f'| {line}' if line else '|' for line in file_lines]
        for step in self.steps:
            lines += step.written()
        return '\n'.join(lines) + '\n'


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
    for part in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = part.partition('\n')
        section = Section(title)
        steps = section.steps
        for line in rest.splitlines():
            kind, text = line[:1], line[2:]
            if kind == '+':
                file = section.files[text] = []
            elif kind == '|':
                file.append(text)
            elif kind == '$':
                steps.append(Step(text))
            elif kind == '<':
                steps[-1].input.append(text)
            elif kind == '~':
                steps[-1].because, steps[-1].ours = text, Said()
            elif kind in ('>', '!', '?'):
                (steps[-1].ours or steps[-1].theirs).take(kind, text)
            elif line:
                name, _, value = line.partition(': ')
                section.settings[name] = value
        yield section


def content(lines):
    """The bytes of a file that a section has."""
    text = ''.join(f'{line}\n' for line in lines).removesuffix('\\c\n')
    return re.sub(rb'\\(x..|.)', lambda escape: ESCAPES.get(escape[1]) or bytes.fromhex(escape[1][1:].decode()),
                  text.encode())


def program(words):
    """How the system that is tested runs it."""
    if words[0] == 'sh':
        return ['/bin/sh', '-c', *words[1:]]
    if words[0] == 'records':
        return [sys.executable, str(RECORDS), *words[1:]]
    if IS_POSTFIX:
        return [f'/usr/sbin/{words[0]}', *words[1:]]
    return [f'{PREFIX}/sbin/{words[0]}', *words[1:]]


def with_terminal(command, **more):
    """Runs it with a terminal as its standard error, as a person does; what it says there is in stderr."""
    ours, theirs = os.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    said = []

    def listen():
        with contextlib.suppress(OSError):          # EIO: nobody has it open any more
            while data := os.read(ours, 4096):
                said.append(data)
    listener = threading.Thread(target=listen)
    listener.start()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, **more)
    finally:
        os.close(theirs)
        listener.join()
        os.close(ours)
    done.stderr = b''.join(said)
    return done


class Installation:
    """The default configuration and queue, of which only we see what is done to them."""
    ROOT = '' if IS_POSTFIX else PREFIX
    LEVEL = '3.6' if IS_POSTFIX else '3.11'         # the last that it knows
    MAIN = (f'compatibility_level = {LEVEL}\nmyhostname = mx.example\ninet_interfaces = 127.0.0.1\n'
            'inet_protocols = ipv4\n')
    MAKE = '''set -e
saved=$(mktemp -d)
cp -a $ROOT/etc/. $saved
for folder in etc var; do mount -t tmpfs -o mode=755 tmpfs $ROOT/$folder; done
cp -a $saved/. $ROOT/etc
rm -r $saved
cd $ROOT/etc/postfix
[ ! -e /usr/share/postfix/master.cf.dist ] || cp /usr/share/postfix/master.cf.dist master.cf.proto
grep -v '^smtp *inet' master.cf.proto >master.cf
printf "$MAIN" | tee main.cf.proto >main.cf
mkdir -p $ROOT/var/spool/postfix $ROOT/var/log
install -d -o postfix -m 700 $ROOT/var/lib/postfix
echo ready
exec cat
'''

    def __init__(self, test):
        self.shell = subprocess.Popen(
            ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', self.MAKE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, 'ROOT': self.ROOT, 'MAIN': self.MAIN})
        for end in (self.shell.wait, self.shell.stdout.close, self.shell.stdin.close, self.shell.kill):
            test.addCleanup(end)
        test.assertEqual(b'ready\n', self.shell.stdout.readline())
        self.process = (pathlib.Path(f'/proc/{self.shell.pid}/task/{self.shell.pid}/children').read_text().split()[0])

    def inside(self, command):
        return ['nsenter', '--mount', '--pid', '--target', self.process, *command]


class World:
    def __init__(self, test, settings, files):
        # Of one length, as it shows in the output.
        self.home = tempfile.mkdtemp(prefix='world-')
        test.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        os.chmod(self.home, 0o755)
        self.user = settings.get('user')
        self.installation = Installation(test) if settings.get('world') == 'installed' else None
        if self.installation:
            self.run('postfix', 'check')
            return
        uid = queue_world.make(self.home, files={name: content(lines).replace(b'@HOME@', self.home.encode())
                                                 for name, lines in files.items()})
        if 'world' in settings:
            self.run('postfix', 'check')
            if settings['world'] == 'queue':
                queue_world.fill_queue(self.home, uid)

    def environment(self):
        place = {} if self.installation else {'MAIL_CONFIG': f'{self.home}/etc'}
        path = f'{PREFIX}/sbin:' * (not IS_POSTFIX) + os.environ['PATH']
        return {'PATH': path, 'TZ': 'UTC', 'LANG': 'C', 'LC_ALL': 'C', **place}

    def run(self, *words, input=''):
        command = program(words)
        # Debian has these names in /usr/bin, which the packages here do not.
        more = {'executable': '/usr/sbin/sendmail'} if IS_POSTFIX and words[0] in ('mailq', 'newaliases') else {}
        if self.installation:
            return with_terminal(self.installation.inside(command), input=input.encode(), timeout=120,
                                 env=self.environment())
        return subprocess.run(command, input=input.encode(), capture_output=True, timeout=120, cwd=self.home,
                              env=self.environment(), **more, **({'user': self.user} if self.user else {}))

    def say(self, step):
        text = step.command.replace('@HOME@', self.home)
        for name in ('etc', 'var'):
            text = text.replace(f'@{name.upper()}@', f'{Installation.ROOT}/{name}')
        words = shlex.split(text)
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
        if self.installation:
            text = text.replace(f'{Installation.ROOT}/', '/')
            text = text.replace(f'compatibility_level = {Installation.LEVEL}', 'compatibility_level = LAST')
            text = re.sub(r'(PID: |\[)\d+', r'\1PID', text)
            text = re.sub(r'^\w{3} [ \d]\d \d\d:\d\d:\d\d ', 'DATE ', text, flags=re.M)
        text = re.sub(r'(?<=YP_LAST_MODIFIED:\t)\d+', 'TIME', text)
        text = re.sub(r'OpenSSL \d\S* .*', 'OpenSSL VERSION', text)
        return text.splitlines()


class Commands(unittest.TestCase):
    maxDiff = None

    def test_commands(self):
        self.prove('commands.txt')

    def test_main_cf(self):
        self.prove('main_cf.txt')

    def test_master_cf(self):
        self.prove('master_cf.txt')

    def test_tables(self):
        self.prove('table_queries.txt')

    def prove(self, name):
        if not (DEBIAN if IS_POSTFIX else PREFIX):
            self.skipTest('POSTERN_PREFIX (or, with MTA=postfix, DEBIAN_POSTFIX) is not set')
        if os.geteuid() != 0:
            self.skipTest('needs root')
        done = []
        only = os.environ.get('ONLY', '')
        for section in sections((HERE / name).read_text()):
            if only in section.title:
                with self.subTest(section.title):
                    self.check(section)
            done.append(section.written())
        if os.environ.get('RECORD') or os.environ.get('ADOPT'):
            (HERE / name).write_text('\n'.join(done))

    def check(self, section):
        world = World(self, section.settings, section.files)
        for step in section.steps:
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
        os.execv(WITH_POSTFIX, [WITH_POSTFIX, DEBIAN, sys.executable, *sys.argv])
    unittest.main()
