"""What has broken other mail servers, tried on smtpd; tests are named after the rows of the list of
attack cases. Run as the acceptance tests are, MTA=postfix or MTA=/prefix.
"""
import re
import threading
import time

from lab import STRANGER, MailCase, Raw, until

from sinks import PolicyServer


class Attacks(MailCase):
    main = {
        'local_recipient_maps': '',
        'smtpd_forbid_bare_newline': 'normalize',
        'smtpd_forbid_bare_newline_exclusions': '',
        'smtpd_forbid_unauth_pipelining': 'no',
        'smtpd_error_sleep_time': '0',
        'smtpd_soft_error_limit': '1000',
        'smtpd_hard_error_limit': '1000',
        'smtpd_junk_command_limit': '100000',
        'smtpd_client_connection_count_limit': '0',
    }

    def talk(self, source=STRANGER):
        client = Raw(self.mta.ip, source=source)
        self.addCleanup(client.__exit__)
        client.socket.settimeout(60)
        client.reply()
        return client

    def envelope(self, client):
        client.ask('EHLO me', 'MAIL FROM:<a@b.example>')
        self.assertEqual(client.ask('RCPT TO:<client1@xian.com>'), '250 2.1.5 Ok')

    # row 1: nothing but CR LF . CR LF ends the data
    def smuggle(self, ending, parts=False):
        client = self.talk()
        self.envelope(client)
        client.ask('DATA')
        data = b'Subject: ' + self.token.encode() + b'\r\n\r\nbody' + ending + b'MAIL FROM:<smuggled@b.example>\r\n'
        for piece in ([bytes([byte]) for byte in data] if parts else [data]):
            client.write(piece)
        client.write(b'\r\n.\r\n')
        self.assertRegex(client.reply(), '^250 2.0.0 Ok: queued')
        self.assertEqual(client.ask('NOOP'), '250 2.0.0 Ok')
        self.assertIn('smuggled@b.example', self.mail('client1').get_content())

    def test_row_1_end_of_data(self):
        for ending in (b'\n.\n', b'\n.\r\n', b'\r\n.\n', b'\r.\r', b'\r\r\n.\r\r\n', b'\r\n\0.\r\n', b'\r\n.\0\r\n',
                       b'\r\n.\r', b'\r.\r\n'):
            with self.subTest(ending):
                self.token = f'{self.token}x'
                self.smuggle(ending)

    def test_row_1_across_segments(self):
        self.smuggle(b'\n.\r\n', parts=True)

    def test_row_1_chunks(self):
        client = self.talk()
        self.envelope(client)
        data = f'Subject: {self.token}\r\n\r\na\r\n.\r\nMAIL FROM:<smuggled@b.example>\r\n'
        client.write(f'BDAT {len(data)} LAST\r\n{data}')
        self.assertRegex(client.reply(), '^250 2.0.0 Ok: [0-9]+ bytes queued')
        self.assertIn('smuggled', self.mail('client1').get_content())

    # row 6: an error leaves nothing behind
    def test_row_6_chunk_error_then_data(self):
        client = self.talk()
        client.ask('EHLO me')
        client.write('BDAT 3 LAST\r\nabc')
        self.assertEqual(client.reply(), '503 5.5.1 Error: need RCPT command')
        self.assertRegex(client.ask('DATA'), '^503 5.5.1 ')
        self.envelope(client)
        self.assertRegex(client.ask('DATA'), '^354 ')

    def test_row_6_transaction_ends(self):
        for command in ('RSET', 'EHLO again', 'HELO again'):
            with self.subTest(command):
                client = self.talk()
                self.envelope(client)
                client.ask(command)
                self.assertEqual(client.ask('DATA'), '503 5.5.1 Error: need RCPT command')
                self.assertEqual(client.ask('RCPT TO:<client1@xian.com>'), '503 5.5.1 Error: need MAIL command')

    def test_row_6_refused_content_then_another_message(self):
        client = self.talk()
        self.envelope(client)
        client.ask('DATA')
        client.write('x' * 70 + '\r\n')
        client.write(('y' * 998 + '\r\n') * 11_000)
        self.assertRegex(client.ask('.'), '^552 5.3.4 ')
        self.assertEqual(client.ask('DATA'), '503 5.5.1 Error: need RCPT command')
        self.envelope(client)
        client.ask('DATA')
        self.assertRegex(client.ask(f'Subject: {self.token}\r\n\r\nok\r\n.'), '^250 ')

    # row 7: bounded memory and time
    def size(self):
        pids = [pid for pid, name in self.mta.daemons().items() if name == 'smtpd']
        return max(int(re.search(r'VmRSS:\s+(\d+)', open(f'/proc/{pid}/status').read())[1]) for pid in pids)

    def test_row_7_endless_line(self):
        client = self.talk()
        client.ask('NOOP')
        before = self.size()
        for _ in range(64):
            client.write(b'x' * 1_000_000)
        grown = self.size() - before
        client.write(b'\r\n')
        self.assertRegex(client.reply(), '^5')
        self.assertEqual(client.ask('NOOP'), '250 2.0.0 Ok')
        self.assertLess(grown, 20_000, 'kB')

    def test_row_7_many_tiny_commands(self):
        client = self.talk()
        client.ask('EHLO me')
        before = self.size()
        for _ in range(200):
            client.write(b'NOOP\r\nRSET\r\n' * 50)
            for _ in range(100):
                self.assertEqual(client.reply(), '250 2.0.0 Ok')
        self.assertLess(self.size() - before, 20_000, 'kB')

    def test_row_7_many_tiny_chunks(self):
        client = self.talk()
        self.envelope(client)
        for _ in range(100):
            client.write(b'BDAT 1\r\nx' * 50)
            for _ in range(50):
                self.assertEqual(client.reply(), '250 2.0.0 Ok: 1 bytes')
        client.write('BDAT 0 LAST\r\n')
        self.assertRegex(client.reply(), '^250 2.0.0 Ok: ')

    # row 17: addresses
    def test_row_17_addresses(self):
        client = self.talk()
        client.ask('EHLO me')
        for address in ('a\0b@c.example', 'a' * 2000 + '@b.example', '-a@b.example', 'a@' + 'b' * 64 + '.example',
                        'a@b..example', 'a@-b.example', '<<a@b.example>>', 'a@b.example>x<'):
            with self.subTest(address[:40]):
                self.assertRegex(client.ask(f'MAIL FROM:<{address}>'), '^(501 5.1.7|250|500|555) ')
                self.assertEqual(client.ask('RSET'), '250 2.0.0 Ok')

    # an open-relay tester's list
    def test_open_relay(self):
        tricks = ('a@remote.example', '"a@remote.example"', 'a%remote.example@xian.com', 'a%remote.example',
                  '"a%remote.example"', '"a%remote.example"@xian.com', 'a@remote.example@xian.com',
                  '"a@remote.example"@xian.com', '@xian.com:a@remote.example', '@mail.xian.com:a@remote.example',
                  'remote.example!a', 'remote.example!a@xian.com', 'xian.com!remote.example!a',
                  'a%remote.example@[192.168.58.1]', '"a@remote.example"@[192.168.58.1]', 'remote.example!a@[192.168.58.1]',
                  'a@remote.example@[192.168.58.1]', 'a@[198.51.100.4]', 'a@198.51.100.4', '@[192.168.58.1]:a@remote.example',
                  'a%remote.example%xian.com', 'a@remote.example.', '"a"@remote.example', '/=@remote.example')
        for sender in ('x@stranger.example', '', 'client1@xian.com', 'client1@[192.168.58.1]', 'client1', 'a@remote.example'):
            client = self.talk()
            client.ask('HELO me')
            client.ask(f'MAIL FROM:<{sender}>')
            for trick in tricks:
                with self.subTest(f'{sender} {trick}'):
                    self.assertRegex(client.ask(f'RCPT TO:<{trick}>'), '^[45]')


