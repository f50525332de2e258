"""postcat, postqueue and postsuper beside Debian's, on a spool that Debian's Postfix filled.

POSTERN_PREFIX is the installation, DEBIAN_POSTFIX the folder with Debian's unpacked packages.
Needs root, as the queue belongs to the mail owner.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from instance import DEBIAN, PREFIX, until

QUEUES = 'maildrop incoming active deferred hold corrupt defer bounce trace flush saved'.split()

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {debian}/usr/sbin
daemon_directory = {debian}/usr/lib/postfix/sbin
shlib_directory = {debian}/usr/lib/postfix
import_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH={debian}/usr/lib/postfix
export_environment = TZ MAIL_CONFIG LANG LD_LIBRARY_PATH
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example
mydestination = mail.example
alias_maps =
notify_classes =
default_transport = retry:4.2.1 later
"""
MASTER = """\
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


class Side:
    """One spool with its configuration, and the commands of one mail system upon it."""

    def __init__(self, folder, commands):
        self.folder, self.spool, self.commands = folder, f'{folder}/spool', commands
        self.environment = {'PATH': f'{commands}:/usr/bin:/bin', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8',
                            'MAIL_CONFIG': f'{folder}/etc',
                            'LD_LIBRARY_PATH': f'{DEBIAN}/usr/lib/postfix'}

    def configure(self, **settings):
        os.makedirs(f'{self.folder}/etc', exist_ok=True)
        with open(f'{self.folder}/etc/main.cf', 'w') as file:
            file.write(MAIN.format(folder=self.folder, debian=DEBIAN))
            file.writelines(f'{name} = {value}\n' for name, value in settings.items())
        with open(f'{self.folder}/etc/master.cf', 'w') as file:
            file.write(MASTER)

    def run(self, *argv, input=b'', cwd='/'):
        """Exit status, standard output, and standard error without the way to the command."""
        done = subprocess.run([f'{self.commands}/{argv[0]}', *argv[1:]], input=input, cwd=cwd,
                              env=self.environment, capture_output=True, timeout=120)
        return done.returncode, done.stdout, done.stderr.decode().replace(f'{self.commands}/', '')

    def files(self):
        return sorted(os.path.relpath(f'{folder}/{name}', self.spool)
                      for queue in QUEUES for folder, _, names in os.walk(f'{self.spool}/{queue}')
                      for name in names)

    def modes(self):
        return [(path, os.stat(f'{self.spool}/{path}').st_mode) for path in self.files()]


@unittest.skipUnless(PREFIX and os.path.exists(f'{DEBIAN}/usr/sbin/postcat') and os.geteuid() == 0,
                     'needs POSTERN_PREFIX, DEBIAN_POSTFIX and root')
class QueueTools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='postern-queue-')
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        cls.debian = Side(f'{cls.folder}/a', f'{DEBIAN}/usr/sbin')
        cls.debian.configure(maillog_file=f'{cls.debian.folder}/data/maillog')
        cls.make_folders(cls.debian.folder)
        subprocess.run([f'{DEBIAN}/usr/lib/postfix/sbin/master', '-w', '-c', f'{cls.debian.folder}/etc'],
                       env=cls.debian.environment, check=True, timeout=120)
        cls.is_running = True
        cls.addClassCleanup(cls.stop)
        cls.fill()
        cls.ours = Side(cls.debian.folder, f'{PREFIX}/sbin')
        del cls.ours.environment['LD_LIBRARY_PATH']

    @classmethod
    def make_folders(cls, folder):
        os.makedirs(f'{folder}/data')
        shutil.chown(f'{folder}/data', 'postfix')
        for name in QUEUES + ['public', 'private', 'pid']:
            os.makedirs(f'{folder}/spool/{name}', 0o700)
            if name != 'pid':
                shutil.chown(f'{folder}/spool/{name}', 'postfix', 'postdrop')
        os.chmod(f'{folder}/spool/maildrop', 0o1730)
        os.chmod(f'{folder}/spool/public', 0o710)

    @classmethod
    def stop(cls):
        if cls.is_running:
            cls.is_running = False
            pid_file = f'{cls.debian.spool}/pid/master.pid'
            with open(pid_file) as file:
                pid = int(file.read())
            os.kill(pid, 15)
            until(lambda: not os.path.exists(f'/proc/{pid}'), 'master ends')

    @classmethod
    def send(cls, *options, text='From: a\nSubject: hi\n\nhello\n'):
        status, _, said = cls.debian.run('sendmail', '-f', 's@mail.example', *options, input=text.encode())
        assert status == 0, said

    @classmethod
    def fill(cls):
        cls.send('one@remote.example', 'two@remote.example')
        cls.send('-N', 'success,delay', '-V', 'envelope', '-F', 'Full Name', 'three@remote.example')
        cls.send('-XV+=', 'four@remote.example')
        cls.send('-B', '8BITMIME', 'five@remote.example', text='Subject: long\n\n' + 'x' * 5000 + '\nend\n')
        cls.send('-t', text='To: six@remote.example, seven@remote.example\nSubject: t\n no end')
        until(lambda: len(os.listdir(f'{cls.debian.spool}/maildrop')) == 0 and
              sum(path.startswith('deferred/') for path in cls.debian.files()) == 5, 'all is deferred')
        held = sorted(path for path in cls.debian.files() if path.startswith('deferred/'))[0]
        cls.debian.run('postsuper', '-h', os.path.basename(held))

    maxDiff = 4000

    def same(self, *argv, **more):
        self.assertEqual(self.ours.run(*argv, **more)[:2], self.debian.run(*argv, **more)[:2], argv)

    def test_postcat_prints_the_same(self):
        paths = [path for path in self.debian.files() if path.startswith(('deferred/', 'hold/'))]
        self.assertEqual(len(paths), 5)
        for path in paths:
            for options in ('', '-b', '-e', '-h', '-bh', '-d', '-o', '-v', '-vr', '-ovd', '-bo', '-bd'):
                with self.subTest(path=path, options=options):
                    self.same('postcat', *options.split(), f'{self.debian.spool}/{path}')
            self.same('postcat', '-q', os.path.basename(path), cwd=self.debian.spool)

    def test_postqueue_prints_what_their_service_sends(self):
        self.same('postqueue', '-p')
        self.same('postqueue', '-j')

    def test_queue_of_a_stopped_system(self):
        """Last by name: postqueue without service, and postsuper on copies of the spool."""
        self.stop()
        self.same('postqueue', '-p')
        self.same('postqueue', '-j')
        sides = []
        for name, commands in (('b', self.debian.commands), ('c', self.ours.commands)):
            side = Side(f'{self.folder}/{name}', commands)
            os.makedirs(side.folder)
            subprocess.run(['cp', '-a', self.debian.spool, side.folder], check=True)
            side.configure()
            sides.append(side)
        self.compare_postsuper(*sides)

    def compare_postsuper(self, theirs, ours):
        del ours.environment['LD_LIBRARY_PATH']
        any_inode = re.compile(r'\b([0-9A-F]{5})[0-9A-F]{2,}\b')      # copies have other inodes

        settings = {}

        def both(*argv, input=b'', **changes):
            results = []
            settings.update(changes)
            for side in (theirs, ours):
                side.configure(**settings)
                names = {path[-20:].split('/')[-1][:5]: os.path.basename(path) for path in side.files()}
                words = [names.get(word[1:], 'ABCDEF1234') if word.startswith('@') else word for word in argv]
                status, _, said = side.run('postsuper', *words, input=input)
                said = said.replace(side.folder, '')
                results.append((status, any_inode.sub(r'\1', said),
                                sorted((any_inode.sub(r'\1', path), mode) for path, mode in side.modes()
                                       if not path.startswith('flush/'))))
            self.assertEqual(results[1], results[0], argv)

        ids = sorted(os.path.basename(path)[:5] for path in theirs.files() if path.startswith('deferred/'))
        both('-s')
        both('-s')
        both('-h', '@' + ids[0], '-e', '@' + ids[1])
        both('-f', '@' + ids[0], '-e', '@' + ids[1])
        both('-r', '@' + ids[2], '-d', '@' + ids[3])
        both('-d', '-', input=b'bad/id\n\nABCDEF99\n')
        both('-d', 'ALL', 'nosuchqueue')
        both('-s', hash_queue_depth=3)
        both(hash_queue_depth=1, hash_queue_names='defer hold')
        both('-h', 'ALL')
        both('-H', 'ALL')
        both('-d', 'ALL')


if __name__ == '__main__':
    unittest.main()
