"""postscreen(8) before smtpd(8), as POSTSCREEN_README describes it; with a whole instance.

POSTERN_PREFIX is the installation.
"""
import contextlib
import os
import re
import signal
import ssl
import subprocess
import threading
import time
import unittest

from instance import MASTER, OURS, Instance, until

SCREENED = MASTER.replace('127.0.0.1:{port} inet n - n - - smtpd\n',
                          '127.0.0.1:{port} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n'
                          'dnsblog unix - - n - 0 dnsblog\ntlsproxy unix - - n - 0 tlsproxy\n')
EHLO, MAIL, RCPT, QUIT = (b'EHLO client.test\r\n', b'MAIL FROM:<a@b.test>\r\n', b'RCPT TO:<n1@box.test>\r\n', b'QUIT\r\n')
KNOWN, GOOD, BAD, DENIED = '127.0.0.1', '127.0.0.7', '127.0.0.8', '127.0.0.9'
LONG = '8s'         # who is to speak too early does so, whatever else the machine has to do


class Postscreen(unittest.TestCase):
    def instance(self, **main):
        it = Instance(self, master=SCREENED, **{
            'mynetworks': '127.0.0.1/32', 'smtpd_peername_lookup': 'no', 'postscreen_greet_wait': '2s',
            'smtpd_relay_restrictions': 'permit, reject', 'postscreen_access_list':
            f'permit_mynetworks, inline:{{{DENIED}=reject}}', **main})
        it.start(OURS)
        return it

    def lines(self, it, address):
        """What the log says of a client, without its ports."""
        found = re.findall(r'postscreen\[\d+\]: (.*)', it.log())
        return [re.sub(r'\]:\d+', ']', re.sub(r'after [\d.]+', 'after T', line)) for line in found
                if f'[{address}]' in line]

    def test_known_clients_pass_at_once_and_their_mail_arrives(self):
        it = self.instance()
        it.send(1, 2)
        it.drain()
        self.assertEqual({1: 1, 2: 1}, dict(it.delivered()))
        until(lambda: f'ALLOWLISTED [{KNOWN}]' in self.lines(it, KNOWN), it.log)

    def test_a_new_client_waits_once_and_is_known_then(self):
        it = self.instance()
        began = time.monotonic()
        client = it.conversation(GOOD)
        self.assertEqual('220-mx.test ESMTP Postfix\r\n220 mx.test ESMTP Postfix\r\n', client.reply())
        self.assertGreater(time.monotonic() - began, 0.9)
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))
        self.assertEqual('220 mx.test ESMTP Postfix\r\n', it.conversation(GOOD).reply())
        for line in (f'PASS NEW [{GOOD}]', f'PASS OLD [{GOOD}]'):
            until(lambda: line in self.lines(it, GOOD), it.log)
        it.wait_log(rf'smtpd\[\d+\]: connect from unknown\[{GOOD}\]')

    def test_who_speaks_too_early_is_refused_with_its_mail_in_the_log(self):
        it = self.instance(postscreen_greet_action='enforce', postscreen_greet_wait=LONG)
        client = it.conversation(BAD)
        self.assertEqual('220-mx.test ESMTP Postfix\r\n', client.some())
        told = client.ask(EHLO)
        while '250 ' not in told:
            told += client.some()
        self.assertNotIn('220', told)   # it has overtaken the greeting
        self.assertIn('250 2.1.0 Ok\r\n', client.ask(MAIL))
        self.assertEqual('550 5.5.1 Protocol error\r\n', client.ask(RCPT))
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))
        until(lambda: f'DISCONNECT [{BAD}]' in self.lines(it, BAD), 'the end is logged')
        self.assertEqual([f'PREGREET 18 after T from [{BAD}]: EHLO client.test\\r\\n',
                          f'NOQUEUE: reject: RCPT from [{BAD}]: 550 5.5.1 Protocol error; from=<a@b.test>, '
                          'to=<n1@box.test>, proto=ESMTP, helo=<client.test>', f'DISCONNECT [{BAD}]'],
                         self.lines(it, BAD)[1:])

    def test_what_was_said_too_early_reaches_smtpd_when_that_is_ignored(self):
        it = self.instance(postscreen_greet_wait=LONG)
        client = it.conversation(BAD)
        client.some()
        self.assertIn('250-PIPELINING', self.too_early(client))

    def too_early(self, client):
        """What is answered to EHLO, after the rest of the greeting."""
        told = client.ask(EHLO)
        while '250 ' not in told:
            told += client.some()
        return told

    def test_denied_clients_are_dropped(self):
        it = self.instance(postscreen_denylist_action='drop')
        self.assertEqual('521 5.3.2 Service currently unavailable\r\n', it.conversation(DENIED).reply())
        until(lambda: len(self.lines(it, DENIED)) == 3, 'the end is logged')
        self.assertEqual([f'DENYLISTED [{DENIED}]', f'DISCONNECT [{DENIED}]'], self.lines(it, DENIED)[1:])

    def test_a_good_client_of_the_deep_tests_is_to_come_again(self):
        it = self.instance(postscreen_pipelining_enable='yes', postscreen_bare_newline_enable='yes',
                           postscreen_non_smtp_command_enable='yes', postscreen_bare_newline_action='enforce')
        client = it.conversation(GOOD)
        client.reply()
        self.assertNotIn('PIPELINING', client.ask(EHLO))
        client.ask(MAIL)
        self.assertEqual('450 4.3.2 Service currently unavailable\r\n', client.ask(RCPT))
        client.ask(QUIT)
        it.wait_log('PASS NEW')
        self.assertIn('PIPELINING', self.after_greeting(it.conversation(GOOD)))
        for address, command, line in ((BAD, b'EHLO a\n', 'BARE NEWLINE from [127.0.0.8] after EHLO a'),
                                       ('127.0.0.10', EHLO + MAIL, 'COMMAND PIPELINING from [127.0.0.10] after T: '
                                        'MAIL FROM:<a@b.test>\\r\\n'),
                                       ('127.0.0.11', b'CONNECT x:25\r\n',
                                        'NON-SMTP COMMAND from [127.0.0.11] after CONNECT: CONNECT x:25')):
            client = it.conversation(address)
            client.reply()
            client.ask(command)
            until(lambda: any(line.replace('after T', 'after EHLO') == told for told in self.lines(it, address)),
                  lambda: f'{line}: {self.lines(it, address)}')

    def after_greeting(self, client):
        client.reply()
        return client.ask(EHLO)

    def test_no_client_has_too_many_connections(self):
        it = self.instance(postscreen_client_connection_count_limit='2')
        kept = [it.conversation(BAD), it.conversation(BAD)]
        for client in kept:
            client.some()
        self.assertEqual('421 4.7.0 Error: too many connections\r\n', it.conversation(BAD).reply())
        self.assertIn('220-', it.conversation(GOOD).some())

    def test_the_proxy_names_the_client(self):
        it = self.instance_behind_proxy()
        client = it.conversation(KNOWN)
        client.write(b'PROXY TCP4 203.0.113.5 192.0.2.1 4711 25\r\n')
        self.assertEqual('220 mx.test ESMTP Postfix\r\n', client.reply())
        client.ask(QUIT)
        it.wait_log(r'connect from unknown\[203.0.113.5\]')
        for header in (b'PROXY TCP4 203.0.113.5\r\n', b'EHLO x\r\n', b'\r\n\r\n\0\r\nQUIT\n\x31\x11\x00\x00'):
            client = it.conversation(KNOWN)
            client.write(header)
            self.assertIn(client.reply(), ('421 4.3.2 No system resources\r\n', ''))

    def instance_behind_proxy(self):
        it = Instance(self, master=SCREENED, mynetworks='203.0.113.0/24', smtpd_peername_lookup='no',
                      postscreen_upstream_proxy_protocol='haproxy', postscreen_upstream_proxy_timeout='2s')
        it.greets = lambda: it.master()
        it.start(OURS)
        return it


