"""A whole mail system below one temporary folder, on 127.0.0.1, run by Postern or by Debian's Postfix.

POSTERN_PREFIX is the installation, DEBIAN_POSTFIX the folder with Debian's unpacked packages. Both
use the same configuration and the same spool, so that one can go on where the other stopped.

Mail is numbered: n7@box.test goes to a Maildir (virtual), n7@file.test to an mbox (local),
n7@net.test to an SMTP server of the test (smtp). What arrives is counted by its Subject.
"""
import collections
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import smtplib
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time

PREFIX = os.environ.get('POSTERN_PREFIX', '')
DEBIAN = os.environ.get('DEBIAN_POSTFIX', '')
WITH_POSTFIX = str(pathlib.Path(__file__).resolve().parent.parent / 'with_postfix')
IS_ROOT = os.geteuid() == 0
HAS_DEBIAN = IS_ROOT and os.path.exists(f'{DEBIAN}/usr/sbin/postconf')   # it runs in a mount namespace
DOMAINS = ('box.test', 'file.test', 'net.test')
OURS, THEIRS = 'ours', 'theirs'
LOGS = ('defer', 'bounce', 'trace', 'flush')
NOBODY = 65534
IP_BIND_ADDRESS_NO_PORT = 24
# Seconds, for what takes a fraction of one where the machine has nothing else to do.
PATIENCE = 60

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 3 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def until(probe, what, timeout=PATIENCE):
    deadline = time.monotonic() + timeout
    while not (value := probe()):
        if time.monotonic() > deadline:
            raise AssertionError(f'not within {timeout} s: {what() if callable(what) else what}')
        time.sleep(0.02)
    return value


PORTS = random.sample(range(12000, 32000), 1000)       # below those that clients are given


def free_port():
    """Nobody else takes it before it is used."""
    while True:
        port = PORTS.pop()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(('127.0.0.1', port))
            return port


def is_alive(pid):
    with contextlib.suppress(OSError):
        with open(f'/proc/{pid}/stat') as stat:
            return stat.read().rpartition(')')[2].split()[0] != 'Z'
    return False


class Sink(socketserver.ThreadingTCPServer):
    """An SMTP server that keeps the numbers of what it takes."""
    allow_reuse_address = daemon_threads = True
    request_queue_size = 1000       # what the kernel does not queue looks connected, and hears nothing

    def __init__(self):
        super().__init__(('127.0.0.1', 0), SinkSession)
        self.port = self.server_address[1]
        self.received = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass        # a client that was killed


class SinkSession(socketserver.StreamRequestHandler):
    def handle(self):
        self.say('220 sink ESMTP')
        while line := self.rfile.readline():
            verb = line.split(None, 1)[0].upper() if line.strip() else b''
            if verb == b'DATA':
                self.say('354 go on')
                if not self.message():
                    return
            elif verb == b'EHLO':
                self.say('250-sink\r\n250 PIPELINING')
            else:
                self.say('221 bye' if verb == b'QUIT' else '250 ok')
            if verb == b'QUIT':
                return

    def message(self):
        number = None
        while line := self.rfile.readline():
            if line == b'.\r\n':
                self.server.received.append(number)
                self.say('250 taken')
                return True
            if number is None and (found := re.match(rb'Subject: (\d+)\r\n', line)):
                number = int(found[1])
        return False

    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')
        self.wfile.flush()


