"""What testers of open relays try, from a client that may not relay: all of it is refused.

Each trick is an envelope, or a dialogue before it. Where Debian's Postfix is at hand, every reply is
compared with its own under the same configuration.
"""
import base64
import contextlib
import os
import socket
import unittest

from instance import HAS_DEBIAN, MASTER, OURS, PREFIX, THEIRS, Instance

CLIENT_IP, OUR_IP = '127.0.0.9', '127.0.0.1'
SENDER = 'spam@client.test'

# Recipients that mean victim@remote.test in some mail system's reading.
RECIPIENTS = (
    '<victim@remote.test>', 'victim@remote.test', '<"victim@remote.test">', '<victim%remote.test>',
    '<victim%remote.test@mx.test>', '<victim%remote.test@box.test>', f'<victim%remote.test@[{OUR_IP}]>',
    '<"victim%remote.test">', '<"victim%remote.test"@mx.test>', '<victim%remote.test%mx.test@box.test>',
    '<victim@remote.test@mx.test>', '<"victim@remote.test"@mx.test>', '<"victim@remote.test"@box.test>',
    f'<victim@remote.test@[{OUR_IP}]>', f'<"victim@remote.test"@[{OUR_IP}]>', '<"victim@remote.test"@relay.test>',
    '<@mx.test:victim@remote.test>', f'<@[{OUR_IP}]:victim@remote.test>', '<@box.test,@mx.test:victim@remote.test>',
    '<@relay.test:victim@remote.test>', '<@mx.test:"victim@remote.test">',
    '<remote.test!victim>', '<remote.test!victim@mx.test>', f'<remote.test!victim@[{OUR_IP}]>',
    '<mx.test!remote.test!victim>', '<"remote.test!victim"@mx.test>', '<@mx.test:remote.test!victim>',
    '<victim%remote.test@relay.test>', '<victim@remote.test@relay.test>', '<remote.test!victim@relay.test>',
    '<victim@remote.test.>', '<victim@REMOTE.TEST>', '< victim@remote.test >', '<victim @ remote.test>',
    '<victim@remote.test> ', 'a:<victim@remote.test>', '<MAILER-DAEMON@remote.test>', '<victim@[192.0.2.25]>', '<victim@192.0.2.25>',
    '<victim@[IPv6:2001:db8::25]>', '<victim@#3221225497>', '<(comment)victim@remote.test>',
    '<victim@(comment)remote.test>', '<victim@remote.test(comment)>', '<victim\\@remote.test@mx.test>',
    '<victim\\@remote.test>', '<@remote.test>', '<victim@remote.test,n1@box.test>',
    '<n1@box.test>,<victim@remote.test>', '<n1@box.test> <victim@remote.test>', '<n1@box.test@remote.test>',
    '<"n1@box.test"@remote.test>', '<victim@remote.test%box.test@mx.test>', '<victim%remote.test%@mx.test>',
    '<"victim%remote.test%"@mx.test>', '<victim@box.test:remote.test>', '<smtp:victim@remote.test>',
    '<n1@sub.relay.test.remote.test>', '<victim@remotemx.test>', '<victim@xbox.test>', '<victim@relay.test.>',
    '<postmaster@remote.test>', '<abuse%remote.test@mx.test>', '<|cat@mx.test>', '<"|cat"@remote.test>',
    '<:include:/etc/passwd@remote.test>', '<+tag%remote.test@mx.test>', '<victim%remote.test+tag@mx.test>',
)
# Recipients of our own that are always there, and some that are not.
OWN = ('<postmaster>', '<postmaster@mx.test>', f'<PostMaster@[{OUR_IP}]>', '<mailer-daemon@mx.test>', '<@mx.test>',
       '<postmaster@box.test>', '<postmaster@relay.test>', '<mailer-daemon@box.test>', '<mailer-daemon+x@mx.test>',
       '<abuse@mx.test>', '<n1@box.test>', '<n1@relay.test>', '<victim%-bad.test@mx.test>', 'x:<n1@box.test>')
# Senders that a careless access rule trusts.
SENDERS = ('<>', f'<spam@[{OUR_IP}]>', '<spam@mx.test>', '<n1@box.test>', '<spam>', '<postmaster>',
           '<spam@localhost>', '<spam@relay.test>', '<victim@remote.test>', '<spam%mx.test@client.test>',
           '<@mx.test:spam@client.test>', '<""@mx.test>')
