"""Row 11 of the attack cases: a disk that is full, read-only, over its quota, or that fails to write what
it has taken. The client hears 4xx; what heard 250 arrives; afterwards all is well.
"""
import errno
import os
import pathlib
import shutil
import smtplib
import subprocess
import tempfile
import unittest

import test_faults
import test_power_cut
from instance import HAS_DEBIAN, THEIRS, Instance, message, until

COMPILERS = ('clang-19', 'clang', 'gcc', 'cc')


def compiled(name, folder):
    """A library to preload, from its source beside this file."""
    source, library = pathlib.Path(__file__).with_name(f'{name}.c'), f'{folder}/{name}.so'
    for compiler in COMPILERS:
        if any(os.access(f'{path}/{compiler}', os.X_OK) for path in os.environ['PATH'].split(':')):
            subprocess.run([compiler, '-shared', '-fPIC', '-O1', '-o', library, str(source), '-ldl'], check=True)
            return library
    raise unittest.SkipTest(f'none of {COMPILERS} is here')


class FailingCalls(test_faults.FaultCase):
    """Calls of the daemons fail as a file says."""
    CASES = [('write', errno.ENOSPC), ('write', errno.EDQUOT), ('write', errno.EIO), ('fsync', errno.EIO),
             ('fsync', errno.ENOSPC), ('fsync', errno.EDQUOT), ('create', errno.ENOSPC), ('create', errno.EROFS),
             ('fchmod', errno.EIO), ('fchmod', errno.EROFS)]

    def setUp(self):
        self.instance = Instance(self)
        self.script = f'{self.instance.home}/failing'
        os.environ['LD_PRELOAD'], os.environ['DISK_ERRORS'] = compiled('disk_errors', self.instance.home), self.script
        self.addCleanup(os.environ.pop, 'LD_PRELOAD')
        self.addCleanup(os.environ.pop, 'DISK_ERRORS')
        imported = self.instance.command('postconf', '-d', '-h', 'import_environment').strip()
        self.instance.configure(import_environment=f'{imported} LD_PRELOAD DISK_ERRORS', queue_minfree='0')
        # Of the commands none is to fail.
        self.instance.start()
        self.addCleanup(pathlib.Path(self.script).unlink, missing_ok=True)

    def failing(self, call, number, program=''):
        """In all programs, or in one."""
        part = pathlib.Path(f'{self.script}.part')
        part.write_text(f'{call} {number} {program}\n')
        part.rename(self.script)

    def healed(self):
        pathlib.Path(self.script).unlink(missing_ok=True)

    def refusal(self, number):
        with self.instance.smtp() as client, self.assertRaises(smtplib.SMTPResponseException) as caught:
            client.sendmail('sender@client.test', [f'n{number}@box.test'], message(number, 100000))
        return caught.exception.smtp_code

    def test_row_11_what_cannot_be_written_is_not_accepted(self):
        self.instance.send(1)
        self.instance.drain()
        for number, (call, error) in enumerate(self.CASES, 100):
            with self.subTest(call=call, error=errno.errorcode[error]):
                self.failing(call, error)
                self.assertIn(self.refusal(number), (451, 452))
                self.healed()
                # What failed is not there, and nobody tries to save it.
                self.assertEqual([], self.instance.queued())
                self.instance.send(number + 1000)
                self.instance.drain()
        arrived = self.instance.delivered()
        self.assertEqual({1, *range(1100, 1100 + len(self.CASES))}, set(arrived))
        self.assertEqual({1}, set(arrived.values()))

    def test_row_11_what_was_accepted_waits_for_the_disk(self):
        """Deliveries fail for a while: to mailboxes, and in what the queue manager writes."""
        self.instance.reload(defer_transports='virtual local')
        numbers = range(1, 9)
        for number in numbers:
            self.instance.send(number, domain=('box.test', 'file.test')[number % 2])
        until(lambda: len(self.instance.queued('deferred')) == len(numbers), 'all wait')
        self.instance.reload(defer_transports='')
        for call, error in self.CASES:
            if error == errno.EDQUOT:
                continue                # a full mailbox is returned, as the file system's answer is
            self.failing(call, error)
            before = self.instance.log().count('status=deferred')
            self.instance.command('postqueue', '-f')
            until(lambda: self.instance.log().count('status=deferred') > before or not self.instance.queued(),
                  lambda: f'{call} {error}: it is tried\n{self.instance.log()[-3000:]}', 60)
            self.assertNotIn('status=bounced', self.instance.log())
        self.healed()
        self.instance.drain()
        self.assertEqual(set(numbers), set(self.instance.delivered()))
        self.assertEqual([], self.instance.queued('corrupt'))

    def outcome_of_a_full_mailbox(self, agent, domain, number):
        self.failing('write', errno.EDQUOT, agent)
        self.instance.send(number, domain=domain)
        found = self.instance.wait_log(rf'to=<n{number}@{domain}>.* dsn=(\S+), status=(\S+) ', 60)
        self.healed()
        return found.groups()

    def test_row_28_a_mailbox_over_its_quota_is_answered_as_by_debian(self):
        cases = [('virtual', 'box.test'), ('local', 'file.test')]
        ours = [self.outcome_of_a_full_mailbox(*case, number) for number, case in enumerate(cases, 1)]
        self.assertEqual([('5.2.2', 'bounced')] * 2, ours)
        if HAS_DEBIAN:
            self.instance.stop()
            self.instance.start(THEIRS)
            self.assertEqual(ours, [self.outcome_of_a_full_mailbox(*case, number)
                                    for number, case in enumerate(cases, 11)])


@unittest.skipUnless(test_power_cut.can_mount() and os.path.isdir('/sys/fs/ext4'), 'needs root, loop devices and ext4')
class ReadOnly(unittest.TestCase):
    """The file system finds a fault in itself and becomes read-only."""

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix='postern-disk-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        os.chmod(self.home, 0o755)
        self.disk = test_power_cut.Image(self, f'{self.home}/disk.img', f'{self.home}/disk', 'loop,errors=remount-ro')
        self.disk.make('ext4')
        self.instance = Instance(self, queue_minfree='0')
        self.instance.configure(queue_directory=f'{self.disk.folder}/queue')
        self.instance.queue = f'{self.disk.folder}/queue'
        os.makedirs(self.instance.queue)

    def break_disk(self):
        device = subprocess.run(['findmnt', '-no', 'SOURCE', self.disk.folder], check=True, capture_output=True, text=True)
        name = os.path.basename(device.stdout.strip())
        pathlib.Path(f'/sys/fs/ext4/{name}/trigger_fs_error').write_text('1\n')

    def test_row_11_the_disk_becomes_read_only(self):
        self.instance.configure(defer_transports='virtual')
        self.instance.start()
        self.instance.send(1, 2, 3)
        until(lambda: len(self.instance.queued('deferred')) == 3, 'all wait')
        self.break_disk()
        with self.instance.smtp() as client, self.assertRaises(smtplib.SMTPResponseException) as caught:
            client.sendmail('sender@client.test', ['n4@box.test'], message(4))
        self.assertIn(caught.exception.smtp_code, (451, 452))
        self.instance.end()
        self.disk.unmount()
        self.disk.mount()
        self.instance.configure(defer_transports='')
        self.instance.start()
        self.instance.send(5)
        self.instance.drain()
        self.assertEqual({1: 1, 2: 1, 3: 1, 5: 1}, dict(self.instance.delivered()))


if __name__ == '__main__':
    unittest.main()
