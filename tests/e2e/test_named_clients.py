"""Rows 30 and 31 of the attack cases: clients that are named by others, by a proxy before smtpd or by
XCLIENT and XFORWARD.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import struct
import unittest

from lab import STRANGER, MailCase

V2 = b'\r\n\r\n\0\r\nQUIT\n'
NOT_OURS = 'PROXY TCP4 192.168.58.200 192.168.58.1 4321 25\r\n'


def version_2(command, family, addresses):
    return V2 + bytes([0x20 | command, family]) + struct.pack('>H', len(addresses)) + addresses


def version_2_ip4(source, extra=b''):
    return version_2(1, 0x11, source + bytes([192, 168, 58, 1]) + struct.pack('>HH', 4321, 25) + extra)


STRANGE_IP4 = bytes([203, 0, 113, 5])


class Proxied(MailCase):
    main = {'smtpd_upstream_proxy_protocol': 'haproxy', 'smtpd_upstream_proxy_timeout': '10s',
            'local_recipient_maps': '', 'smtpd_peername_lookup': 'no'}
    master = '@IP@:587 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=\n'

    def begin(self, header, port=25):
        client = self.raw(port=port)
        client.socket.settimeout(60)
        self.addCleanup(client.__exit__)
        client.write(header)
        return client

    def relay_reply(self, client):
        return client.ask('HELO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<x@remote.example>')

    def test_row_30_the_client_is_whom_the_proxy_names(self):
        for header in (b'PROXY TCP4 203.0.113.5 192.168.58.1 4321 25\r\n', version_2_ip4(STRANGE_IP4),
                       version_2_ip4(STRANGE_IP4, b'\x01\0\x02h2' + b'\x04\x01\0' + bytes(256))):
            with self.subTest(header):
                client = self.begin(header)
                self.assertRegex(client.reply(), '^220 ')
                self.assertEqual(self.relay_reply(client), '454 4.7.1 <x@remote.example>: Relay access denied')
                self.mta.wait_log(r'connect from unknown\[203\.0\.113\.5\]')

    def test_row_30_a_mapped_address_is_that_address(self):
        source = bytes(10) + b'\xff\xff' + STRANGE_IP4
        target = bytes(10) + b'\xff\xff' + bytes([192, 168, 58, 1])
        for header in (b'PROXY TCP6 ::ffff:203.0.113.5 ::ffff:192.168.58.1 4321 25\r\n',
                       version_2(1, 0x21, source + target + struct.pack('>HH', 4321, 25))):
            with self.subTest(header):
                client = self.begin(header)
                self.assertRegex(client.reply(), '^220 ')
                self.assertRegex(self.relay_reply(client), '^454 4.7.1 ')
                self.mta.wait_log(r'connect from unknown\[203\.0\.113\.5\]')

    def test_row_30_the_proxy_itself(self):
        """Its own checks come without an address, and from the proxy's."""
        for header in (version_2(0, 0, b''), version_2(0, 0x11, bytes(12)), b'PROXY UNKNOWN\r\n'):
            with self.subTest(header):
                client = self.begin(header)
                self.assertRegex(client.reply(), '^220 ')
                self.mta.wait_log(r'connect from \S+\[192\.168\.58\.200\]')

    def test_row_30_what_is_no_header_is_no_client(self):
        headers = (b'EHLO me\r\n', b'PROXY TCP4 1.2.3.4 5.6.7.8 1 70000\r\n', b'PROXY TCP4', b'',
                   b'PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n', b'PROXY TCP4 1.2.3.4 5.6.7.8 -1 25\r\n',
                   b'PROXY TCP4 ::1 ::1 1 25\r\n', b'PROXY TCP4 1.2.3.4.5 5.6.7.8 1 25\r\n',
                   b'PROXY TCP4 1.2.3.4 5.6.7.8 1 25 more\r\n', b'PROXY ' + b'x' * 5000,
                   version_2_ip4(STRANGE_IP4)[:-1], V2, V2[:7], version_2(1, 0x11, b'abc'),
                   version_2(2, 0x11, bytes(12)), V2 + b'\x11\x11\0\x0c' + bytes(12),
                   V2 + b'\x21\x11\xff\xff' + bytes(12))
        # Together: some are found out when the time is over.
        for header, client in [(header, self.begin(header)) for header in headers]:
            with self.subTest(header[:60]):
                try:
                    self.assertNotRegex(client.reply(), '^220 ')
                except ConnectionResetError:
                    pass
        self.assertRegex(self.begin(version_2_ip4(STRANGE_IP4)).reply(), '^220 ')

    def test_row_30_no_second_header(self):
        client = self.begin(b'PROXY TCP4 203.0.113.5 192.168.58.1 4321 25\r\n')
        client.reply()
        self.assertRegex(client.ask(NOT_OURS.strip()), '^5')
        client = self.begin(b'PROXY TCP4 203.0.113.5 192.168.58.1 4321 25\r\n' + NOT_OURS.encode())
        self.assertRegex(client.reply(), '^220 ')
        self.assertRegex(client.reply(), '^5')

    def test_row_30_where_there_is_no_proxy_nobody_is_one(self):
        with self.raw(port=587, source=STRANGER) as client:
            client.reply()
            self.assertRegex(client.ask(NOT_OURS.strip()), '^5')
        self.mta.wait_log(rf'disconnect from unknown\[{STRANGER}\]')
        self.assertNotIn('connect from client', self.mta.log())


