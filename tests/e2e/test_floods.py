"""Floods: whoever else comes is served meanwhile, and memory stays bounded.

Each test prints its figures. FLOOD (0.1 by default) is the part of the full size that is tried:
with FLOOD=1, 50,000 connections in turn (10,000 through postscreen), 5,000 at once, 1 GiB lines,
1,000,000 recipients. FLOOD_SECONDS is how soon 95 of 100 other clients must be served, and a fifth of what the
worst may take: 1 on a machine that has nothing else to do; by default 10, which no other work of it exhausts.
"""
import multiprocessing
import os
import subprocess
import sys
import threading
import time
import unittest

import flooders
from dovecot_server import FakeDovecot
from instance import MASTER, PREFIX, Instance, message

PART = float(os.environ.get('FLOOD', '0.1'))
SOON = float(os.environ.get('FLOOD_SECONDS', '10'))
KIB, MIB = 1 << 10, 1 << 20
OTHER = '127.0.0.9'
TRANSACTION = ('EHLO flood.test', 'MAIL FROM:<flood@client.test>', 'RCPT TO:<n1@box.test>')


def of_full(size, least=1):
    return max(least, int(size * PART))


class Others:
    """Another client sends a message all the while; what that takes, and the memory of all daemons."""

    def __init__(self, instance):
        self.instance, self.seconds, self.sent = instance, [], []
        self.before = self.most = instance.pss()
        self.stopping = threading.Event()
        self.failure = None
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.send, self.watch)]
        for thread in self.threads:
            thread.start()

    def send(self):
        number = 0
        while not self.stopping.wait(0.05):
            number += 1
            began = time.monotonic()
            try:
                with self.instance.conversation(OTHER, timeout=120) as client:
                    client.reply()
                    answer = client.ask('EHLO other.test', 'MAIL FROM:<other@client.test>',
                                        f'RCPT TO:<n{number}@box.test>', 'DATA', message(number) + '.')
            except OSError as error:
                answer = str(error)
            if not answer.startswith('250'):
                self.failure = answer
                return
            self.seconds.append(time.monotonic() - began)
            self.sent.append(number)

    def watch(self):
        while not self.stopping.wait(0.1):
            self.most = max(self.most, self.instance.pss())

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(130)
        self.most = max(self.most, self.instance.pss())

    @property
    def grown(self):
        return self.most - self.before


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Floods(unittest.TestCase):
    main = {}
    master = MASTER

    def setUp(self):
        self.instance = Instance(self, master=self.master, mynetworks=f'127.0.0.1/32 {OTHER}/32',
                                 smtpd_relay_restrictions='permit, reject', smtpd_peername_lookup='no', transport_maps='inline:{box.test=discard:}',
                                 virtual_mailbox_maps='static:box/', **self.main)
        self.configure()
        self.instance.start()
        # The daemons that a message needs run, and have their pages.
        self.instance.send(*range(1, 6))
        self.instance.drain()

    def configure(self):
        pass

    def flood(self, function, *arguments):
        """Its result; meanwhile others are served, and it comes again until some were."""
        others = Others(self.instance)
        began = time.monotonic()
        result = None
        while not isinstance(result, Exception) and len(others.seconds) < 5 and not others.failure:
            process, results = flooders.in_process(function, self.instance.port, *arguments)
            result = results.get()
            process.join(60)
        return self.judged(others, result, time.monotonic() - began)

    def judged(self, others, result, took):
        others.stop()
        if isinstance(result, Exception):
            raise result
        self.assertIsNone(others.failure)
        worst = sorted(others.seconds)
        usual, late = worst[len(worst) // 2], worst[min(len(worst) - 1, len(worst) * 95 // 100)]
        print(f'\n{self.id().partition(".")[2]}: {took:.1f} s; {len(worst)} others served, in the middle after '
              f'{usual * 1000:.0f} ms, at worst {worst[-1] * 1000:.0f} ms; memory +{others.grown / MIB:.1f} MiB',
              file=sys.stderr)
        self.assertLess(late, SOON)
        self.assertLess(worst[-1], 5 * SOON)
        self.grown = others.grown
        return result


class Connections(Floods):
    """Many of them, with the stock limits for one address and without any."""
    main = {'smtpd_client_connection_count_limit': '50'}

    def test_in_turn(self):
        connections = of_full(50000)
        self.assertEqual(self.flood(flooders.in_turn, connections), connections)
        self.assertLess(self.grown, 16 * MIB)

    def held(self, connections):
        """What they were told, while all of them are there."""
        fork = multiprocessing.get_context('fork')
        arrived, leave = fork.Event(), fork.Event()
        others = Others(self.instance)
        process, results = flooders.in_process(flooders.at_once, self.instance.port, connections, arrived, leave)
        began = time.monotonic()
        while process.is_alive() and not arrived.wait(0.1):
            pass
        before = len(others.seconds)
        while process.is_alive() and len(others.seconds) < before + 10 and not others.failure:
            process.join(0.1)
        leave.set()
        return self.judged(others, results.get(), time.monotonic() - began)

    def test_at_once_from_one_address(self):
        connections = of_full(5000)
        greeted, refused = self.held(connections)
        self.assertEqual((greeted, refused), (50, connections - 50))
        self.assert_bounded(connections)

    def test_at_once_without_limits(self):
        self.instance.reload(**self.lift_limits())
        connections = of_full(5000)
        greeted, _ = self.held(connections)
        self.assertEqual(greeted, connections)
        self.assert_bounded(connections)

    def lift_limits(self):
        return {'smtpd_client_connection_count_limit': '0'}

    def assert_bounded(self, connections):
        """By what the smtpd processes take that are added for them, and a little for each."""
        self.assertLess(self.grown, 24 * MIB + connections * 8 * KIB)


class Screened(Connections):
    """The same through postscreen, which talks with those who flood; the others are known to it."""
    master = MASTER.replace('127.0.0.1:{port} inet n - n - - smtpd\n',
                            '127.0.0.1:{port} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n')
    main = {'smtpd_client_connection_count_limit': '50', 'postscreen_greet_banner': '', 'postscreen_cache_map': '',
            'postscreen_pipelining_enable': 'yes', 'postscreen_client_connection_count_limit': '50'}

    def test_in_turn(self):
        connections = of_full(10000)
        self.assertEqual(self.flood(flooders.in_turn, connections), connections)
        self.assertLess(self.grown, 16 * MIB)

    def lift_limits(self):
        return {'postscreen_client_connection_count_limit': '0', 'postscreen_pre_queue_limit': '100000',
                'process_session_limit': '100000'}


class Endless(Floods):
    """One client that never comes to an end."""
    main = {'smtpd_hard_error_limit': '10000000', 'smtpd_error_sleep_time': '0'}

    def endless(self, commands, block, size=1 << 30, opening=b'', end=b'\r\n.\r\n'):
        """What was said in the end."""
        reply = self.flood(flooders.endless, commands, opening, block, of_full(size) // len(block), end)
        self.assertLess(self.grown, 24 * MIB)
        return reply

    def test_command_line(self):
        self.assertRegex(self.endless(['EHLO flood.test'], flooders.BLOCK, end=b'\r\n'), '^5')

    def test_line_of_content(self):
        self.assertRegex(self.endless([*TRANSACTION, 'DATA'], flooders.BLOCK), '^552 5.3.4 ')

    def test_header_field(self):
        folded = b' ' + b'y' * 1000 + b'\r\n'
        self.assertRegex(self.endless([*TRANSACTION, 'DATA'], folded * 1000, opening=b'X-Long: y\r\n'), '^552 5.3.4 ')

    def test_header(self):
        fields = b''.join(b'X-Field-%d: y\r\n' % number for number in range(50000))
        self.assertRegex(self.endless([*TRANSACTION, 'DATA'], fields), '^552 5.3.4 ')

    def test_chunk(self):
        size = of_full(1 << 30) // MIB * MIB
        opening = b'BDAT %d LAST\r\n' % size
        self.assertRegex(self.endless(TRANSACTION, flooders.BLOCK, opening=opening, end=b''), '^552 5.3.4 ')

    def test_chunks(self):
        chunk = b'BDAT %d\r\n' % MIB + flooders.BLOCK
        last = self.flood(flooders.chunks, TRANSACTION, chunk, of_full(1 << 10), 1)
        self.assertRegex(last, '^551 5.0.0 ')
        self.assertLess(self.grown, 24 * MIB)

    def test_chunks_of_one_byte(self):
        last = self.flood(flooders.chunks, TRANSACTION, b'BDAT 1\r\nx' * 1000, of_full(1000), 1000)
        self.assertEqual(last, '250 2.0.0 Ok: 1 bytes')
        self.assertLess(self.grown, 24 * MIB)

    def test_recipients(self):
        sent, accepted, connections = self.flood(flooders.recipients, of_full(1000000))
        self.assertEqual((accepted, connections), (1000, 1))    # smtpd_recipient_limit
        self.assertLess(self.grown, 24 * MIB)

    def test_recipients_with_an_error_limit(self):
        self.instance.reload(smtpd_hard_error_limit='20')
        total = of_full(1000000)
        sent, accepted, connections = self.flood(flooders.recipients, total)
        self.assertGreaterEqual(sent, total)
        self.assertLessEqual(accepted, 1000 * connections)
        self.assertGreater(connections, total / 3000)
        self.assertLess(self.grown, 24 * MIB)


class Slow(Floods):
    """One byte a second in every state: nobody holds a connection longer than smtpd_timeout."""
    TIMEOUT = 5
    main = {'smtpd_timeout': f'{TIMEOUT}s', 'smtpd_starttls_timeout': f'{TIMEOUT}s',
            'smtpd_per_request_deadline': 'yes', 'smtpd_min_data_rate': '500',
            'smtpd_client_connection_count_limit': '0', 'smtpd_junk_command_limit': '1000000',
            'smtpd_tls_security_level': 'may', 'smtpd_sasl_auth_enable': 'yes', 'smtpd_sasl_type': 'dovecot'}

    # What is said and answered, what is said then, and what follows byte by byte.
    STATES = {
        'greeting': (None, b'', ''),
        'silence': (['EHLO flood.test'], b'', ''),
        'command': ([], b'', 'N'),
        'handshake': (['EHLO flood.test', 'STARTTLS'], b'', '\x16'),
        'AUTH': (['EHLO flood.test', 'AUTH PLAIN'], b'', 'x'),
        'RCPT': (['EHLO flood.test', 'MAIL FROM:<flood@client.test>'], b'RCPT ', 'T'),
        'DATA': ([*TRANSACTION, 'DATA'], b'', 'x'),
        'BDAT': (TRANSACTION, b'BDAT 100000\r\n', 'x'),
        'unread': (['EHLO flood.test'], b'', 'UNREAD'),
    }

    def configure(self):
        path = f'{self.instance.home}/auth'
        self.addCleanup(FakeDovecot(path).server_close)
        chain = f'{self.instance.etc}/chain'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
                        '-subj', '/CN=mx.test', '-days', '2', '-keyout', chain, '-out', f'{chain}.crt'],
                       check=True, capture_output=True)
        with open(chain, 'a') as file, open(f'{chain}.crt') as certificate:
            file.write(certificate.read())
        self.instance.configure(smtpd_tls_chain_files=chain, smtpd_sasl_path=path)

    def test_in_every_state(self):
        each = of_full(600, 20)
        ended = self.flood(flooders.slow, self.STATES, each, 20 * self.TIMEOUT)
        print(f'{each} in each state; hung up on after (s): '
              + ', '.join(f'{state} {after and round(after, 1)}' for state, after in ended.items()), file=sys.stderr)
        self.assertEqual([], [state for state, after in ended.items() if after is None])
        self.assertLess(self.grown, 48 * MIB + each * len(self.STATES) * 48 * KIB)


if __name__ == '__main__':
    unittest.main()