def chain(folder, name):
    """A chain file with a key and a certificate of that name."""
    path = f'{folder}/{name}.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
                    '-subj', f'/CN={name}', '-keyout', path + '.key', '-out', path + '.crt', '-days', '30'],
                   check=True, capture_output=True)
    with open(path, 'w') as both:
        both.write(open(path + '.key').read() + open(path + '.crt').read())
    return path


def subject(secure):
    """The common name in the certificate of the other side."""
    text = subprocess.run(['openssl', 'x509', '-inform', 'DER', '-noout', '-subject'],
                          input=secure.getpeercert(True), capture_output=True, check=True).stdout.decode()
    return text.rpartition('=')[2].strip()


class Encrypted(unittest.TestCase):
    """STARTTLS with postscreen, which tlsproxy speaks."""

    def instance(self, **main):
        return Instance(self, master=SCREENED, mynetworks='127.0.0.1/32', smtpd_peername_lookup='no',
                        postscreen_greet_wait='2s', postscreen_pipelining_enable='yes',
                        smtpd_tls_security_level='may', smtpd_tls_loglevel='1', **main)

    def begin(self, it, address=GOOD):
        client = it.conversation(address)
        while '220 ' not in client.some():
            pass
        self.assertIn('250-STARTTLS\r\n', client.ask(EHLO))
        return client

    def encrypt(self, client):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client.socket = context.wrap_socket(client.socket, server_hostname='mx.test')
        return client.socket

    def test_a_client_speaks_tls_and_passes_the_deep_tests(self):
        it = self.instance()
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        client = self.begin(it)
        self.assertEqual('220 2.0.0 Ready to start TLS\r\n', client.ask(b'STARTTLS\r\n'))
        self.assertEqual('mx.test', subject(self.encrypt(client)))
        self.assertEqual('503 5.5.1 Error: need MAIL command\r\n', client.ask(RCPT))
        told = client.ask(EHLO)
        self.assertIn('250-mx.test\r\n', told)
        self.assertNotIn('STARTTLS', told)
        self.assertEqual('554 5.5.1 Error: TLS already active\r\n', client.ask(b'STARTTLS\r\n'))
        self.assertEqual('250 2.1.0 Ok\r\n', client.ask(MAIL))
        self.assertEqual('450 4.3.2 Service currently unavailable\r\n', client.ask(RCPT))
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))
        it.wait_log(rf'PASS NEW \[{GOOD}\]')
        it.wait_log(rf'tlsproxy\[\d+\]: Anonymous TLS connection established from \[{GOOD}\]:\d+: TLSv1.3')

    def test_the_certificate_is_that_of_postscreen_or_of_tlsproxy(self):
        it = self.instance()
        it.configure(smtpd_tls_chain_files=chain(it.home, 'smtpd.test'),
                     tlsproxy_tls_chain_files=chain(it.home, 'proxy.test'))
        it.start(OURS)
        client = self.begin(it)
        client.ask(b'STARTTLS\r\n')
        self.assertEqual('proxy.test', subject(self.encrypt(client)))
        client.socket.close()
        it.reload(postscreen_tls_chain_files=chain(it.home, 'screen.test'), postscreen_tls_protocols='<=TLSv1.2')
        client = self.begin(it, BAD)
        client.ask(b'STARTTLS\r\n')
        secure = self.encrypt(client)
        self.assertEqual(('screen.test', 'TLSv1.2'), (subject(secure), secure.version()))

    def test_what_is_pipelined_behind_starttls_does_not_count(self):
        it = self.instance(postscreen_pipelining_action='ignore')
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        client = self.begin(it)
        client.socket.sendall(b'STARTTLS\r\nRSET\r\n')
        self.assertEqual('220 2.0.0 Ready to start TLS\r\n', client.reply())
        self.encrypt(client)
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))

    def test_without_keys_or_without_tlsproxy_starttls_is_a_local_problem(self):
        it = self.instance()
        it.start(OURS)
        client = self.begin(it)
        self.assertEqual('454 4.7.0 TLS not available due to local problem\r\n', client.ask(b'STARTTLS\r\n'))
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))
        it.wait_log(r"tlsproxy\[\d+\]: warning: No server certs available. TLS won't be enabled")

    def test_mandatory_tls_is_demanded_before_mail(self):
        it = self.instance(postscreen_tls_security_level='encrypt')
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        client = self.begin(it)
        self.assertEqual('530 5.7.0 Must issue a STARTTLS command first\r\n', client.ask(MAIL))
        client.ask(b'STARTTLS\r\n')
        self.encrypt(client)
        client.ask(EHLO)
        self.assertEqual('250 2.1.0 Ok\r\n', client.ask(MAIL))

    def test_a_client_that_fails_at_tls_is_gone(self):
        it = self.instance(postscreen_starttls_timeout='2s')
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        for garbage in (b'HELO x\r\n', b''):
            client = self.begin(it)
            client.ask(b'STARTTLS\r\n')
            client.socket.sendall(garbage)
            self.assertNotIn('250', client.reply())
        it.wait_log(rf'tlsproxy\[\d+\]: SSL_accept error from \[{GOOD}\]:\d+: ')

    def test_row_8_a_handshake_byte_by_byte_has_its_time_and_delays_nobody(self):
        it = self.instance(postscreen_starttls_timeout='10s')
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        hello, slow = ssl.MemoryBIO(), self.begin(it)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        with self.assertRaises(ssl.SSLWantReadError):
            context.wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
        slow.ask(b'STARTTLS\r\n')
        record = hello.read()
        it.wait_log(rf'tlsproxy\[\d+\]: CONNECT from \[{GOOD}\]')
        dripping = threading.Thread(target=self.drip, args=(slow, record))
        dripping.start()
        self.addCleanup(dripping.join)
        client = self.begin(it, BAD)
        client.ask(b'STARTTLS\r\n')
        self.encrypt(client)
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))
        it.wait_log(rf'tlsproxy\[\d+\]: TLS handshake failed for service=smtpd peer=\[{GOOD}\]')
        until(lambda: f'DISCONNECT [{GOOD}]' in self.lines(it, GOOD), 'postscreen lets it go')

    @staticmethod
    def drip(client, record):
        """Slowness is the case itself: a byte each fifth of a second."""
        with contextlib.suppress(OSError):
            for byte in record:
                client.write(bytes([byte]))
                time.sleep(0.2)

    def lines(self, it, address):
        return re.findall(rf'postscreen\[\d+\]: (\w+ \[{re.escape(address)}\])', it.log())

    def test_tlsproxy_dies_and_the_next_client_gets_another(self):
        it = self.instance()
        it.configure(smtpd_tls_chain_files=chain(it.home, 'mx.test'))
        it.start(OURS)
        client = self.begin(it)
        client.ask(b'STARTTLS\r\n')
        self.encrypt(client)
        client.ask(EHLO)
        for pid in it.children('tlsproxy'):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.assertEqual('', client.reply())
        until(lambda: f'DISCONNECT [{GOOD}]' in self.lines(it, GOOD), 'postscreen lets it go')
        until(lambda: self.is_encrypted(it), 'another tlsproxy')

    def is_encrypted(self, it):
        client = self.begin(it, BAD)
        answer = client.ask(b'STARTTLS\r\n')
        if answer.startswith('454'):            # master waits a moment before it makes another
            return False
        return self.encrypt(client).version()

    def test_keys_that_do_not_fit_are_a_local_problem(self):
        it = self.instance()
        one, other = chain(it.home, 'one.test'), chain(it.home, 'other.test')
        it.configure(smtpd_tls_cert_file=one + '.crt', smtpd_tls_key_file=other + '.key')
        it.start(OURS)
        client = self.begin(it)
        self.assertEqual('454 4.7.0 TLS not available due to local problem\r\n', client.ask(b'STARTTLS\r\n'))
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))