class Named(MailCase):
    """Our network may use XCLIENT and XFORWARD."""
    main = {'smtpd_authorized_xclient_hosts': '192.168.58.0/24', 'smtpd_authorized_xforward_hosts': '192.168.58.0/24',
            'local_recipient_maps': '', 'smtpd_error_sleep_time': '0', 'smtpd_hard_error_limit': '1000'}

    def greeted(self, **how):
        client = self.raw(**how)
        self.addCleanup(client.__exit__)
        client.reply()
        client.ask('EHLO me')
        return client

    def test_row_31_strangers_may_not(self):
        client = self.greeted(source=STRANGER)
        self.assertNotRegex(client.ask('EHLO me'), 'XCLIENT|XFORWARD')
        for command in ('XCLIENT ADDR=127.0.0.1', 'XCLIENT LOGIN=admin', 'XFORWARD NAME=x ADDR=127.0.0.1', 'XCLIENT',
                        'XFORWARD'):
            self.assertRegex(client.ask(command), '^5(50 5.7.0 Error: insufficient authorization|01 5.5.4 Syntax: )')
        self.assertRegex(client.ask('MAIL FROM:<a@b.example>', 'RCPT TO:<x@remote.example>'), '^454 4.7.1 ')

    def test_row_31_what_a_stranger_was_named_to_be_is_a_stranger(self):
        client = self.greeted()
        self.assertRegex(client.ask(f'XCLIENT ADDR={STRANGER} NAME=[UNAVAILABLE]'), '^220 ')
        client.ask('EHLO me')
        self.assertEqual(client.ask('XCLIENT ADDR=192.168.58.200'), '550 5.7.0 Error: insufficient authorization')
        self.assertRegex(client.ask('MAIL FROM:<a@b.example>', 'RCPT TO:<x@remote.example>'), '^454 4.7.1 ')

    def test_row_31_odd_xtext_changes_nothing(self):
        values = ('NAME=a+00b', 'NAME=a+0Ab', 'NAME=a+0D+0Ab', 'NAME=a+', 'NAME=a+2', 'NAME=a+GG', 'NAME=+1B[2J',
                  'NAME=-', 'NAME=' + 'x' * 300, 'ADDR=300.1.2.3', 'ADDR=1.2.3', 'ADDR=IPV6:1.2.3.4', 'ADDR=::ffff:x',
                  'PORT=70000', 'PORT=x', 'PROTO=FTP', 'LOGIN=a+0Ab', 'HELO=a+0D+0A250', 'FOO=bar', 'NAME', '=x',
                  'NAME=a NAME', 'DESTADDR=x')
        for command in ('XCLIENT', 'XFORWARD'):
            for value in values:
                with self.subTest(f'{command} {value}'[:60]):
                    client = self.greeted()
                    reply = client.ask(f'{command} {value}')
                    self.assertRegex(reply, r'^(501 5\.5\.4|220 |250 )[^\n]*$')
                    self.assertRegex(client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>'),
                                     '^250 2.1.5 ')
        self.assertNotRegex(self.mta.log(), r'[\x00-\x08\x0b-\x1f\x7f]')

    def test_row_31_no_control_character_reaches_a_header(self):
        client = self.greeted()
        for value in ('NAME=x.example+0D+0AX-Evil:+201', 'HELO=x+0AX-Evil:+201', 'NAME=a+0AX-Evil:+201'):
            client.ask(f'XCLIENT {value} ADDR=203.0.113.7')
            client = self.greeted()
        client.ask('XFORWARD NAME=spike.example ADDR=203.0.113.7 HELO=x+0AX-Evil:+201')
        client.ask('MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', 'DATA')
        self.assertRegex(client.ask(f'Subject: {self.token}\r\n\r\nhello\r\n.'), '^250 ')
        self.assertIsNone(self.mail('client1')['X-Evil'])

    def test_row_31_not_in_the_middle_of_a_message(self):
        client = self.greeted()
        client.ask('MAIL FROM:<a@b.example>')
        for command in ('XCLIENT ADDR=203.0.113.7', 'XFORWARD ADDR=203.0.113.7'):
            self.assertRegex(client.ask(command), '^503 5.5.1 ')


if __name__ == '__main__':
    unittest.main()
