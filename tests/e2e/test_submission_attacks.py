"""Row 27 of the attack cases: what users and programs of this machine hand to sendmail and postdrop,
and what lies in maildrop/ that nobody should have put there.

    POSTERN_PREFIX=/prefix python3 -m unittest test_submission_attacks

Postfix 3.7 (MTA=postfix) takes a record of type 0 for a valid one; all else holds there as well.
"""
import contextlib
import os
import pwd
import signal
import stat
import subprocess
import time
import unittest

from lab import MailCase, until

from mta import command

USER = 'client1'


def record(kind, content, length=None):
    """One record of a queue file: its type, its length in sevens of bits, its content."""
    size, coded = len(content), b''
    while True:
        coded += bytes([size & 127 | (128 if size > 127 else 0)])
        size >>= 7
        if not size:
            return kind + (coded if length is None else length) + content


def message(token, *extra, recipient=b'client2', sender=b'client1@xian.com'):
    """What sendmail says to postdrop, with `extra` records before the recipient."""
    return b''.join([record(b'S', sender), *extra, record(b'R', recipient), record(b'M', b''),
                     record(b'N', b'Subject: ' + token.encode()), record(b'N', b''), record(b'N', b'hello'),
                     record(b'X', b''), record(b'E', b'')])


def dropped(token):
    """A file of maildrop/, as postdrop leaves it."""
    return record(b'T', b'%d 0' % time.time()) + message(token)