def reset(connection):
    """Ends a connection by RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    os.close(connection.detach())       # even while a file stands for it


class Conversation:
    """An SMTP client that speaks byte by byte, from an address of its own."""

    def __init__(self, port, address='127.0.0.1', timeout=PATIENCE):
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if address != '127.0.0.1':
            # The port is chosen when it connects: one may serve for several servers.
            self.socket.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            self.socket.bind((address, 0))
        self.socket.connect(('127.0.0.1', port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def write(self, data):
        self.socket.sendall(data)

    def receive(self):
        """What comes next, b'' at the end."""
        with contextlib.suppress(ConnectionError):
            return self.socket.recv(65536)
        return b''

    def some(self):
        return self.receive().decode()

    def reply(self):
        """A whole reply, and no more of them where none is asked for; '' at the end."""
        lines = b''
        while not re.search(rb'(^|\n)\d\d\d( [^\n]*)?\r\n$', lines):
            if not (more := self.receive()):
                break
            lines += more
        return lines.decode()

    def ask(self, *commands):
        """Each after the reply to the one before; the last reply."""
        answer = ''
        for command in commands:
            self.write(command if isinstance(command, bytes) else command.encode() + b'\r\n')
            answer = self.reply()
        return answer

    def end_of_input(self):
        """FIN: nothing more will be said, but what is answered is still read."""
        self.socket.shutdown(socket.SHUT_WR)


class Instance:
    """Everything of one instance; `test` is the TestCase whose end it ends with."""

    def __init__(self, test, home=None, master=MASTER, **main):
        self.test = test
        if not IS_ROOT:
            test.skipTest('needs root: its daemons become other users')
        self.home = home or tempfile.mkdtemp(prefix='postern-e2e-')
        if not home:
            test.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        os.chmod(self.home, 0o755)
        self.etc, self.queue, self.mail = (f'{self.home}/{part}' for part in ('etc', 'queue', 'mail'))
        for folder in (self.etc, f'{self.home}/log', self.mail, self.queue):
            os.makedirs(folder, exist_ok=True)
        os.chown(self.mail, NOBODY, NOBODY)
        self.port, self.sink, self.system = free_port(), Sink(), OURS
        test.addCleanup(self.sink.server_close)
        test.addCleanup(self.sink.shutdown)
        self.settings = {
            'compatibility_level': '3.6', 'myhostname': 'mx.test', 'inet_interfaces': '127.0.0.1',
            'inet_protocols': 'ipv4', 'mynetworks': '127.0.0.0/8', 'mydestination': 'file.test',
            'queue_directory': self.queue, 'data_directory': f'{self.home}/data',
            'maillog_file': f'{self.home}/log/mail.log', 'maillog_file_prefixes': self.home,
            'alias_maps': f'regexp:{self.etc}/aliases', 'alias_database': '',
            'local_recipient_maps': '', 'recipient_delimiter': '',
            'virtual_mailbox_domains': 'box.test', 'virtual_mailbox_base': self.mail,
            'virtual_mailbox_maps': 'static:box/',
            'virtual_uid_maps': f'static:{NOBODY}', 'virtual_gid_maps': f'static:{NOBODY}',
            'transport_maps': f'inline:{{net.test=smtp:[127.0.0.1]:{self.sink.port}}}',
            'smtp_tls_security_level': 'none', 'notify_classes': '', 'biff': 'no',
            'queue_run_delay': '1s', 'minimal_backoff_time': '1s', 'maximal_backoff_time': '2s',
            'transport_retry_time': '1s', 'service_throttle_time': '1s',
            # A dotlock of before the fault is in the way until it is old enough.
            'stale_lock_time': '2s',
            'in_flow_delay': '0', 'smtpd_client_connection_count_limit': '0', **main}
        self.write('aliases', f'/^n[0-9]+$/ {self.mail}/file\n')
        self.write('master.cf', master.format(port=self.port))
        self.configure(OURS)
        test.addCleanup(self.end)

    def write(self, name, text):
        path = f'{self.etc}/{name}'
        pathlib.Path(path).write_text(text)
        old = time.time() - 1000            # commands wait while a file is seconds young
        os.utime(path, (old, old))
        return path

    def configure(self, system=None, **main):
        """Chooses one of the two systems; writes main.cf with the settings that change."""
        self.system = system or self.system
        self.settings.update(main)
        self.write('main.cf', ''.join(f'{name} = {value}\n' for name, value in self.settings.items()))

    # -- commands ----------------------------------------------------------------------------------

    def command(self, name, *words, input='', status=0, system=None, **more):
        """Runs a command of the system that is configured; its standard output."""
        system = system or self.system
        program = [f'{PREFIX}/sbin/{name}'] if system == OURS else [WITH_POSTFIX, DEBIAN, f'/usr/sbin/{name}']
        done = subprocess.run([*program, *words], input=input, capture_output=True, text=True, timeout=120,
                              env={**os.environ, 'MAIL_CONFIG': self.etc}, **more)
        if status is not None:
            self.test.assertEqual(status, done.returncode,
                                  f'{name} {words}: {done.stdout}{done.stderr}\n{self.log()[-3000:]}')
        return done.stdout if status is not None else done

    def start(self, system=None):
        if system and system != self.system:
            self.configure(system)
        self.command('postfix', 'start')
        until(self.greets, lambda: f'a greeting\n{self.log()[-3000:]}')

    def stop(self):
        self.command('postfix', 'stop')
        self.wait_for_end()

    def reload(self, **main):
        """Until nobody works by the old files any more. Nobody may be connected meanwhile: the process
        that serves him stays.
        """
        self.configure(**main)
        old = self.children()
        before = self.log().count(': reload -- ')
        self.command('postfix', 'reload')
        until(lambda: self.log().count(': reload -- ') > before, self.log)
        until(lambda: not any(map(is_alive, old)), lambda: f'{[*map(self.name_of, old)]} end')

    def end(self):
        if pid := self.master():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
            until(lambda: not is_alive(pid), 'master ends')
        for pid in self.children():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(AssertionError):
            until(lambda: not self.children(), 'the daemons end', 10)

    def wait_for_end(self):
        until(lambda: not self.master() and not self.children(), lambda: f'{self.names()} end')

    def greets(self):
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtplib.SMTP('127.0.0.1', self.port, timeout=10).quit()
            return True
        return False

    # -- processes ---------------------------------------------------------------------------------

    def master(self):
        with contextlib.suppress(OSError, ValueError):
            pid = int(pathlib.Path(f'{self.queue}/pid/master.pid').read_text())
            # The number may be that of another process by now, or of one in another namespace.
            is_ours = os.readlink(f'/proc/{pid}/cwd') == self.queue
            return pid if is_ours and is_alive(pid) else 0
        return 0

    def children(self, name=''):
        """The daemons: the processes whose working directory is the queue."""
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(OSError):
                if os.readlink(f'/proc/{pid}/cwd') == self.queue and is_alive(pid) and int(pid) != os.getpid():
                    program = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().split(b'\0')[0].decode()
                    if os.path.basename(program) == name or not name:
                        found.append(int(pid))
        return [pid for pid in found if pid != self.master()]

    def pss(self):
        """Bytes of memory of master and all daemons; what they share is counted once. Pages of files are
        left out: their part grows when programs of another test end that had mapped them as well.
        """
        total = 0
        for pid in [self.master(), *self.children()]:
            with contextlib.suppress(OSError):      # it has ended
                parts = pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text()
                total += sum(map(int, re.findall(r'^Pss_(?:Anon|Shmem): +(\d+)', parts, re.M)))
        return total * 1024

    def names(self):
        return {*map(self.name_of, self.children())} - {''}

    @staticmethod
    def name_of(pid):
        """'' once it has ended."""
        with contextlib.suppress(OSError):
            return pathlib.Path(f'/proc/{pid}/comm').read_text().strip()
        return ''

    # -- clients -----------------------------------------------------------------------------------

    def conversation(self, address='127.0.0.1', timeout=PATIENCE):
        """With a client that has connected, and ends with the test."""
        client = Conversation(self.port, address, timeout)
        self.test.addCleanup(client.socket.close)
        return client

    # -- mail --------------------------------------------------------------------------------------

    def smtp(self, timeout=PATIENCE):
        return smtplib.SMTP('127.0.0.1', self.port, timeout=timeout, local_hostname='client.test')

    def send(self, *numbers, domain='box.test', size=100):
        with self.smtp() as client:
            for number in numbers:
                client.sendmail('sender@client.test', [f'n{number}@{domain}'], message(number, size))

    def submit(self, number, domain='box.test', system=None):
        self.command('sendmail', '-f', 'sender@client.test', f'n{number}@{domain}',
                     input=message(number).replace('\r\n', '\n'), system=system)

    def delivered(self):
        """How often each number has arrived, wherever that is."""
        arrived = collections.Counter(self.sink.received)
        for folder in ('new', 'cur'):
            with contextlib.suppress(FileNotFoundError):
                for name in os.listdir(f'{self.mail}/box/{folder}'):
                    arrived.update(numbers_in(f'{self.mail}/box/{folder}/{name}'))
        for name in ('file', 'piped'):
            arrived.update(numbers_in(f'{self.mail}/{name}'))
        return arrived

    def queued(self, *queues):
        """The names of the files in these queues, or in all in which messages are under way."""
        names = []
        for queue in queues or ('maildrop', 'incoming', 'active', 'deferred'):
            for folder, _, files in os.walk(f'{self.queue}/{queue}'):
                # Without the owner's x a file is not complete, and does not count.
                names += [f'{queue}/{name}' for name in files
                          if queue in LOGS or mode_of(f'{folder}/{name}') & 0o100]
        return names

    def drain(self, timeout=120):
        """Until no message is under way."""
        self.command('postqueue', '-f')
        until(self.is_empty, lambda: f'{self.queued()[:20]} in the queue\n{self.log()[-4000:]}', timeout)

    def is_empty(self):
        """What changes queues while the first look goes from one to the next, the second one sees."""
        return not self.queued() and not self.queued()

    def log(self):
        with contextlib.suppress(OSError):
            return pathlib.Path(f'{self.home}/log/mail.log').read_text(errors='replace')
        return ''

    def wait_log(self, pattern, timeout=PATIENCE):
        return until(lambda: re.search(pattern, self.log()),
                     lambda: f'the log has /{pattern}/:\n{self.log()[-4000:]}', timeout)


def mode_of(path):
    with contextlib.suppress(FileNotFoundError):
        return os.stat(path, follow_symlinks=False).st_mode
    return 0


def message(number, size=100):
    return (f'From: <sender@client.test>\r\nTo: <n{number}@box.test>\r\nSubject: {number}\r\n\r\n'
            + 'x' * 70 + '\r\n' + ('y' * 70 + '\r\n') * (size // 72))


def numbers_in(path):
    with contextlib.suppress(FileNotFoundError):
        return numbers_in_text(pathlib.Path(path).read_text(errors='replace'))
    return []


def numbers_in_text(text):
    return [int(number) for number in re.findall(r'^Subject: (\d+)\r?$', text, re.M)]