class Ours(unittest.TestCase):
    """What only our own has to hold."""

    def test_five_hundred_slow_clients_delay_nobody(self):
        it = Instance(self, master=SCREENED, mynetworks='127.0.0.1/32', postscreen_pre_queue_limit='1000',
                      postscreen_client_connection_count_limit='0', smtpd_peername_lookup='no',
                      smtpd_relay_restrictions='permit, reject', postscreen_greet_wait='300s')
        it.start()
        slow = [it.conversation(f'127.0.1.{number % 250 + 1}') for number in range(500)]
        it.send(1)      # all of them wait for longer than any client of a test
        self.assertEqual(500, len(slow))
        it.drain()
        self.assertEqual({1: 1}, dict(it.delivered()))

    def test_reload_keeps_whoever_is_under_test_and_takes_new_clients(self):
        it = Instance(self, master=SCREENED, mynetworks='127.0.0.1/32', smtpd_peername_lookup='no',
                      postscreen_greet_wait=LONG, postscreen_pipelining_enable='yes')
        it.start()
        client = it.conversation(GOOD)
        client.some()
        it.command('postfix', 'reload')
        until(lambda: it.greets() and len(it.children('postscreen')) == 2,
              lambda: f'a client of the next process\n{it.log()[-3000:]}')
        self.assertEqual('220 mx.test ESMTP Postfix\r\n', client.reply())
        self.assertEqual('221 2.0.0 Bye\r\n', client.ask(QUIT))


if __name__ == '__main__':
    unittest.main()
