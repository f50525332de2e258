"""Connections that smtp(8) keeps, and what scache(8) says of them, as Debian's Postfix has it.

    MTA=/prefix python3 -m unittest test_connection_cache
    MTA=postfix python3 -m unittest test_connection_cache      # proves the same of Postfix
"""
import re

from lab import MailCase, until

import dns
from sinks import Server

PORT = 2990
ZONE = """\
$ORIGIN kept.example.
one MX 10 mx
two MX 10 mx
mx A 127.0.0.1
$ORIGIN .
"""


class Counting(Server):
    """Takes all mail; counts its sessions."""

    def __init__(self, port):
        self.sessions = 0
        super().__init__(('127.0.0.1', port))

    def serve(self, handler):
        self.sessions += 1
        lines, out = handler.rfile, handler.wfile

        def say(text):
            out.write(text.encode() + b'\r\n')
            out.flush()

        say('220 server.test ESMTP')
        while line := lines.readline():
            verb = line.split()[0].upper()
            say({b'DATA': '354 go on', b'QUIT': '221 bye'}.get(verb, '250 ok'))
            if verb == b'QUIT':
                return
            if verb == b'DATA':
                while lines.readline() not in (b'.\r\n', b''):
                    pass
                say('250 taken')


class ConnectionCache(MailCase):
    main = {'smtpd_relay_restrictions': 'permit_mynetworks, reject',
            'relayhost': '', 'smtp_connection_cache_on_demand': 'no',
            'smtp_connection_cache_destinations': 'inline:{127.0.0.1=x, one.kept.example=x, two.kept.example=x}',
            'smtp_connection_cache_time_limit': '100s', 'connection_cache_ttl_limit': '100s',
            'connection_cache_status_update_time': '1s',
            'transport_maps': f'inline:{{{{a.test=smtp:[127.0.0.1]:{PORT}}} {{b.test=smtp:[127.0.0.1]:{PORT + 1}}} '
                              f'{{one.test=smtp:one.kept.example:{PORT + 2}}} {{two.test=smtp:two.kept.example:{PORT + 2}}}}}'}

    @classmethod
    def configure(cls):
        dns.server.add(ZONE)
        cls.servers = [Counting(PORT + number) for number in range(3)]
        for server in cls.servers:
            cls.addClassCleanup(server.close)

    def counted(self):
        """Hits and misses, by name and by address, of all intervals; the most servers and connections."""
        log = self.mta.log()
        sums = [[sum(map(int, column)) for column in zip(*re.findall(rf'statistics: {kind} lookup hits=(\d+) miss=(\d+)', log))]
                for kind in ('domain', 'address')]
        most = [max(map(int, column)) for column in
                zip(*re.findall(r'statistics: max simultaneous domains=\d+ addresses=(\d+) connection=(\d+)', log))]
        return sums + [most]

    def test_connections_are_used_again_and_counted(self):
        for number, domain in enumerate('a.test a.test a.test b.test a.test one.test two.test'.split(), 1):
            self.send(f'user@{domain}', sender='sender@stranger.example')
            until(lambda: len(re.findall(r'smtp\[\d+\]: .* status=sent', self.mta.log())) == number,
                  lambda: f'{number} messages sent: {self.mta.log()}')
        self.assertEqual([1, 1, 1], [server.sessions for server in self.servers])
        self.assertEqual(['2', '3', '4'], re.findall(r'to=<user@a.test>.* conn_use=(\d+)', self.mta.log()))
        self.assertRegex(self.mta.log(), r'to=<user@two.test>, relay=mx.kept.example\[127.0.0.1\]:\d+, conn_use=2, ')
        until(lambda: self.counted() == [[3, 4], [1, 3], [3, 3]], lambda: f'statistics: {self.counted()}')
        self.assertRegex(self.mta.log(), r'scache\[\d+\]: statistics: start interval \w{3} [ \d]\d \d\d:\d\d:\d\d\n')
