"""Postern and Debian's Postfix on one spool: what one leaves, the other finishes.

DEBIAN_POSTFIX is the folder with Debian's unpacked packages. Needs root, as the queue belongs to
the mail owner.
"""
import os
import re
import subprocess
import threading
import unittest

from instance import DEBIAN, HAS_DEBIAN, OURS, PREFIX, THEIRS, Instance, free_port, message, until

OTHER = {OURS: THEIRS, THEIRS: OURS}


@unittest.skipUnless(PREFIX and HAS_DEBIAN and os.geteuid() == 0, 'needs POSTERN_PREFIX, DEBIAN_POSTFIX, root')
class Interchange(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)

    def postpone(self, instance):
        """From now on nothing is delivered, and nothing is tried again soon."""
        instance.configure(defer_transports='local, virtual, smtp', minimal_backoff_time='1000s',
                           maximal_backoff_time='2000s')

    def deliver_again(self, instance):
        instance.configure(defer_transports='', minimal_backoff_time='1s', maximal_backoff_time='2s')

    def leave_spool(self, first):
        """Stopped, with 1 to 6 deferred, 7 held, 8 in maildrop."""
        self.postpone(self.instance)
        self.instance.start(first)
        for number, domain in enumerate(('box.test', 'file.test', 'net.test') * 2, 1):
            self.instance.send(number, domain=domain, size=5000)
        self.instance.send(7)
        until(lambda: len(self.instance.queued('deferred')) == 7, lambda: self.instance.log())
        held = self.held_id(7)
        self.instance.command('postsuper', '-h', held)
        self.instance.stop()
        self.instance.submit(8)
        self.assertEqual(1, len(self.instance.queued('maildrop')))
        return held

    def held_id(self, number):
        return self.instance.wait_log(rf': (\w+): to=<n{number}@')[1]

    def finish(self, first):
        held = self.leave_spool(first)
        before = self.instance.command('postcat', '-q', held)
        self.deliver_again(self.instance)
        self.instance.configure(OTHER[first])
        self.assertEqual(before, self.instance.command('postcat', '-q', held), 'the file reads alike')
        self.instance.start(OTHER[first])
        self.instance.drain()
        self.assertEqual({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 8: 1}, dict(self.instance.delivered()))
        self.instance.command('postsuper', '-H', held)
        self.instance.drain()
        self.assertEqual(1, self.instance.delivered()[7])
        until(lambda: not self.instance.queued('defer'), 'the log of what waited goes')
        self.assertEqual([], self.instance.queued('corrupt', 'hold'))

    def test_we_finish_what_they_left(self):
        self.finish(THEIRS)

    def test_they_finish_what_we_left(self):
        self.finish(OURS)

    def test_recipients_that_are_done_are_not_delivered_again(self):
        for first in (OURS, THEIRS):
            with self.subTest(first):
                instance = Instance(self)
                instance.configure(defer_transports='smtp')
                instance.start(first)
                with instance.smtp() as client:
                    client.sendmail('sender@client.test', ['n1@box.test', 'n1@net.test', 'n1@file.test'],
                                    message(1))
                until(lambda: instance.delivered()[1] == 2 and instance.queued('deferred'), instance.log)
                instance.stop()
                instance.configure(defer_transports='')
                instance.start(OTHER[first])
                instance.drain()
                self.assertEqual(3, instance.delivered()[1])

    def test_neither_starts_on_the_running_spool_of_the_other(self):
        for first in (OURS, THEIRS):
            with self.subTest(first):
                instance = Instance(self)
                instance.start(first)
                pid = instance.master()
                instance.configure(OTHER[first])
                done = instance.command('postfix', 'start', status=None)
                self.assertNotEqual(0, done.returncode)
                instance.wait_log(r'already running')
                self.assertEqual(0, instance.command('postfix', 'status', status=None).returncode)
                self.assertEqual(pid, instance.master())
                instance.configure(first)
                instance.stop()

    def test_their_queue_manager_reads_our_logs_and_ours_theirs(self):
        """A message that is too old bounces, with the reason that the other recorded."""
        for first in (OURS, THEIRS):
            with self.subTest(first):
                instance = Instance(self)
                instance.configure(transport_maps=f'inline:{{away.test=smtp:[127.0.0.1]:{free_port()}}}',
                                   minimal_backoff_time='1000s')
                instance.start(first)
                with instance.smtp() as client:
                    client.sendmail('n9@box.test', ['someone@away.test'], message(1))
                until(lambda: instance.queued('deferred') and instance.queued('defer'), instance.log)
                listing = instance.command('postqueue', '-p')
                instance.stop()
                instance.configure(OTHER[first], maximal_queue_lifetime='0', minimal_backoff_time='1s')
                self.assertIn('Connection refused', instance.command('postqueue', '-p'))
                self.assertIn('Connection refused', listing)
                instance.start(OTHER[first])
                instance.command('postqueue', '-f')
                instance.wait_log(r'sender non-delivery notification|status=expired|returned to sender')
                until(lambda: os.path.isdir(f'{instance.mail}/box/new') and os.listdir(f'{instance.mail}/box/new'),
                      instance.log)
                name = os.listdir(f'{instance.mail}/box/new')[0]
                with open(f'{instance.mail}/box/new/{name}') as file:
                    bounce = file.read()
                self.assertIn('Connection refused', bounce)
                self.assertIn('Final-Recipient: rfc822; someone@away.test', bounce)
                instance.stop()

    def test_listings_are_alike(self):
        self.leave_spool(OURS)
        ours = self.instance.command('postqueue', '-p')
        self.instance.configure(THEIRS)
        self.assertEqual(ours, self.instance.command('postqueue', '-p'))


