"""A network behind a cable that can be cut: peers there vanish, and no FIN or RST comes from them.

Needs a network namespace of one's own (lab.py). A thread may make sockets in the far one.
"""
import contextlib
import ctypes
import socket
import subprocess

HERE, THERE = '10.58.0.1', '10.58.0.2'
CLONE_NEWNET = 0x40000000


def sh(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class FarNetwork:
    def __init__(self):
        # cat ends with us, and the namespace with it.
        self.keeper = subprocess.Popen(['unshare', '--net', 'sh', '-c', 'echo; exec cat'], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self.keeper.stdout.readline()
        self.namespace = f'/proc/{self.keeper.pid}/ns/net'
        sh('ip', 'link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns', str(self.keeper.pid))
        sh('ip', 'addr', 'add', f'{HERE}/24', 'dev', 'near')
        sh('ip', 'link', 'set', 'near', 'up')
        self.inside('ip', 'addr', 'add', f'{THERE}/24', 'dev', 'far')
        self.inside('ip', 'link', 'set', 'lo', 'up')
        self.join()

    def inside(self, *command):
        sh('nsenter', '--net=' + self.namespace, *command)

    def cut(self):
        """From now on nothing arrives, on either side."""
        self.inside('ip', 'link', 'set', 'far', 'down')

    def join(self):
        self.inside('ip', 'link', 'set', 'far', 'up')

    @contextlib.contextmanager
    def there(self):
        """Sockets that this thread makes meanwhile belong to the far side."""
        with open('/proc/thread-self/ns/net') as near, open(self.namespace) as far:
            enter(far)
            try:
                yield
            finally:
                enter(near)

    def connect(self, port):
        """From there to here; not a socket of lab.Raw, for that would bind an address of ours."""
        with self.there():
            return socket.create_connection((HERE, port), 30)

    def close(self):
        sh('ip', 'link', 'delete', 'near')
        self.keeper.kill()
        self.keeper.communicate()


def enter(namespace):
    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'setns')
