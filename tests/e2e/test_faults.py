"""What is accepted arrives, whatever is killed, full or reloaded meanwhile.

Many clients send numbered messages while things go wrong; then the queue drains, and none of the
numbers that were answered with 250 may be missing. Between two troubles some messages are accepted:
the pace is that of the machine. FAULT_TURNS (1) is how often each is tried as many times as here.
"""
import contextlib
import itertools
import os
import pathlib
import re
import signal
import smtplib
import socket
import subprocess
import threading
import time
import unittest

from instance import DOMAINS, MASTER, PREFIX, Instance, message, until

TURNS = int(os.environ.get('FAULT_TURNS', '1'))
CLIENTS = 8
DAEMONS = ('smtpd', 'cleanup', 'qmgr', 'trivial-rewrite', 'virtual', 'local', 'smtp', 'lmtp', 'pipe', 'pickup',
           'bounce', 'proxymap', 'anvil', 'postlogd', 'scache', 'showq', 'error', 'tlsmgr', 'flush', 'verify', 'discard')
PUBLIC = ('flush', 'showq')
PIPE = 'piped unix - n n - - pipe user=nobody argv=/bin/sh -c {{ cat >>{mail}/piped }}\n'


class Load:
    """Clients that send numbered messages until stop(); `accepted` are the numbers answered 250."""

    def __init__(self, instance, size=100, commands=True, domains=DOMAINS):
        self.instance, self.size, self.domains = instance, size, domains
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
                with self.instance.smtp(timeout=30) as client:
                    while not self.stopping.is_set():
                        self.send(client)
            except (OSError, smtplib.SMTPException) as error:
                self.refused.append(str(error))
                time.sleep(0.02)

    def send(self, client):
        number = next(self.numbers)
        domain = self.domains[number % len(self.domains)]
        client.sendmail('sender@client.test', [f'n{number}@{domain}'], message(number, self.size))
        self.accepted.append(number)

    def submitter(self):
        while not self.stopping.is_set():
            number = next(self.numbers)
            done = self.instance.command('sendmail', '-f', 'sender@client.test', f'n{number}@box.test',
                                         input=message(number).replace('\r\n', '\n'), status=None)
            if done.returncode == 0:
                self.accepted.append(number)
            time.sleep(0.05)

    def progress(self, messages):
        """Until so many more have been accepted."""
        enough = len(self.accepted) + messages
        until(lambda: len(self.accepted) >= enough,
              lambda: f'{messages} more are accepted: {self.refused[-5:]}\n{self.instance.log()[-3000:]}', 180)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class FaultCase(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)

    def under_load(self, trouble, turns, **load):
        """Makes trouble so many times while clients send; then everything that was accepted must arrive."""
        self.instance.start()
        clients = self.clients = Load(self.instance, **load)
        self.addCleanup(clients.stopping.set)
        for turn in range(turns * TURNS):
            clients.progress(3 * CLIENTS)
            trouble(turn)
        clients.progress(1)
        clients.stop()
        self.recover()
        self.assert_nothing_lost(clients.accepted)
        return clients

    def recover(self):
        if not self.instance.master():
            self.instance.start()
        self.instance.drain(180)

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
        self.use_every_daemon()
        killed = set()

        def trouble(turn):
            name = DAEMONS[turn % len(DAEMONS)]
            with self.client_of(name):
                until(lambda: self.instance.children(name), lambda: f'{name} runs\n{self.instance.log()[-3000:]}')
                self.kill(name)
            killed.add(name)
        self.under_load(trouble, len(DAEMONS), domains=(*DOMAINS, 'lmtp.test', 'pipe.test'))
        self.assertEqual(set(DAEMONS), killed)

    def client_of(self, name):
        """Master starts what has a client, though mail may have no need of it for now."""
        client = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError):      # the services without such a socket run
            client.connect(f"{self.instance.queue}/{'public' if name in PUBLIC else 'private'}/{name}")
        return client

    def use_every_daemon(self):
        it = self.instance
        it.write('master.cf', MASTER.format(port=it.port) + PIPE.format(mail=it.mail))
        routes = it.settings['transport_maps'].rstrip('}')
        it.configure(
            transport_maps=f'{routes},lmtp.test=lmtp:inet:127.0.0.1:{it.sink.port},pipe.test=piped}}',
            smtpd_sender_restrictions='warn_if_reject reject_unverified_sender')

    def test_master_is_killed_again_and_again(self):
        def trouble(turn):
            os.kill(self.instance.master(), signal.SIGKILL)
            self.start_again()
        self.under_load(trouble, 6)

    def test_everything_is_killed_at_once(self):
        def trouble(turn):
            for pid in [self.instance.master(), *self.instance.children()]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.start_again()
        self.under_load(trouble, 6)

    def start_again(self):
        until(lambda: self.instance.command('postfix', 'start', status=None).returncode == 0,
              lambda: f'it starts again\n{self.instance.log()[-3000:]}')

    def test_reload_in_a_loop_refuses_nobody(self):
        def trouble(turn):
            self.instance.command('postfix', 'reload')
        clients = self.under_load(trouble, 20)
        self.assertEqual([], [text for text in clients.refused if 'refused' in text.lower()])

    def test_stop_and_start_in_a_loop(self):
        def trouble(turn):
            self.instance.command('postfix', 'stop')    # sessions go on while the next one starts
            self.instance.start()
        self.under_load(trouble, 6)


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
        until(sent, self.instance.log)

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
            before = len(self.clients.refused)
            # What is delivered meanwhile leaves room, which is filled too.
            until(lambda: self.fill() or [text for text in self.clients.refused[before:] if re.search('45[12]', text)],
                  lambda: f'somebody is told: {self.clients.refused[-5:]}')
            self.empty()
        self.under_load(trouble, 4, size=20000)

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
