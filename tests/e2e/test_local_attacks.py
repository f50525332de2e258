"""local, virtual and pipe under attack: mailboxes that lead elsewhere, lists that multiply, locks of the
dead, disks that are full, commands that die, names that look like options.

Run it as the acceptance tests are run (they have the machinery), as root:

    MTA=/prefix python3 -m unittest test_local_attacks
"""
import contextlib
import grp
import os
import pathlib
import pwd
import re

import subprocess
import threading

import unittest

from lab import IS_OURS, MailCase, until

import isolate


def as_user(name):
    """For subprocess: that user's identity."""
    entry = pwd.getpwnam(name)
    return dict(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])


class Attack(MailCase):
    def setUp(self):
        for user in ('client1', 'client2'):
            box = pathlib.Path(f'/var/mail/{user}')
            if box.is_symlink() or box.exists():
                box.unlink()
            forward = pathlib.Path(isolate.home(user), '.forward')
            if forward.is_symlink() or forward.exists():
                forward.unlink()

    def write_as(self, user, path, text, mode=0o644):
        pathlib.Path(path).write_text(text)
        os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        os.chmod(path, mode)

    def outcome(self, address, text):
        line = self.status(address)
        self.assertIn(text, line)
        return line


class Mailboxes(Attack):
    main = {'deliver_lock_attempts': '2', 'mailbox_delivery_lock': 'fcntl, dotlock', 'biff': 'no'}

    def test_a_link_to_a_file_of_root(self):
        target = pathlib.Path('/etc/victim')
        target.write_text('untouched\n')
        os.symlink(target, '/var/mail/client1')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=bounced')
        self.assertEqual(target.read_text(), 'untouched\n')

    def test_a_second_name_of_another_users_mailbox(self):
        self.write_as('client2', '/var/mail/client2', 'From x\n\n', 0o666)
        os.link('/var/mail/client2', '/var/mail/client1')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=bounced (cannot update mailbox /var/mail/client1 for user client1. '
                     'file has 2 hard links)')
        self.assertEqual(pathlib.Path('/var/mail/client2').read_text(), 'From x\n\n')

    def test_a_mailbox_that_somebody_else_made_in_an_open_spool(self):
        os.chmod('/var/mail', 0o1777)
        self.addCleanup(os.chmod, '/var/mail', 0o2775)
        subprocess.run(['sh', '-c', 'umask 0; >/var/mail/client1'], check=True, **as_user('client2'))
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'destination /var/mail/client1 is not owned by recipient')
        self.assertEqual(os.path.getsize('/var/mail/client1'), 0)

    def test_a_mailbox_that_is_exchanged_all_the_time(self):
        """A link to another's file and a file of one's own, in turn: never is the other's written."""
        os.chmod('/var/mail', 0o1777)
        self.addCleanup(os.chmod, '/var/mail', 0o2775)
        victim = pathlib.Path('/etc/victim')
        self.write_as('client1', victim, 'untouched\n')       # the recipient's rights suffice
        script = ('import os\nos.chdir("/var/mail")\n'
                  'while True:\n'
                  '  os.symlink("/etc/victim", "l"); os.rename("l", "client1")\n'
                  '  open("f", "w").close(); os.rename("f", "client1")\n')
        attacker = subprocess.Popen(['/usr/bin/python3', '-c', script], **as_user('client1'))
        self.addCleanup(attacker.wait)
        self.addCleanup(attacker.kill)
        for _ in range(20):
            self.send('client1@xian.com')
        until(lambda: self.mta.log().count('to=<client1@xian.com>') >= 20, '20 attempts', 120)
        self.assertEqual(victim.read_text(), 'untouched\n')

    def test_a_forward_file_of_another_user(self):
        path = f'{isolate.home("client1")}/.forward'
        self.write_as('client2', path, '"|id > /tmp/owned"\n')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=sent (delivered to mailbox)')

    def test_a_forward_file_that_leads_to_a_file_of_root(self):
        secret = pathlib.Path('/etc/secret')
        secret.write_text('"|id > /tmp/owned"\n')
        secret.chmod(0o600)
        os.symlink(secret, f'{isolate.home("client1")}/.forward')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=sent (delivered to mailbox)')

    def test_an_include_file_of_a_user_that_leads_to_a_file_of_root(self):
        secret = pathlib.Path('/etc/secret')
        secret.write_text('root-only-word\n')
        secret.chmod(0o600)
        link = f'{isolate.home("client1")}/list'
        os.symlink(secret, link)
        self.addCleanup(os.unlink, link)
        os.lchown(link, pwd.getpwnam('client1').pw_uid, -1)
        self.mta.aliases(f'team: :include:{link}\n')
        self.send('team@xian.com')
        until(lambda: 'to=<team@xian.com>' in self.mta.log() or 'root-only-word' in self.mta.log(), 'an outcome')
        if IS_OURS:        # Postfix reads it as root
            self.assertNotIn('root-only-word', self.mta.log())

    def test_locks_are_kept_among_many_deliveries_and_a_program(self):
        """Half of the writers use the dotlock alone, as a mail reader may."""
        self.mta.set(deliver_lock_attempts='1000', default_process_limit='20',
                     local_destination_concurrency_limit='10', deliver_lock_delay='1s')
        copy = f'{self.mta.dir}/copy'
        reader = subprocess.Popen(['sh', '-c', f'''
            cd /var/mail; n=0
            while [ $n -lt 60 ]; do
                if (set -C; : > client1.lock) 2>/dev/null; then
                    cp client1 {copy} 2>/dev/null && [ "$(tail -c1 {copy})" != "" ] && echo torn
                    rm -f client1.lock; n=$((n+1))
                fi
            done'''], stdout=subprocess.PIPE, text=True, user=0, group=grp.getgrnam('mail').gr_gid)
        senders = [threading.Thread(target=lambda: [self.send('client1@xian.com', body='x' * 20000) for _ in range(10)])
                   for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.mail('client1', count=40, timeout=300)
        self.assertEqual(reader.communicate(timeout=300)[0], '')


class Locks(Attack):
    main = {'deliver_lock_attempts': '2', 'mailbox_delivery_lock': 'dotlock', 'biff': 'no'}

    def lock(self, text):
        path = pathlib.Path('/var/mail/client1.lock')
        path.write_text(text)
        self.addCleanup(path.unlink, missing_ok=True)

    @unittest.skipUnless(IS_OURS, 'our locks')
    def test_the_lock_of_a_process_of_before_the_power_cut(self):
        """Its number is that of a process that lives: this one."""
        host = os.uname().nodename
        self.lock(f'{os.getpid()}:{host}\n11111111-2222-3333-4444-555555555555 77 {os.readlink("/proc/self/ns/pid")}\n')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=sent')

    @unittest.skipUnless(IS_OURS, 'our locks')
    def test_the_lock_of_a_process_whose_number_came_round(self):
        host = os.uname().nodename
        boot = pathlib.Path('/proc/sys/kernel/random/boot_id').read_text().strip()
        self.lock(f'{os.getpid()}:{host}\n{boot} 1 {os.readlink("/proc/self/ns/pid")}\n')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=sent')

    def test_the_lock_of_another_program_that_lives(self):
        self.lock(f'{os.getpid()}:{os.uname().nodename}\n')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=deferred')

    def test_an_empty_lock(self):
        self.lock('')
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=deferred')


class FullDisk(Attack):
    main = {'home_mailbox': 'Maildir/', 'biff': 'no', 'maximal_backoff_time': '1000s', 'minimal_backoff_time': '1000s'}

    def fill(self):
        home = isolate.home('client1')
        isolate.sh('mount', '-t', 'tmpfs', '-o', 'size=100k,mode=755', 'tmpfs', home)
        self.addCleanup(isolate.sh, 'umount', '-l', home)
        os.chown(home, pwd.getpwnam('client1').pw_uid, -1)
        return home

    def test_a_maildir(self):
        self.mta.set(home_mailbox='Maildir/')
        home = self.fill()
        self.send('client1@xian.com', body='x' * 70 + '\r\n' + ('y' * 70 + '\r\n') * 3000)
        self.outcome('client1@xian.com', 'status=deferred')
        self.assertIn('No space left on device', self.status('client1@xian.com'))
        self.assertEqual([name for _, _, names in os.walk(home) for name in names], [])
        self.send('client1@xian.com')
        until(lambda: os.listdir(f'{home}/Maildir/new'), 'a small one fits')

    def test_a_mailbox_is_as_it_was(self):
        self.mta.set(home_mailbox='Mailbox')
        home = self.fill()
        self.send('client1@xian.com')
        self.outcome('client1@xian.com', 'status=sent')
        before = pathlib.Path(f'{home}/Mailbox').read_bytes()
        self.mta.remember()
        self.send('client1@xian.com', body='x\r\n' + ('y' * 70 + '\r\n') * 3000)
        until(lambda: 'status=deferred' in self.mta.log(), 'it is deferred')
        self.assertEqual(pathlib.Path(f'{home}/Mailbox').read_bytes(), before)


class Commands(Attack):
    main = {'biff': 'no', 'command_time_limit': '100s'}
    master = ('count unix - n n - - pipe user=filter argv=@CONFIG@/arguments ${sender} ${recipient} ${user}\n')

    @classmethod
    def configure(cls):
        cls.out = pathlib.Path(f'{cls.mta.dir}/out')
        cls.out.mkdir()
        cls.out.chmod(0o777)
        cls.mta.write('arguments', f'#!/bin/sh\nfor a; do echo "<$a>"; done > {cls.out}/arguments\n', 0o755)

    def test_a_command_that_dies_while_it_writes(self):
        """Its half is its own affair; the message is tried again, and the daemon lives."""
        half = self.out / 'half'
        self.mta.aliases(f'dies: "|head -c 100 > {half}; kill -9 $$"\nlives: "|cat > {self.out}/whole"\n')
        self.send('dies@xian.com')
        self.outcome('dies@xian.com', 'dsn=4.3.0, status=deferred (Command died with signal 9')
        until(lambda: half.stat().st_size == 100, 'its half is there')     # again with each attempt
        self.send('lives@xian.com')
        self.outcome('lives@xian.com', 'status=sent')

    def test_a_daemon_that_is_killed_while_its_command_reads(self):
        self.mta.aliases(f'slow: "|touch {self.out}/begun; sleep 1000"\n')
        self.send('slow@xian.com')
        until(lambda: (self.out / 'begun').exists(), 'the command runs')
        self.mta.aliases(f'slow: "|cat > {self.out}/again"\n')
        self.assertGreaterEqual(self.mta.kill('local'), 1)
        until(lambda: (self.out / 'again').exists(), 'it is delivered again', 120)

    @unittest.skipUnless(IS_OURS, 'Postfix reads no further, and the command dies of it')
    def test_the_output_of_a_command_without_end(self):
        self.mta.aliases('loud: "|yes; exit 1"\n')
        self.mta.set(command_time_limit='2s')
        self.send('loud@xian.com')
        line = self.outcome('loud@xian.com', 'Command time limit exceeded')
        self.assertLess(len(line), 10000)

    def test_a_child_that_outlives_its_command_and_holds_the_pipe(self):
        self.mta.aliases(f'fork: "|sleep 1000 & echo $! > {self.out}/child; exit 0"\n')
        self.mta.set(command_time_limit='2s')
        self.send('fork@xian.com')
        self.status('fork@xian.com', 60)
        child = int((self.out / 'child').read_text())
        until(lambda: not os.path.exists(f'/proc/{child}') or
              pathlib.Path(f'/proc/{child}/stat').read_text().split(')')[1].split()[0] == 'Z', 'the child ends')

    def test_words_that_a_shell_would_take_apart(self):
        owned = self.out / 'owned'
        self.mta.aliases(f'env: "|echo $SENDER $LOCAL $EXTENSION > {self.out}/env"\n')
        self.mta.set(recipient_delimiter='+')
        self.send(f'"env+$(touch {owned});`touch {owned}`|touch"@xian.com', sender=f'"$(touch {owned})"@stranger.example')
        until(lambda: (self.out / 'env').exists(), 'the command ran')
        self.assertFalse(owned.exists())

    def test_an_address_that_looks_like_an_option(self):
        self.mta.set(transport_maps='inline:{optional.example=count:}', relay_domains='optional.example')
        refused = {}
        for address in ('-x@optional.example', '"-x y"@optional.example'):
            try:
                self.send(address)
            except Exception as refusal:      # smtplib raises where all recipients are refused
                refused[address] = refusal
        self.assertEqual(len(refused), 2, 'allow_min_user is off')
        self.mta.set(allow_min_user='yes')
        self.send('-x@optional.example')
        arguments = self.out / 'arguments'
        until(lambda: arguments.exists() and '<-x@optional.example>\n' in arguments.read_text(), 'the command ran')


class Lists(Attack):
    main = {'biff': 'no', 'mailbox_command': ':', 'local_recipient_maps': '', 'maximal_backoff_time': '1000s',
            'minimal_backoff_time': '1000s', 'transport_maps': 'inline:{else.example=discard:}'}

    def peak(self):
        """Of the memory of the local daemons, in bytes."""
        peak = 0
        for pid, name in self.mta.daemons().items():
            if name == 'local':
                with contextlib.suppress(OSError):      # it has ended
                    status = pathlib.Path(f'/proc/{pid}/status').read_text()
                    peak = max(peak, int(re.search(r'VmHWM:\s+(\d+)', status)[1]) * 1024)
        return peak

    def other_mail_passes(self):
        self.send('client2@xian.com')
        self.status('client2@xian.com', 60)

    @unittest.skipUnless(IS_OURS, 'Postfix expands them all')
    def test_aliases_that_multiply(self):
        """2 to the power of 40 ways, with the duplicate filter full before it begins."""
        names = ''.join(f'a{n}: a{n + 1}, b{n + 1}\nb{n}: a{n + 1}, b{n + 1}\n' for n in range(40))
        self.mta.aliases(f'bomb: {", ".join(f"n{n}@else.example" for n in range(1100))}, a0\n{names}a40: client1\nb40: client1\n')
        self.send('bomb@xian.com')
        until(lambda: re.search(r'to=<client1@mail.xian.com>, orig_to=<bomb@xian.com>.*status=sent', self.mta.log()), 'it ends', 300)
        self.other_mail_passes()

    def test_a_thousand_aliases_one_within_the_other(self):
        self.mta.aliases(''.join(f'deep{n}: deep{n + 1}\n' for n in range(1000)) + 'deep1000: client1\n')
        self.send('deep0@xian.com')
        until(lambda: re.search(r'orig_to=<deep0@xian.com>.*status=bounced \(.*alias database loop', self.mta.log()),
              'it is returned', 300)
        self.other_mail_passes()

    def test_a_thousand_files_one_within_the_other(self):
        folder = pathlib.Path(f'{self.mta.dir}/deep')
        folder.mkdir()
        for n in range(1000):
            (folder / str(n)).write_text(f':include:{folder}/{n + 1}\n')
        (folder / '1000').write_text('client1\n')
        self.mta.aliases(f'files: :include:{folder}/0\n')
        self.send('files@xian.com')
        until(lambda: re.search(r'status=bounced \((possible loop of include|alias database loop)', self.mta.log()),
              'it is returned', 300)
        self.other_mail_passes()

    def test_aliases_in_a_circle(self):
        self.mta.aliases('one: two\ntwo: three\nthree: one\n')
        self.send('one@xian.com')
        until(lambda: 'status=bounced (alias database loop for ' in self.mta.log(), 'it is returned')
        self.other_mail_passes()

    def test_a_hundred_thousand_members_half_of_them_twice(self):
        members = pathlib.Path(f'{self.mta.dir}/members')
        members.write_text(''.join(f'm{n % 50000}@else.example\n' for n in range(100000)))
        self.mta.aliases(f'crowd: :include:{members}\n')
        self.mta.set(duplicate_filter_limit='100000')
        self.send('crowd@xian.com')
        until(lambda: re.search(r'to=<crowd@xian.com>.*status=sent \(forwarded as', self.mta.log()), 'it is forwarded', 300)
        peak = self.peak()
        self.other_mail_passes()
        until(lambda: self.mta.log(0).count('@else.example>, orig_to=<crowd@xian.com>') >= 50000, 'all get it', 600)
        self.assertEqual(self.mta.log(0).count('@else.example>, orig_to=<crowd@xian.com>'), 50000)
        if IS_OURS:
            self.assertLess(peak, 100 << 20)

    def test_a_file_without_line_ends(self):
        members = pathlib.Path(f'{self.mta.dir}/endless')
        members.write_text('client1, ' * 100000)
        self.mta.aliases(f'endless: :include:{members}\n')
        self.send('endless@xian.com')
        until(lambda: re.search(r'to=<(?:endless@xian|client1@mail.xian).com>', self.mta.log()), 'it ends', 600)
        self.other_mail_passes()
