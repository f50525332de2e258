"""Row 42 of the attack cases: the machine gives no more descriptors, processes, threads or memory.

Nothing that was accepted may be lost, and all goes on when there is room again. POSTERN_PREFIX is
the installation. Everything runs below a temporary folder, on 127.0.0.1.
"""
import contextlib
import os
import pathlib
import resource
import signal
import smtplib
import socket
import subprocess
import threading
import time
import unittest

from instance import PREFIX, Instance, until

CGROUPS = '/sys/fs/cgroup'


def has_controller(name):
    return os.path.isdir(f'{CGROUPS}/{name}') and os.access(f'{CGROUPS}/{name}', os.W_OK)


class Cgroup:
    """A control group (version 1) in which a command runs, with all that it starts."""

    def __init__(self, test, controller, **limits):
        self.path = f'{CGROUPS}/{controller}/postern-test-{os.getpid()}-{time.monotonic_ns()}'
        os.mkdir(self.path)
        test.addCleanup(self.remove)
        for name, value in limits.items():
            self.set(name.replace('_', '.', 1), value)

    def set(self, name, value):
        pathlib.Path(f'{self.path}/{name}').write_text(str(value))

    def enter(self):
        pathlib.Path(f'{self.path}/cgroup.procs').write_text('0')

    def remove(self):
        def removed():
            with contextlib.suppress(OSError):
                os.rmdir(self.path)
            return not os.path.exists(self.path)
        until(removed, f'{self.path} is empty')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Exhaustion(unittest.TestCase):
    def start(self, preexec, **main):
        self.instance = Instance(self, **main)
        self.instance.command('postfix', 'start', preexec_fn=preexec)
        until(self.instance.greets, lambda: self.instance.log()[-3000:])

    def send_all(self, numbers):
        """Sends until each is accepted; who is put off tries again, as a client does."""
        accepted = set()
        for number in numbers:
            def sent():
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    self.instance.send(number)
                    return True
                return False
            until(sent, lambda: f'{number} is accepted\n{self.instance.log()[-3000:]}', 60)
            accepted.add(number)
        return accepted

    def all_arrive(self, accepted):
        self.instance.drain()
        missing = accepted - set(self.instance.delivered())
        self.assertFalse(missing, self.instance.log()[-3000:])
        self.assertNotIn('panic', self.instance.log())

    def test_clients_beyond_the_descriptors_of_a_process_get_another_one(self):
        limit = 400
        self.start(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
        clients = [socket.create_connection(('127.0.0.1', self.instance.port), timeout=30) for _ in range(limit)]
        for client in clients:
            self.assertTrue(client.recv(100).startswith(b'220 '))
        self.assertGreater(len(self.instance.children('smtpd')), 1)
        for client in clients:
            client.close()
        self.all_arrive(self.send_all(range(10)))
        self.assertNotIn('fatal', self.instance.log())

    @unittest.skipUnless(has_controller('pids'), 'needs the control group pids')
    def test_no_more_processes_and_threads(self):
        group = Cgroup(self, 'pids')
        self.start(group.enter)
        accepted = self.send_all(range(3))
        group.set('pids.max', 1)        # nobody can fork, or start a thread
        for pid in self.instance.children():
            if pid not in self.instance.children('postlogd'):
                os.kill(pid, signal.SIGKILL)
        self.instance.wait_log(r'warning: \S+: Resource temporarily unavailable')
        group.set('pids.max', 'max')
        self.all_arrive(accepted | self.send_all(range(10, 20)))

    @unittest.skipUnless(has_controller('pids'), 'needs the control group pids')
    def test_mail_passes_though_no_thread_can_be_started(self):
        group = Cgroup(self, 'pids')
        self.start(group.enter)
        self.send_all([1])
        self.instance.drain()
        # Fresh daemons, without threads yet; then so many tasks as there are.
        self.instance.reload()
        until(self.instance.greets, 'a greeting')
        group.set('pids.max', int(pathlib.Path(f'{group.path}/pids.current').read_text()) + 8)
        accepted = self.send_all(range(2, 10))
        group.set('pids.max', 'max')
        self.all_arrive(accepted | {1})

    @unittest.skipUnless(has_controller('memory'), 'needs the control group memory')
    def test_who_is_killed_for_memory_loses_nothing(self):
        group = Cgroup(self, 'memory', memory_limit_in_bytes=96 << 20)
        self.start(group.enter, message_size_limit=0, mailbox_size_limit=0, virtual_mailbox_limit=0)
        accepted, stop = set(), threading.Event()

        def hog():
            """Memory that the daemons do not get."""
            with subprocess.Popen(['python3', '-c', 'x = bytearray(80 << 20)\nimport time\ntime.sleep(60)'],
                                  preexec_fn=group.enter) as process:
                stop.wait(60)
                process.kill()

        for turn in range(3):
            stop.clear()
            thread = threading.Thread(target=hog)
            thread.start()
            for number in range(turn * 100, turn * 100 + 20):
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    self.instance.send(number, size=200000)
                    accepted.add(number)
            stop.set()
            thread.join()
        self.all_arrive(accepted | self.send_all(range(1000, 1005)))

    def test_sigterm_to_process_1_ends_after_the_deliveries_under_way(self):
        """In a container: what is being delivered is delivered, once, and the rest stays in the queue."""
        self.instance = instance = Instance(self)
        gate = threading.Event()
        slow = instance.sink.received

        class Slow(list):
            def append(self, number):
                gate.wait(300)
                slow.append(number)
        instance.sink.received = Slow()
        container = subprocess.Popen(
            ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', f'{PREFIX}/sbin/postfix', '-c',
             instance.etc, 'start-fg'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(container.kill)
        until(instance.greets, instance.log)
        instance.send(1, domain='net.test')
        until(lambda: instance.queued('active'), instance.log)
        until(lambda: 'smtp' in self.commands(container.pid), instance.log)
        first = int(subprocess.run(['pgrep', '-P', str(container.pid)], capture_output=True, text=True).stdout)
        os.kill(first, signal.SIGTERM)
        instance.wait_log('terminating on signal 15')
        self.assertIsNone(container.poll())
        gate.set()
        self.assertEqual(0, container.wait(120))
        instance.sink.received = slow
        self.assertEqual([1], slow)
        instance.start()
        instance.drain()
        self.assertEqual([1], slow)

    @staticmethod
    def commands(parent):
        done = subprocess.run(['ps', '-eo', 'comm='], capture_output=True, text=True)
        return done.stdout.split()


if __name__ == '__main__':
    unittest.main()
