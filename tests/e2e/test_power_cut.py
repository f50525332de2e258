"""What was accepted before the power failed is there afterwards.

Queue and mailboxes lie on a loop-mounted file system. While clients send, its image is copied at
many moments, as a disk would be found after a power cut: the file system that holds the image is
frozen during a copy, so that a copy is one moment. Each copy is mounted (its journal is replayed),
started upon and drained; every number that was accepted before the copy must have arrived.

POWER_CUTS (2) is how many copies are made of each kind of file system.
"""
import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import unittest

from instance import PREFIX, Instance
from test_faults import Load

CUTS = int(os.environ.get('POWER_CUTS', '2'))
FIFREEZE, FITHAW = 0xC0045877, 0xC0045878
MIB = 1 << 20
MAKE = {'ext4': (['mkfs.ext4', '-q', '-F'], 48), 'xfs': (['mkfs.xfs', '-q', '-f'], 320),
        'btrfs': (['mkfs.btrfs', '-q', '-f'], 128)}


def run(*words):
    subprocess.run(words, check=True, capture_output=True)


def has(kind):
    with open('/proc/filesystems') as known:
        return shutil.which(MAKE[kind][0][0]) and kind in known.read().split()


def can_mount():
    return PREFIX and os.geteuid() == 0 and os.path.exists('/dev/loop-control')


class Image:
    """A file with a file system in it, mounted in a folder."""

    def __init__(self, test, path, folder, options='loop'):
        self.path, self.folder, self.options = path, folder, options
        os.makedirs(folder, exist_ok=True)
        test.addCleanup(self.unmount)

    def make(self, kind, mebibytes=0):
        command, usual = MAKE[kind]
        with open(self.path, 'wb') as file:
            file.truncate((mebibytes or usual) * MIB)
        run(*command, self.path)
        self.mount()

    def mount(self):
        run('mount', '-o', self.options, self.path, self.folder)

    def unmount(self):
        subprocess.run(['umount', '-l', self.folder], capture_output=True)


@contextlib.contextmanager
def frozen(folder):
    fd = os.open(folder, os.O_RDONLY)
    fcntl.ioctl(fd, FIFREEZE, 0)
    try:
        yield
    finally:
        fcntl.ioctl(fd, FITHAW, 0)
        os.close(fd)


@unittest.skipUnless(can_mount(), 'needs POSTERN_PREFIX, root and loop devices')
class PowerCut(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix='postern-power-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        os.chmod(self.home, 0o755)

    def instance_on(self, folder):
        """An instance whose queue and mailboxes are below `folder`."""
        for part in ('queue', 'mail'):
            os.makedirs(f'{folder}/{part}', exist_ok=True)
        instance = Instance(self, home=folder)
        self.addCleanup(instance.end)
        return instance

    def cut(self, kind):
        host = Image(self, f'{self.home}/host.img', f'{self.home}/host')
        host.make('ext4', MAKE[kind][1] + 32)
        disk = Image(self, f'{host.folder}/spool.img', f'{self.home}/disk')
        disk.make(kind)
        instance = self.instance_on(disk.folder)
        instance.start()
        load = Load(instance, size=3000)
        self.addCleanup(load.stopping.set)
        copies = []
        for number in range(CUTS):
            load.progress(100 + 13 * number)
            with frozen(host.folder):
                accepted, received = list(load.accepted), list(instance.sink.received)
                run('cp', '--sparse=always', disk.path, f'{self.home}/copy{number}.img')
            copies.append((f'{self.home}/copy{number}.img', accepted, received))
        load.stop()
        instance.stop()
        disk.unmount()      # btrfs knows a file system by its number, which the copies have, too
        for path, accepted, received in copies:
            with self.subTest(copy=os.path.basename(path), accepted=len(accepted)):
                self.assertTrue(accepted)
                self.nothing_is_missing(kind, path, accepted, received)

    def nothing_is_missing(self, kind, path, accepted, received):
        copy = Image(self, path, path + '.mounted', 'loop,nouuid' if kind == 'xfs' else 'loop')
        copy.mount()
        instance = self.instance_on(copy.folder)
        instance.start()
        instance.drain()
        missing = sorted(set(accepted) - set(instance.delivered()) - set(received))
        self.assertEqual([], missing, f'{len(missing)} of {len(accepted)} are missing')
        instance.stop()
        copy.unmount()

    def test_ext4(self):
        self.cut('ext4')

    @unittest.skipUnless(has('xfs'), 'no xfs here')
    def test_xfs(self):
        self.cut('xfs')

    @unittest.skipUnless(has('btrfs'), 'no btrfs here')
    def test_btrfs(self):
        self.cut('btrfs')


if __name__ == '__main__':
    unittest.main()