class Submission(MailCase):
    main = {'local_recipient_maps': '', 'message_size_limit': '100000'}

    def postdrop(self, data):
        return self.mta.run('postdrop', input=data, user=USER, check=False)

    def maildrop(self):
        return os.listdir(f'{self.mta.queue_dir}/maildrop')

    def tearDown(self):
        until(lambda: not self.maildrop(), 'maildrop is empty')

    def good_one(self):
        """The next message of an honest user is not held up."""
        self.submit('client3')
        return self.mail('client3')

    # -- what a command is given -------------------------------------------------------------------

    def test_row_27_a_configuration_of_the_users_own(self):
        own = f'{self.mta.dir}/own'
        os.makedirs(own)
        with open(f'{own}/main.cf', 'w') as file:
            file.write(f'queue_directory = {own}\nmail_owner = {USER}\n')
        os.chown(own, pwd.getpwnam(USER).pw_uid, -1)
        for program in ('postdrop', 'postqueue'):
            done = self.mta.run(program, *(['-p'] if program == 'postqueue' else []), input=message(self.token), user=USER,
                                env={'MAIL_CONFIG': own}, check=False)
            self.assertNotEqual(0, done.returncode, program)
            self.assertIn('directory', done.stderr)
        self.assertEqual(['main.cf'], os.listdir(own))

    def test_row_27_an_environment_of_the_users_own(self):
        hostile = {'LD_PRELOAD': '/nowhere.so', 'MAIL_VERBOSE': '1', 'IFS': 'x', 'TZ': '../../etc/passwd',
                   'MAIL_LOGTAG': '../x\n%s%n', 'HOME': '/root', 'LOGNAME': 'root', 'USER': 'root', 'PATH': '/nowhere'}
        self.mta.sendmail(USER, text=self.text(), env=hostile)
        self.assertTrue(self.mail(USER).from_line.startswith(f'{USER}@'))
        self.assertNotRegex(self.mta.log(), r'\n%s|[\x00-\x08]')

    def test_row_27_arguments(self):
        for arguments in (['-f', 'a' * 5000, USER], ['-f', 'x\ny@b.example', USER], ['-F', 'n\n\nBcc: client3', USER],
                          ['--', '-oQ/tmp', USER], ['-oQ/tmp', USER], ['-C/etc/shadow', USER], ['-X/tmp/x', USER],
                          ['--', '|/bin/sh', USER], ['--', '/etc/passwd', USER], ['--', ':include:/etc/shadow', USER],
                          ['-N', 'never\nsuccess', USER], ['-V', 'x\ny', USER], ['-r', '', USER], ['--', '', USER]):
            with self.subTest(arguments):
                self.mta.sendmail('-i', *arguments, text=self.text(), check=False)
        self.mta.settle()
        self.assertFalse(self.got('client3', self.token))
        self.assertFalse([line for found in self.got(USER, self.token) for line in found.raw.splitlines()
                          if line.startswith(b'Bcc:')])
        self.mta.run('postsuper', '-d', 'ALL')
        self.good_one()

    # -- what is said to postdrop ------------------------------------------------------------------

    def test_row_27_records_that_are_no_message(self):
        usual = message(self.token)
        for name, data in {'nothing': b'', 'noise': os.urandom(5000), 'type 0': b'\0' + usual, 'type 0 within': message(
                self.token, record(b'\0', b'x')), 'a type of nothing': message(self.token, record(b'\xff', b'x')),
                'a length without end': record(b'S', b'1', length=b'\xff' * 20),
                'a length of 2^63': record(b'S', b'x', length=b'\xff' * 8 + b'\x7f'),
                'a length beyond': record(b'S', b'x', length=b'\x7f'), 'a time': dropped(self.token),
                'cut short': usual[:-1], 'no end': usual[:-2], 'no content': record(b'S', b'a') + record(b'E', b''),
                'too large': message(self.token, *[record(b'N', b'x' * 999)] * 200)}.items():
            with self.subTest(name):
                self.postdrop(data)
                self.assertFalse(self.maildrop())
        self.good_one()
        self.assertFalse(self.got('client2', self.token))

    def test_row_27_records_that_are_not_the_users_to_write(self):
        """Refused, or taken without them: none has its effect."""
        for name, extra in {'a filter': record(b'L', b'smtp:[127.0.0.1]:9'), 'redirect': record(b'>', b'client3'),
                            'a pointer': record(b'p', b'               3'), 'a time of delivery': record(b't', b'1'),
                            'done already': record(b'D', b'client2'), 'a verp sender': record(b'V', b'=x'),
                            'size': record(b'C', b'              0               0               9'),
                            'cancel': record(b'w', b''), 'inspected': record(b'A', b'log_ident=x\ny'),
                            'a login': record(b'A', b'sasl_username=root'), 'a client': record(b'A', b'client_address=10.0.0.1'),
                            'context': record(b'A', b'rewrite_context=remote'), 'a long one': record(b'A', b'x' * 9000),
                            'a queue id': record(b'A', b'queue_id=../../etc')}.items():
            with self.subTest(name):
                before = len(self.got('client2', self.token))
                done = self.postdrop(message(self.token, extra))
                self.mta.settle()
                if done.returncode == 0:
                    until(lambda: len(self.got('client2', self.token)) > before, f'{name}: delivered')
                self.assertFalse(self.got('client3', self.token))
                heeded = [line for line in self.mta.log().splitlines() if 'ignoring' not in line]
                self.assertNotRegex('\n'.join(heeded), r'username=root|10\.0\.0\.1|127\.0\.0\.1.:9')
                self.assertFalse(self.mta.queued('client'))

    def test_row_27_a_sender_or_recipient_of_control_characters(self):
        for name, how in {'sender': {'sender': b'a\r\nb@c'}, 'recipient': {'recipient': b'client3\nclient2'},
                          'nul': {'recipient': b'client2\0x'}, 'nothing': {'recipient': b''}}.items():
            with self.subTest(name):
                self.postdrop(message(self.token, **how))
                self.mta.settle()
        self.assertFalse(self.got('client3', self.token))
        self.mta.run('postsuper', '-d', 'ALL')
        self.good_one()

    def test_row_27_signals(self):
        """Who is ended in the middle of a message leaves no half of one that counts."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number.name), self.began() as process:
                os.kill(process.pid, number)
                process.wait(20)
                if number != signal.SIGKILL:
                    until(lambda: not self.maildrop(), 'the half message goes')
        for name in self.maildrop():      # nobody could take it away
            path = f'{self.mta.queue_dir}/maildrop/{name}'
            self.assertFalse(stat.S_IMODE(os.stat(path).st_mode) & stat.S_IXUSR)
            os.unlink(path)
        self.good_one()
        self.assertFalse(self.got('client2', self.token))

    @contextlib.contextmanager
    def began(self):
        user = pwd.getpwnam(USER)
        process = subprocess.Popen([command('postdrop')], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, cwd='/', env={**os.environ, **self.mta.env},
                                   user=user.pw_uid, group=user.pw_gid, extra_groups=[])
        try:
            process.stdin.write(message(self.token)[:-20])
            process.stdin.flush()
            until(self.maildrop, 'postdrop has begun a file')
            yield process
        finally:
            process.stdin.close()
            process.wait(20)

    # -- what lies in maildrop ---------------------------------------------------------------------

    def test_row_27_strange_things_in_maildrop(self):
        where = f'{self.mta.queue_dir}/maildrop'
        secret = f'{self.mta.dir}/secret'
        self.write(secret, dropped(self.token), 0o700)
        os.symlink(secret, f'{where}/link')
        os.link(secret, f'{where}/second-name')
        os.mkfifo(f'{where}/fifo', 0o700)
        os.mkdir(f'{where}/folder')
        self.write(f'{where}/unfinished', dropped(self.token), 0o600)
        self.write(f'{where}/noise', b'\0\xff' * 300, 0o700)
        self.write(f'{where}/-oQ', record(b'R', b'client2') + dropped(self.token), 0o700)
        self.good_one()
        self.assertFalse(self.got('client2', self.token))
        self.assertTrue(os.path.exists(secret) and os.path.exists(f'{where}/unfinished'))
        for name in self.maildrop():
            path = f'{where}/{name}'
            os.rmdir(path) if name == 'folder' else os.unlink(path)

    def write(self, path, data, mode):
        with open(path, 'wb') as file:
            file.write(data)
        user = pwd.getpwnam(USER)
        os.chown(path, user.pw_uid, user.pw_gid)
        os.chmod(path, mode)


if __name__ == '__main__':
    unittest.main()