@unittest.skipUnless(PREFIX and os.geteuid() == 0 and os.path.exists('/usr/sbin/pflogsumm'), 'needs pflogsumm')
class LogReaders(unittest.TestCase):
    def test_pflogsumm_counts_overlapping_sessions(self):
        """More than 50 sessions at once, in one process."""
        instance = Instance(self)
        instance.start()
        clients = [instance.smtp() for _ in range(60)]
        for number, client in enumerate(clients, 1):
            client.sendmail('sender@client.test', [f'n{number}@box.test'], message(number))
        for client in reversed(clients):
            client.quit()
        instance.drain()
        until(lambda: instance.log().count('disconnect from') >= 60, instance.log)
        instance.stop()
        report = subprocess.run(['pflogsumm', '--smtpd_stats', f'{instance.home}/log/mail.log'],
                                capture_output=True, text=True, check=True).stdout
        self.assertRegex(report, r'\n\s+60 +received\n')
        self.assertRegex(report, r'\n\s+60 +delivered\n')
        smtpd = report[report.index('smtpd'):]
        self.assertRegex(smtpd, r'\n\s+61 +connections\n')      # and the one that saw the greeting
        self.assertRegex(smtpd, r'\n\s+1 +hosts/domains\n')


@unittest.skipUnless(PREFIX and HAS_DEBIAN and os.geteuid() == 0, 'needs DEBIAN_POSTFIX and root')
class StockFiles(unittest.TestCase):
    def test_debians_master_cf_delivers_mail_chrooted(self):
        with open(f'{DEBIAN}/usr/share/postfix/master.cf.dist') as file:
            stock = file.read()
        instance = Instance(self)
        instance.write('master.cf', re.sub(r'(?m)^smtp +inet', f'127.0.0.1:{instance.port} inet', stock))
        self.assertRegex(stock, r'(?m)^smtp +inet +n +- +y ')
        instance.start()
        instance.send(1)
        instance.send(2, domain='file.test')
        instance.send(3, domain='net.test')
        instance.submit(4)
        instance.drain()
        self.assertEqual({1: 1, 2: 1, 3: 1, 4: 1}, dict(instance.delivered()))
        for name in ('smtpd', 'trivial-rewrite'):
            self.assertEqual({instance.queue}, {os.readlink(f'/proc/{pid}/root') for pid in instance.children(name)})


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Surroundings(unittest.TestCase):
    def test_start_fg_as_process_1(self):
        """In a container: the log on standard output, SIGTERM ends it with all that it started."""
        instance = Instance(self)
        instance.configure(maillog_file='/dev/stdout', maillog_file_prefixes='/dev/stdout')
        container = subprocess.Popen(
            ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', f'{PREFIX}/sbin/postfix', '-c',
             instance.etc, 'start-fg'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(container.stdout), daemon=True)
        reader.start()
        self.addCleanup(container.kill)
        until(instance.greets, lambda: ''.join(lines))
        instance.send(1)
        until(lambda: instance.delivered()[1], lambda: ''.join(lines))
        until(lambda: any('status=sent' in line for line in lines), lambda: ''.join(lines))
        first = int(subprocess.run(['pgrep', '-P', str(container.pid)], capture_output=True, text=True).stdout)
        os.kill(first, 15)
        self.assertEqual(0, container.wait(60))
        reader.join(60)
        container.stdout.close()
        self.assertTrue(any('terminating on signal 15' in line for line in lines), ''.join(lines))

    def test_as_an_ordinary_user(self):
        """Everything runs as that user, on high ports."""
        instance = Instance(self)
        instance.configure(mail_owner='nobody', setgid_group='nogroup', virtual_minimum_uid='1')
        for folder in (instance.home, instance.etc, instance.mail, instance.queue, f'{instance.home}/log'):
            os.chown(folder, 65534, 65534)
        nobody = dict(user=65534, group=65534, extra_groups=[])
        instance.command('postfix', 'start', **nobody)
        until(instance.greets, instance.log)
        instance.wait_log('not started by root')
        instance.send(1)
        until(lambda: instance.delivered()[1], instance.log)
        for pid in instance.children():
            self.assertEqual(65534, os.stat(f'/proc/{pid}').st_uid)
        instance.command('postfix', 'stop', **nobody)
        instance.wait_for_end()


if __name__ == '__main__':
    unittest.main()
