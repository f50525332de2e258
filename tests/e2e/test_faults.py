"""What is accepted arrives, whatever is killed, full or reloaded meanwhile.

Many clients send numbered messages while things go wrong; then the queue drains, and none of the
numbers that were answered with 250 may be missing. FAULT_SECONDS (3) is how long each goes on.
"""
import itertools
import os
import pathlib
import signal
import smtplib
import subprocess
import threading
import time
import unittest

from instance import DOMAINS, PREFIX, Instance, message, until

SECONDS = float(os.environ.get('FAULT_SECONDS', '3'))
CLIENTS = 8
DAEMONS = ('smtpd', 'cleanup', 'qmgr', 'trivial-rewrite', 'virtual', 'local', 'smtp', 'pickup', 'bounce',
           'proxymap', 'anvil', 'postlogd', 'scache', 'showq', 'error', 'tlsmgr', 'flush')


class Load:
    """Clients that send numbered messages until stop(); `accepted` are the numbers answered 250."""

    def __init__(self, instance, size=100, pause=0.0, commands=True):
        self.instance, self.size, self.pause = instance, size, pause
        self.numbers, self.accepted, self.refused = itertools.count(1), [], []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(CLIENTS)]
        if commands:
            self.threads.append(threading.Thread(target=self.submitter, daemon=True))
        for thread in self.threads:
            thread.start()

    def client(self):
        while not self.stopping.is_set():
            try:
                with self.instance.smtp(timeout=10) as client:
                    while not self.stopping.is_set():
                        self.send(client)
            except (OSError, smtplib.SMTPException) as error:
                self.refused.append(str(error))
                time.sleep(0.02)

    def send(self, client):
        number = next(self.numbers)
        domain = DOMAINS[number % len(DOMAINS)]
        client.sendmail('sender@client.test', [f'n{number}@{domain}'], message(number, self.size))
        self.accepted.append(number)
        time.sleep(self.pause)

    def submitter(self):
        while not self.stopping.is_set():
            number = next(self.numbers)
            done = self.instance.command('sendmail', '-f', 'sender@client.test', f'n{number}@box.test',
                                         input=message(number).replace('\r\n', '\n'), status=None)
            if done.returncode == 0:
                self.accepted.append(number)
            time.sleep(0.05)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class FaultCase(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)

    def under_load(self, trouble, least=5, **load):
        """Runs `trouble` while clients send; then everything that was accepted must arrive."""
        self.instance.start()
        clients = Load(self.instance, **load)
        self.addCleanup(clients.stopping.set)
        end = time.monotonic() + SECONDS
        for turn in itertools.count():
            trouble(turn)
            if time.monotonic() > end:
                break
        clients.stop()
        self.recover()
        self.assertGreater(len(clients.accepted), least, clients.refused[-5:])
        self.assert_nothing_lost(clients.accepted)
        return clients

    def recover(self):
        if not self.instance.master():
            self.instance.start()
        self.instance.drain(90)

    def assert_nothing_lost(self, accepted):
        arrived = self.instance.delivered()
        missing = sorted(set(accepted) - set(arrived))
        self.assertEqual([], missing, f'{len(missing)} of {len(accepted)} are missing')
        self.assertEqual([], self.instance.queued('corrupt'))

    def kill(self, name):
        for pid in self.instance.children(name):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Killed(FaultCase):
    def test_daemons_are_killed_in_turn(self):
        def trouble(turn):
            self.kill(DAEMONS[turn % len(DAEMONS)])
            time.sleep(0.1)
        self.under_load(trouble)

    def test_master_is_killed_again_and_again(self):
        def trouble(turn):
            time.sleep(0.3)
            os.kill(self.instance.master(), signal.SIGKILL)
            until(lambda: self.instance.command('postfix', 'start', status=None).returncode == 0,
                  lambda: f'it starts again\n{self.instance.log()[-3000:]}', 30)
        self.under_load(trouble)

    def test_everything_is_killed_at_once(self):
        def trouble(turn):
            time.sleep(0.3)
            for pid in [self.instance.master(), *self.instance.children()]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            until(lambda: self.instance.command('postfix', 'start', status=None).returncode == 0,
                  lambda: f'it starts again\n{self.instance.log()[-3000:]}', 30)
        self.under_load(trouble)

    def test_reload_in_a_loop_refuses_nobody(self):
        def trouble(turn):
            self.instance.command('postfix', 'reload')
            time.sleep(0.05)
        clients = self.under_load(trouble)
        self.assertEqual([], [text for text in clients.refused if 'refused' in text.lower()])

    def test_stop_and_start_in_a_loop(self):
        def trouble(turn):
            time.sleep(0.2)
            self.instance.command('postfix', 'stop')    # sessions go on while the next one starts
            self.instance.start()
        self.under_load(trouble)


class FullDisk(FaultCase):
    """The queue lies on a small file system, which fills up and empties."""

    def setUp(self):
        super().setUp()
        queue = self.instance.queue
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=6m,mode=755', 'tmpfs', queue], check=True)
        self.addCleanup(subprocess.run, ['umount', '-l', queue])
        self.addCleanup(self.instance.end)
        self.instance.configure(queue_minfree='0', message_size_limit='500000')

    def send_when_possible(self, number):
        """The room that is left is looked at once a second."""
        def sent():
            try:
                self.instance.send(number)
            except smtplib.SMTPResponseException:
                return False
            return True
        until(sent, self.instance.log, 10)

    def fill(self):
        with open(f'{self.instance.queue}/filler', 'ab', buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                return

    def empty(self):
        pathlib.Path(f'{self.instance.queue}/filler').unlink(missing_ok=True)

    def test_the_disk_fills_up_and_empties(self):
        def trouble(turn):
            time.sleep(0.2)
            self.fill()
            time.sleep(0.3)
            self.empty()
        clients = self.under_load(trouble, size=20000)
        self.assertTrue([text for text in clients.refused if '452' in text or '451' in text],
                        clients.refused[-5:])

    def test_a_full_disk_is_told_as_452(self):
        self.instance.start()
        self.fill()
        with self.instance.smtp() as client, self.assertRaises(smtplib.SMTPResponseException) as caught:
            client.sendmail('sender@client.test', ['n1@box.test'], message(1, 100000))
        self.assertIn(caught.exception.smtp_code, (451, 452))
        self.empty()
        self.send_when_possible(2)
        self.instance.drain()
        self.assert_nothing_lost([2])

    def test_no_inodes_are_left(self):
        subprocess.run(['mount', '-o', 'remount,nr_inodes=60', self.instance.queue], check=True)
        self.instance.start()
        names = []
        try:
            for number in range(100):
                names.append(pathlib.Path(f'{self.instance.queue}/inode{number}'))
                names[-1].touch()
        except OSError:
            pass
        with self.instance.smtp() as client, self.assertRaises(smtplib.SMTPResponseException) as caught:
            client.sendmail('sender@client.test', ['n1@box.test'], message(1))
        self.assertIn(caught.exception.smtp_code, (451, 452))
        for name in names:
            name.unlink(missing_ok=True)
        self.send_when_possible(2)
        self.instance.drain()
        self.assert_nothing_lost([2])


if __name__ == '__main__':
    unittest.main()