BAD_LOGIN = base64.b64encode(b'\0client\0wrong').decode()
# Dialogues that might leave a server trusting its client.
DIALOGUES = (
    ('HELO mx.test',), ('EHLO localhost',), (f'EHLO [{OUR_IP}]',), ('HELO mx.test', 'EHLO box.test'),
    ('EHLO x.test', 'VRFY victim@remote.test'), ('EHLO x.test', 'EXPN victim@remote.test'),
    ('EHLO x.test', 'ETRN remote.test'), ('EHLO x.test', 'ETRN relay.test'),
    ('EHLO x.test', f'AUTH PLAIN {BAD_LOGIN}'), ('EHLO x.test', 'AUTH PLAIN', '*'),
    ('EHLO x.test', 'XCLIENT ADDR=192.0.2.1 NAME=trusted.test'), ('EHLO x.test', 'XCLIENT LOGIN=client'),
    ('EHLO x.test', 'XFORWARD ADDR=192.0.2.1 NAME=trusted.test'), ('EHLO x.test', 'STARTTLS'),
    ('EHLO x.test', f'MAIL FROM:<{SENDER}>', 'RCPT TO:<n1@box.test>', 'RSET'),
    ('EHLO x.test', f'MAIL FROM:<{SENDER}> AUTH=<client@mx.test>', 'RSET'),
    ('EHLO x.test', 'MAIL FROM:<n1@box.test> AUTH=<>', 'RSET'),
)
LOGIN = 'EHLO x.test'


class Dialogue:
    """One SMTP session, line by line."""

    def __init__(self, port):
        self.socket = socket.create_connection((OUR_IP, port), 60, (CLIENT_IP, 0))
        self.file = self.socket.makefile('rb')
        self.reply()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def ask(self, line):
        """The reply; '' when the server has hung up."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(line.encode() + b'\r\n')
            return self.reply()
        return ''

    def reply(self):
        lines = []
        while True:
            lines.append(self.file.readline().decode().rstrip('\r\n'))
            if lines[-1][3:4] != '-':
                return '\n'.join(lines)


def try_recipient(session, recipient):
    """The reply to RCPT, then to DATA if the recipient was accepted after all."""
    replies = [session.ask(f'MAIL FROM:<{SENDER}>'), session.ask(f'RCPT TO:{recipient}')]
    session.ask('RSET')
    return replies


def try_sender(session, sender):
    replies = [session.ask(f'MAIL FROM:{sender}'), session.ask('RCPT TO:<victim@remote.test>')]
    session.ask('RSET')
    return replies


def try_dialogue(session, lines):
    return [session.ask(line) for line in lines] + try_recipient(session, '<victim@remote.test>')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class OpenRelay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.instance = Instance(self, master=MASTER, **{
            'mynetworks': '192.0.2.0/24', 'mydestination': 'mx.test, localhost', 'relay_domains': 'relay.test',
            'alias_maps': '', 'local_recipient_maps': 'inline:{someone=x}',
            'relay_recipient_maps': 'inline:{n1@relay.test=x}',
            'virtual_mailbox_maps': 'inline:{n1@box.test=box/}', 'smtpd_peername_lookup': 'no',
            'smtpd_error_sleep_time': '0', 'smtpd_soft_error_limit': '1000', 'smtpd_hard_error_limit': '2000',
            'smtpd_junk_command_limit': '1000', 'smtpd_client_auth_rate_limit': '0',
            'fast_flush_domains': 'relay.test', 'smtp_host_lookup': 'native'})

    def transcript(self, system):
        """All replies, by what was tried."""
        self.instance.start(system)
        said = {}
        with Dialogue(self.instance.port) as session:
            session.ask(LOGIN)
            said.update({f'RCPT TO:{recipient}': try_recipient(session, recipient) for recipient in RECIPIENTS})
            said.update({f'MAIL FROM:{sender}': try_sender(session, sender) for sender in SENDERS})
        for lines in DIALOGUES:
            with Dialogue(self.instance.port) as session:
                said['; '.join(lines)] = try_dialogue(session, lines)
        self.instance.stop()
        return said

    def own_recipients(self, system):
        self.instance.start(system)
        with Dialogue(self.instance.port) as session:
            session.ask(LOGIN)
            said = {recipient: try_recipient(session, recipient) for recipient in OWN}
        self.instance.stop()
        return said

    def test_every_trick_is_refused(self):
        said = self.transcript(OURS)
        self.assertGreater(len(said), 90)
        for trick, replies in said.items():
            with self.subTest(trick):
                self.assertRegex('\n'.join(replies), r'\n([45]\d\d .*)?\Z')
        self.assertEqual([], self.instance.queued())
        self.assertEqual([], self.instance.sink.received)

    @unittest.skipUnless(HAS_DEBIAN, 'needs DEBIAN_POSTFIX')
    def test_each_reply_is_that_of_postfix(self):
        for replies_of in (self.transcript, self.own_recipients):
            ours, theirs = replies_of(OURS), replies_of(THEIRS)
            for trick, replies in theirs.items():
                with self.subTest(trick):
                    self.assertEqual(replies, ours[trick])


if __name__ == '__main__':
    unittest.main()
