"""master(8) and postfix(1), with small daemons of the test's own.

POSTERN_PREFIX is the installation. Everything runs below a temporary folder, on 127.0.0.1.
"""
import contextlib
import errno
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from instance import PATIENCE, PREFIX, free_port, is_alive, until

# A daemon as master starts them: it says on each connection who it is, and keeps it until the
# client closes. Its share are sessions. Arguments: what goes wrong (dies, crashes).
CHILD = r'''#!{python}
import os, select, socket, struct, sys, time
options, words = {{}}, iter(sys.argv[1:])
mode = 'serves'
for word in words:
    if word in ('-n', '-t', '-s', '-L', '-o'):
        options[word] = next(words)
    elif word.startswith('-'):
        options[word] = ''
    else:
        mode = word
if mode == 'dies':
    sys.exit(1)

def field(name, kind, data):
    return bytes([len(name)]) + name.encode() + kind + struct.pack('<I', len(data)) + data

def status(takes, in_use, has_room, is_retiring):
    link.send(field('takes', b'n', struct.pack('<q', takes)) +
              field('in_use', b'n', struct.pack('<q', in_use)) +
              field('has_room', b'b', bytes([has_room])) +
              field('is_retiring', b'b', bytes([is_retiring])))

link = socket.socket(fileno=3)
share = int(options['-L'])
limit = share if share > 0 else 1000
listeners = [socket.socket(fileno=6 + i) for i in range(int(options['-s']))]
sessions, retiring, gone = [], False, False
said = None
while not (retiring and not sessions):
    now = (limit, len(sessions), len(sessions) < limit and not retiring, retiring)
    if not gone and (now[0], now[2], now[3]) != said or retiring and not gone:
        status(*now)
        said = (now[0], now[2], now[3])
    watched = sessions + ([] if gone else [link]) + ([] if retiring or len(sessions) >= limit else listeners)
    for ready in select.select(watched, [], [])[0]:
        if ready is link:
            order = link.recv(1000)
            gone = not order
            if gone or struct.unpack('<q', order[10:18])[0] == 0:
                retiring = True
                for listener in listeners:
                    listener.close()
            else:
                limit = struct.unpack('<q', order[-8:])[0]
        elif ready in sessions:
            if not ready.recv(1000):
                sessions.remove(ready)
                ready.close()
        elif not retiring:
            client = ready.accept()[0]
            if mode == 'crashes':
                os.kill(os.getpid(), 11)
            client.sendall(f'{{os.getpid()}} {{sorted(options)}} {{os.getcwd()}} {{os.environ["MAIL_CONFIG"]}}\n'.encode())
            sessions.append(client)
'''


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class MasterTest(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix='postern-master-')
        self.addCleanup(shutil.rmtree, self.home)
        os.chmod(self.home, 0o755)
        for folder in ('etc', 'libexec', 'log'):
            os.mkdir(f'{self.home}/{folder}')
        for program in ('master', 'postlogd'):
            os.symlink(f'{PREFIX}/libexec/postfix/{program}', f'{self.home}/libexec/{program}')
        with open(f'{self.home}/libexec/echo', 'w') as child:
            child.write(CHILD.format(python=sys.executable))
        os.chmod(f'{self.home}/libexec/echo', 0o755)
        self.port = free_port()
        self.main()
        self.addCleanup(self.end)

    def end(self):
        pid = self.master()
        if pid:
            os.kill(pid, signal.SIGQUIT)
            until(lambda: not is_alive(pid), 'master ends')

    def main(self, **settings):
        settings = {
            'compatibility_level': '3.6', 'myhostname': 'mx.example', 'inet_interfaces': '127.0.0.1',
            'queue_directory': f'{self.home}/queue', 'data_directory': f'{self.home}/data',
            'daemon_directory': f'{self.home}/libexec', 'maillog_file': f'{self.home}/log/mail.log',
            'maillog_file_prefixes': self.home, 'service_throttle_time': '1s', **settings}
        with open(f'{self.home}/etc/main.cf', 'w') as file:
            file.writelines(f'{name} = {value}\n' for name, value in settings.items())

    def services(self, *lines):
        with open(f'{self.home}/etc/master.cf', 'w') as file:
            file.write('postlog unix-dgram n - n - 1 postlogd\n')
            file.writelines(line.replace('PORT', str(self.port)) + '\n' for line in lines)

    def postfix(self, *words, status=0):
        done = subprocess.run([f'{PREFIX}/sbin/postfix', '-c', f'{self.home}/etc', *words],
                              capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(status, done.returncode, f'{done.stdout}{done.stderr}\n{self.log()}')
        return done

    def start(self, *lines):
        self.services(*lines)
        self.postfix('start')

    def master(self):
        with contextlib.suppress(OSError, ValueError):
            with open(f'{self.home}/queue/pid/master.pid') as file:
                pid = int(file.read())
            return pid if is_alive(pid) else 0
        return 0

    def children(self, name='echo'):
        found = set()
        for pid in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(OSError):
                with open(f'/proc/{pid}/stat') as stat:
                    fields = stat.read().rpartition(')')[2].split()
                with open(f'/proc/{pid}/cmdline') as line:
                    words = line.read()
                if int(fields[1]) == self.master() and fields[0] != 'Z' and name in words:
                    found.add(int(pid))
        return found

    def connect(self, port=None):
        client = socket.create_connection(('127.0.0.1', port or self.port), timeout=PATIENCE)
        self.addCleanup(client.close)
        return client

    def talk(self, client):
        """What the daemon says: its process id, and the whole line."""
        line = b''
        while not line.endswith(b'\n'):
            more = client.recv(1000)
            self.assertTrue(more, 'the connection was closed')
            line += more
        return int(line.split()[0]), line.decode()

    def log(self):
        with contextlib.suppress(OSError):
            with open(f'{self.home}/log/mail.log') as file:
                return file.read()
        return ''

    def is_refused(self):
        """Nobody listens any more: a daemon that is to leave needs a moment to close its sockets."""
        with socket.socket() as client:
            return client.connect_ex(('127.0.0.1', self.port)) == errno.ECONNREFUSED

    def wait_log(self, pattern):
        return until(lambda: re.search(pattern, self.log()), lambda: f'the log has /{pattern}/:\n{self.log()}')

    # -- starting ------------------------------------------------------------------------------

    def test_an_empty_queue_directory_gets_its_folders_with_owners_and_modes(self):
        self.start()
        modes = {name: oct(os.stat(f'{self.home}/queue/{name}').st_mode & 0o7777)
                 for name in os.listdir(f'{self.home}/queue')}
        for name in ('active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming',
                     'private', 'saved', 'trace'):
            self.assertEqual('0o700', modes[name], name)
        self.assertEqual('0o730', modes['maildrop'])
        self.assertEqual('0o710', modes['public'])
        self.assertEqual('0o755', modes['pid'])
        self.assertEqual(0o700, os.stat(f'{self.home}/data').st_mode & 0o7777)

    def test_the_first_client_starts_a_process_in_the_queue_directory(self):
        self.start('PORT inet n - n - - echo')
        self.assertEqual(set(), self.children())
        pid, line = self.talk(self.connect())
        self.assertEqual({pid}, self.children())
        self.assertIn("'-L', '-n', '-s', '-t', '-u'", line)
        self.assertIn(f'{self.home}/queue {self.home}/etc', line)

    def test_one_process_serves_all_while_it_has_room(self):
        self.start('PORT inet n - n - - echo')
        pids = {self.talk(self.connect())[0] for _ in range(50)}
        self.assertEqual(1, len(pids))

    def test_maxproc_bounds_the_sessions(self):
        self.start('PORT inet n - n - 2 echo')
        clients = [self.connect() for _ in range(3)]
        self.talk(clients[0]), self.talk(clients[1])
        clients[2].settimeout(0.5)
        self.assertRaises(TimeoutError, clients[2].recv, 1)
        self.wait_log(r'warning: service "\d+" \(127\.0\.0\.1:\d+\) has reached its process limit "2"')
        clients[0].close()
        clients[2].settimeout(PATIENCE)
        self.talk(clients[2])

    def test_the_log_says_that_master_has_started(self):
        self.start()
        self.wait_log(rf'postfix/master\[\d+\]: daemon started -- version 3\.12\.0, '
                      rf'configuration {self.home}/etc')

    def test_the_pid_file_is_locked_and_names_master(self):
        self.start()
        with open(f'{self.home}/queue/pid/master.pid') as file:
            self.assertRaises(BlockingIOError, fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with open(f'{self.home}/data/master.lock') as file:
            self.assertRaises(BlockingIOError, fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_a_second_start_is_refused(self):
        self.start()
        self.postfix('start', status=1)
        self.wait_log('fatal: the Postfix mail system is already running')
        pid = self.master()
        second = subprocess.run([f'{self.home}/libexec/master', '-c', f'{self.home}/etc', '-w'],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        self.assertEqual(1, second.returncode)
        self.assertEqual(pid, self.master())
        self.wait_log(r'fatal: open lock file \S+/pid/master.pid: unable to set exclusive lock')

    def test_a_bad_master_cf_prevents_the_start_before_anything_is_touched(self):
        self.services('PORT inet n - maybe - - echo')
        self.postfix('start', status=1)
        self.wait_log('master.cf, line 2: invalid chroot field "maybe"')
        self.assertFalse(os.path.exists(f'{self.home}/queue'))

    def test_a_bad_main_cf_prevents_the_start_before_anything_is_touched(self):
        self.services()
        self.main(queue_run_delay='soon')
        done = self.postfix('start', status=1)
        self.assertRegex(done.stderr, r'fatal: \S+/main.cf, line \d+: parameter queue_run_delay: ')
        self.assertFalse(os.path.exists(f'{self.home}/queue'))

    def test_an_address_in_use_is_named(self):
        with socket.create_server(('127.0.0.1', self.port)):
            self.services('PORT inet n - n - - echo')
            self.postfix('start', status=1)
        self.wait_log(f'fatal: 127.0.0.1:{self.port}: bind: Address already in use')

    # -- processes that fail -------------------------------------------------------------------

    def test_a_daemon_that_dies_at_once_is_throttled(self):
        self.start('PORT inet n - n - - echo dies')
        began = time.monotonic()
        self.connect()
        self.wait_log(r'warning: process \S+/libexec/echo pid \d+ exit status 1')
        self.wait_log(r'warning: \S+/libexec/echo: bad command startup -- throttling')
        until(lambda: self.log().count('exit status 1') > 1, 'another try')
        self.assertGreater(time.monotonic() - began, 0.5)

    def test_a_daemon_that_crashes_is_reported_and_replaced_at_once(self):
        self.start('PORT inet n - n - - echo crashes')
        for count in (1, 2):
            self.connect()
            until(lambda: self.log().count('killed by signal 11') == count, f'crash {count}')
        self.assertNotIn('throttling', self.log())

    def test_a_killed_process_is_replaced(self):
        self.start('PORT inet n - n - - echo')
        first, _ = self.talk(self.connect())
        os.kill(first, signal.SIGKILL)
        second, _ = self.talk(self.connect())
        self.assertNotEqual(first, second)
        self.wait_log(rf'process \S+/echo pid {first} killed by signal 9')

    def test_a_program_that_is_missing_is_named(self):
        self.start('PORT inet n - n - - nosuch')
        self.connect()
        self.wait_log(r'warning: \S+/libexec/nosuch: No such file or directory')

    # -- wake-ups ------------------------------------------------------------------------------

    def started(self, service, before=()):
        """The processes of a service once it has others than before."""
        return until(lambda: self.children(service) - set(before), lambda: f'{service} is started\n{self.log()}')

    def replaced(self, service):
        """Kills the processes of a service; those that are started after them."""
        before = self.started(service)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        return self.started(service, before)

    def test_a_wake_up_with_a_question_mark_is_for_a_service_that_is_used(self):
        os.symlink(f'{PREFIX}/libexec/postfix/discard', f'{self.home}/libexec/discard')
        self.start('modest unix - - n 1? - discard', 'eager unix - - n 1 - discard')
        self.replaced('eager')                  # twice woken by now
        self.assertEqual(set(), self.children('modest'))
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f'{self.home}/queue/private/modest')
            self.started('modest')
        self.replaced('modest')
        self.reload()
        self.replaced('modest')

    # -- reload --------------------------------------------------------------------------------

    def reload(self):
        count = self.log().count('reload -- ')
        self.postfix('reload')
        until(lambda: self.log().count('reload -- ') > count, 'master reloads')

    def test_reload_keeps_sessions_and_gives_new_ones_to_a_new_process(self):
        self.start('PORT inet n - n - - echo')
        old = self.connect()
        first, _ = self.talk(old)
        self.reload()
        second, _ = self.talk(self.connect())
        self.assertNotEqual(first, second)
        self.assertTrue(is_alive(first))
        old.close()
        until(lambda: not is_alive(first), 'the old process leaves after its last session')

    def test_sessions_of_retired_processes_count_against_maxproc(self):
        self.start('PORT inet n - n - 2 echo')
        old = self.connect()
        self.talk(old)
        self.reload()
        self.talk(self.connect())
        waiting = self.connect()
        waiting.settimeout(0.5)
        self.assertRaises(TimeoutError, waiting.recv, 1)
        old.close()
        waiting.settimeout(PATIENCE)
        self.talk(waiting)

    def test_reload_opens_and_closes_sockets(self):
        self.start('PORT inet n - n - - echo', 'gone unix - - n - - echo')
        other = free_port()
        self.services(f'{other} inet n - n - - echo', 'fresh unix - - n - - echo')
        self.reload()
        self.talk(self.connect(other))
        until(self.is_refused, 'clients are refused')
        self.assertEqual(['fresh'], os.listdir(f'{self.home}/queue/private'))

    def test_reload_listens_where_inet_interfaces_says(self):
        """Debian's Postfix has to be stopped for it."""
        self.start('PORT inet n - n - - echo')
        self.talk(self.connect())
        self.main(inet_interfaces='127.0.0.2')
        self.reload()
        with socket.create_connection(('127.0.0.2', self.port), timeout=PATIENCE) as client:
            self.talk(client)
        until(self.is_refused, 'clients are refused')

    def test_reload_gives_a_service_another_limit(self):
        self.start('PORT inet n - n - 1 echo')
        first = self.connect()
        self.talk(first)
        waiting = self.connect()
        self.services('PORT inet n - n - 2 echo')
        self.reload()
        self.talk(waiting)
        third = self.connect()
        third.settimeout(0.5)
        self.assertRaises(TimeoutError, third.recv, 1)
        first.close()
        third.settimeout(PATIENCE)
        self.talk(third)

    def test_nobody_is_refused_during_reloads(self):
        self.start('PORT inet n - n - - echo')
        for _ in range(10):
            pid = self.master()
            os.kill(pid, signal.SIGHUP)
            for _ in range(5):
                with self.connect() as client:
                    self.talk(client)

    def test_a_bad_file_leaves_all_as_it_is(self):
        self.start('PORT inet n - n - - echo')
        first, _ = self.talk(self.connect())
        self.services('PORT inet n')
        self.postfix('reload', status=1)
        os.kill(self.master(), signal.SIGHUP)
        self.wait_log('error: not reloaded, the old configuration stays: .*master.cf, line 2')
        self.assertEqual(first, self.talk(self.connect())[0])

    # -- stopping ------------------------------------------------------------------------------

    def test_stop_ends_all_and_loses_no_line(self):
        self.start('PORT inet n - n - - echo')
        pid = self.master()
        with self.connect() as client:
            child, _ = self.talk(client)
        self.postfix('stop')
        self.assertFalse(is_alive(pid))
        until(lambda: not is_alive(child), 'the child ends')
        self.wait_log('postfix-script.*: stopping the Postfix mail system')
        self.wait_log('master.*: terminating on signal 15')
        self.postfix('status', status=1)

    def test_a_session_goes_on_after_stop(self):
        self.start('PORT inet n - n - - echo')
        client = self.connect()
        child, _ = self.talk(client)
        self.postfix('stop')
        self.assertTrue(is_alive(child))
        until(self.is_refused, 'clients are refused')
        client.close()
        until(lambda: not is_alive(child), 'the child ends after its session')

    def test_abort_kills_all(self):
        self.start('PORT inet n - n - - echo')
        child, _ = self.talk(self.connect())
        self.postfix('abort')
        until(lambda: not is_alive(child), 'the child is killed')
        self.wait_log('aborting the Postfix mail system')

    def test_status_says_who_runs(self):
        self.services()
        self.postfix('status', status=1)
        self.wait_log('the Postfix mail system is not running')
        self.postfix('start')
        self.postfix('status')
        self.wait_log(f'the Postfix mail system is running: PID: {self.master()}')

    def test_what_needs_a_running_system_says_that_there_is_none(self):
        self.services()
        for command in ('stop', 'abort', 'reload'):
            self.postfix(command, status=1)
        until(lambda: self.log().count('fatal: the Postfix mail system is not running') == 3, self.log)

    def test_an_unknown_command_is_named(self):
        self.services()
        self.postfix('frob', status=1)
        self.wait_log(r"fatal: unknown command: 'frob'\. Usage: postfix start \(or stop")

    # -- further -------------------------------------------------------------------------------

    def test_systemd_hears_when_all_is_ready(self):
        path = f'{self.home}/notify'
        self.services()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(PATIENCE)
            subprocess.run([f'{PREFIX}/sbin/postfix', '-c', f'{self.home}/etc', 'start'], check=True,
                           env={**os.environ, 'NOTIFY_SOCKET': path, 'WATCHDOG_USEC': '200000'},
                           stdin=subprocess.DEVNULL, capture_output=True)
            self.assertEqual(f'READY=1\nMAINPID={self.master()}', manager.recv(200).decode())
            self.assertEqual(b'WATCHDOG=1', manager.recv(200))
            self.assertEqual(b'WATCHDOG=1', manager.recv(200))

    def test_systemd_hears_of_reload_and_stop(self):
        path = f'{self.home}/notify'
        self.services()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(PATIENCE)
            subprocess.run([f'{PREFIX}/sbin/postfix', '-c', f'{self.home}/etc', 'start'], check=True,
                           env={**os.environ, 'NOTIFY_SOCKET': path}, stdin=subprocess.DEVNULL, capture_output=True)
            self.assertTrue(manager.recv(200).startswith(b'READY=1'))
            self.postfix('reload')
            self.assertTrue(manager.recv(200).startswith(b'RELOADING=1'))
            self.assertTrue(manager.recv(200).startswith(b'READY=1'))
            self.postfix('stop')
            self.assertTrue(manager.recv(200).startswith(b'STOPPING=1'))

    def test_a_debugger_runs_on_master_and_on_the_daemons_that_ask_for_it(self):
        self.main(debugger_command=f'echo $process_name $process_id >> {self.home}/log/debugged; sleep 0.1')
        self.services()
        os.symlink(f'{PREFIX}/libexec/postfix/discard', f'{self.home}/libexec/discard')
        self.start('watched unix - - n - - discard -D')
        path = f'{self.home}/log/debugged'
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f'{self.home}/queue/private/watched')
            until(lambda: os.path.exists(path) and open(path).read(), self.log)
        self.assertRegex(open(path).read(), r'^discard \d+\n$')
        self.postfix('stop')
        self.postfix('-D', 'start')
        pid = self.master()
        until(lambda: {f'master {pid}', 'postlogd'} <= {line if line.startswith('master') else line.split()[0]
                                                       for line in open(path).read().splitlines()}, self.log)

    def test_start_fg_stays_and_ends_with_its_signal(self):
        self.services('PORT inet n - n - - echo')
        with subprocess.Popen([f'{PREFIX}/sbin/postfix', '-c', f'{self.home}/etc', 'start-fg'],
                              stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            until(self.master, 'master runs')
            self.assertEqual(process.pid, self.master())
            process.send_signal(signal.SIGTERM)
            self.assertEqual(0, process.wait(PATIENCE))

    def test_the_lifetime_ends_master(self):
        self.services()
        self.postfix('check')
        subprocess.run([f'{self.home}/libexec/master', '-c', f'{self.home}/etc', '-w', '-e', '1'],
                       check=True, stdin=subprocess.DEVNULL, timeout=120)
        self.wait_log('daemon started')
        until(lambda: not self.master(), 'master ends')

    def test_check_reports_what_has_no_effect(self):
        self.services('PORT inet n - n - - echo')
        self.main(smtpd_recipient_restriction='permit')
        self.postfix('check')
        self.wait_log(r'main.cf, line \d+: unused parameter: smtpd_recipient_restriction=permit; did you mean '
                      r'"smtpd_recipient_restrictions"\?')

    def test_upgrade_adds_missing_services(self):
        self.services('pickup unix n - n 60 1 pickup')
        self.postfix('upgrade-configuration', 'delay_warning_time=4h')
        with open(f'{self.home}/etc/master.cf') as file:
            names = [line.split()[0] for line in file]
        self.assertIn('qmgr', names)
        self.assertEqual(1, names.count('pickup'))
        with open(f'{self.home}/etc/main.cf') as file:
            self.assertIn('delay_warning_time = 4h', file.read())

    def test_logrotate_begins_a_new_file(self):
        self.start()
        self.wait_log('daemon started')
        self.postfix('logrotate')
        self.postfix('status')
        self.wait_log('is running')
        self.assertNotIn('daemon started', self.log())
        self.assertEqual(1, sum(name.endswith('.gz') for name in os.listdir(f'{self.home}/log')))


if __name__ == '__main__':
    unittest.main()