class SlowPeers(MailCase):
    main = {'smtpd_timeout': '8s', 'smtpd_per_request_deadline': 'yes', 'smtpd_min_data_rate': '1000',
            'smtpd_client_connection_count_limit': '0', 'local_recipient_maps': '',
            'smtpd_recipient_restrictions': 'check_policy_service { unix:@DIR@/policy, timeout=100 }'}

    @classmethod
    def configure(cls):
        cls.answer, cls.waiting = threading.Event(), []
        cls.addClassCleanup(cls.answer.set)

        def decide(request):
            if request['sender'].startswith('slow'):
                cls.waiting.append(request)
                cls.answer.wait(300)
            return 'DUNNO'
        cls.policy = PolicyServer(f'{cls.mta.dir}/policy', decide)
        cls.addClassCleanup(cls.policy.close)

    def trickle(self, client, data):
        """One byte each half second; whether the server hung up, or would have listened for ever."""
        began = time.monotonic()
        try:
            for byte in data * 100:
                client.write(bytes([byte]))
                time.sleep(0.5)
                client.socket.setblocking(False)
                try:
                    if client.socket.recv(4096) == b'':
                        break
                except BlockingIOError:
                    pass
                client.socket.setblocking(True)
                if time.monotonic() - began > 60:
                    return False
        except OSError:
            pass
        return True

    def test_row_8_command(self):
        client = self.raw()
        client.reply()
        self.assertTrue(self.trickle(client, b'NOOP x'))

    def test_row_8_data(self):
        client = self.raw()
        client.reply()
        client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', 'DATA')
        self.assertTrue(self.trickle(client, b'x\r\n'))

    def test_row_26_a_slow_policy_service_delays_only_its_clients(self):
        slow = [self.raw() for _ in range(20)]
        for client in slow:
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<slow@b.example>')
            client.write('RCPT TO:<client1@xian.com>\r\n')
        until(lambda: len(self.waiting) == len(slow), 'all wait for the service')
        with self.raw() as client:
            client.reply()
            self.assertEqual(client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>'), '250 2.1.5 Ok')
        self.answer.set()
        for client in slow:
            self.assertEqual(client.reply(), '250 2.1.5 Ok')
            client.__exit__()
