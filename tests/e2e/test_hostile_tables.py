"""Rows 18 and 19 of the attack cases: what clients say reaches the servers of tables as data, and a
table that is down, slow, flapping or hostile is "try again", never "not there".
"""
import os
import re
import socketserver
import threading
import unittest

from instance import PREFIX, Instance, free_port, until

STRANGER = '127.0.0.7'
AGAIN = '451 4.3.[05]'


class TableServer(socketserver.ThreadingUnixStreamServer):
    """socketmap: over a socket; `answer(map, key)` gives the text of a reply, or the bytes of whatever
    else is said; None hangs up."""
    daemon_threads = True

    def __init__(self, path, answer):
        self.answer, self.asked, self.hangs_up = answer, [], False
        super().__init__(path, TableSession)
        os.chmod(path, 0o777)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def keys(self, name):
        return [key for map_name, key in self.asked if map_name == name]


class TableSession(socketserver.StreamRequestHandler):
    def handle(self):
        while size := self.size():
            name, _, key = self.rfile.read(size).decode('utf-8', 'surrogateescape').partition(' ')
            if self.rfile.read(1) != b',':
                self.server.asked.append((name, 'NOT A NETSTRING'))
                return
            self.server.asked.append((name, key))
            reply = self.server.answer(name, key)
            if reply is None:
                return
            if isinstance(reply, str):
                reply = b'%d:%s,' % (len(reply.encode()), reply.encode())
            self.wfile.write(reply)
            if self.server.hangs_up:
                return

    def size(self):
        digits = b''
        while (digit := self.rfile.read(1)) not in (b':', b''):
            digits += digit
        return int(digits or 0)


class TcpTable(socketserver.ThreadingTCPServer):
    """tcp:, which finds nothing; `lines` are what it was asked."""
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.lines = []
        super().__init__(('127.0.0.1', 0), TcpTableSession)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class TcpTableSession(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.server.lines.append(line)
            self.wfile.write(b'500 not here\n')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class TableCase(unittest.TestCase):
    def instance(self, answer, **main):
        """With `answer` for the tables that `main` names as TABLE/name."""
        it = Instance(self, smtpd_peername_lookup='no', mynetworks='127.0.0.1/32', smtpd_error_sleep_time='0',
                      smtpd_hard_error_limit='1000')
        path = f'{it.home}/table'
        self.table = TableServer(path, answer)
        self.addCleanup(self.table.server_close)
        self.addCleanup(self.table.shutdown)
        it.configure(**{name: value.replace('TABLE/', f'socketmap:unix:{path}:') for name, value in main.items()})
        it.start()
        return it


class Injection(TableCase):
    """What is asked for is the address, to the letter, and one question."""
    LOCALPARTS = ("o'hara", '%s', '%25', '$x', "x' or '1'='1", '"', 'a"b', 'a\\b', 'a,b', '5:x,', ':', 'a b',
                  'x);drop', '*)(uid=*', '`id`', '$(id)', '{x}', '<a>', '../x', 'a\tb')

    def quoted(self, localpart):
        escaped = localpart.replace('\\', '\\\\').replace('"', '\\"')
        return f'"{escaped}"@box.test'

    def test_row_18_socketmap_gets_the_address_as_it_is(self):
        it = self.instance(lambda name, key: 'NOTFOUND ', smtpd_sender_restrictions='check_sender_access TABLE/access')
        client = it.conversation(STRANGER)
        client.reply()
        client.ask('EHLO client.test')
        for localpart in self.LOCALPARTS:
            with self.subTest(localpart):
                self.table.asked.clear()
                self.assertRegex(client.ask(f'MAIL FROM:<{self.quoted(localpart)}>'), '^250 ')
                self.assertRegex(client.ask('RCPT TO:<n1@box.test>'), '^250 ')
                self.assertIn(localpart.lower() + '@box.test', [key.lower() for key in self.table.keys('access')])
                self.assertNotIn('NOT A NETSTRING', self.table.keys('access'))
                client.ask('RSET')

    def test_row_18_tcp_is_asked_on_one_line(self):
        tcp = TcpTable()
        self.addCleanup(tcp.server_close)
        self.addCleanup(tcp.shutdown)
        it = self.instance(lambda name, key: 'NOTFOUND ',
                           smtpd_sender_restrictions=f'check_sender_access tcp:127.0.0.1:{tcp.server_address[1]}')
        client = it.conversation(STRANGER)
        client.reply()
        client.ask('EHLO client.test')
        for localpart in self.LOCALPARTS:
            with self.subTest(localpart):
                tcp.lines.clear()
                client.ask(f'MAIL FROM:<{self.quoted(localpart)}>')
                self.assertRegex(client.ask('RCPT TO:<n1@box.test>'), '^250 ')
                self.assertTrue(tcp.lines)
                for line in tcp.lines:
                    self.assertRegex(line, rb'^get ([^%\s\x00-\x20\x7f-\xff]|%[0-9a-fA-F]{2})+\n$')
                client.ask('RSET')

    def test_row_18_postmap_asks_what_it_was_given(self):
        it = self.instance(lambda name, key: 'NOTFOUND ')
        keys = ['a b', '9:x y,', "x'y", '%s %u', 'k\x7f', '\x01\x1f', 'é']
        it.command('postmap', '-q', '-', f'socketmap:unix:{it.home}/table:name',
                   input=''.join(f'{key}\n' for key in keys), status=1)
        self.assertEqual(keys, self.table.keys('name'))

    def test_row_18_proxymap_asks_for_listed_tables_only(self):
        it = self.instance(lambda name, key: 'OK OK', proxy_read_maps='proxy:TABLE/listed',
                           smtpd_sender_restrictions='check_sender_access proxy:TABLE/listed, reject')
        self.assertRegex(self.sender_reply(it, '"a b:c,"@box.test'), '^250 ')
        self.assertIn('a b:c,@box.test', self.table.keys('listed'))
        it.configure(smtpd_sender_restrictions=f'check_sender_access proxy:socketmap:unix:{it.home}/table:other, reject')
        it.command('postfix', 'reload')
        until(lambda: self.sender_reply(it, 'a@box.test').startswith('451 4.3.'), it.log)
        self.assertEqual([], self.table.keys('other'))

    def sender_reply(self, it, sender):
        client = it.conversation(STRANGER)
        client.reply()
        return client.ask('EHLO client.test', f'MAIL FROM:<{sender}>', 'RCPT TO:<n1@box.test>')

    def test_row_18_an_answer_cannot_say_more_than_one_thing(self):
        it = self.instance(lambda name, key: 'OK 550 no\r\n250 2.1.5 yes\x1b[2J',
                           smtpd_sender_restrictions='check_sender_access TABLE/access')
        client = it.conversation(STRANGER)
        client.reply()
        reply = client.ask('EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<n1@box.test>')
        # However many lines that becomes, they are one reply.
        self.assertRegex(reply, r'^(550-[^\r\n]*\r\n)*550 [^\r\n]*\r\n$')
        self.assertRegex(client.ask('NOOP'), '^250 ')
        self.assertNotRegex(it.log(), r'[\x00-\x08\x0b-\x1f\x7f]')


HUGE = b'100001:OK ' + b'x' * 99998 + b','


class Unreliable(TableCase):
    """Each table of the main path in turn."""
    TABLES = {
        'smtpd_recipient_restrictions': 'check_recipient_access TABLE/access, permit',
        'smtpd_client_restrictions': 'check_client_access TABLE/access, permit',
        'virtual_mailbox_maps': 'TABLE/mailbox', 'virtual_alias_maps': 'TABLE/alias',
        'canonical_maps': 'TABLE/canonical', 'recipient_canonical_maps': 'TABLE/canonical',
        'transport_maps': 'TABLE/transport', 'relocated_maps': 'TABLE/relocated',
        'virtual_mailbox_domains': 'TABLE/domains', 'mydestination': 'TABLE/domains',
        'virtual_alias_domains': 'TABLE/domains',
    }

    def to_recipient(self, it):
        client = it.conversation(STRANGER)
        client.reply()
        return client.ask('EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<n1@box.test>')

    def test_row_19_a_table_that_is_down_is_never_an_answer(self):
        for parameter, value in self.TABLES.items():
            with self.subTest(parameter):
                it = self.instance(lambda name, key: 'TEMP busy', **{parameter: value})
                self.assertRegex(self.to_recipient(it), f'^{AGAIN} ')
                self.table.shutdown()
                self.table.server_close()
                os.unlink(f'{it.home}/table')
                self.assertRegex(self.to_recipient(it), f'^{AGAIN} ')
                it.end()

    def test_row_19_nonsense_is_never_an_answer(self):
        it = self.instance(lambda name, key: self.answer, virtual_mailbox_maps='TABLE/mailbox',
                           smtpd_relay_restrictions='permit, reject')
        self.answer = 'OK box/'
        self.assertRegex(self.to_recipient(it), '^250 ')
        for answer in ('TEMP later', 'TIMEOUT later', 'PERM never', 'HELLO', '', b'3:OK', b'-1:x,', b'99999999999:OK ',
                       b'x', b':,', b'5:OK abc', HUGE, None):
            with self.subTest(str(answer)[:20]):
                self.answer = answer
                # What breaks off by half is seen only when the server hangs up.
                self.table.hangs_up = answer in (b'3:OK', b'x')
                self.assertRegex(self.to_recipient(it), f'^{AGAIN} ')
                self.table.hangs_up = False
                self.answer = 'OK box/'
                self.assertRegex(self.to_recipient(it), '^250 ')
        self.answer = 'NOTFOUND '
        self.assertRegex(self.to_recipient(it), '^550 5.1.1 ')

    def test_row_19_a_flapping_table_is_right_or_not_there(self):
        turns = iter(range(10000))
        it = self.instance(lambda name, key: None if next(turns) % 3 == 0 else
                           'OK box/' if 'n1@' in key else 'NOTFOUND ',
                           virtual_mailbox_maps='TABLE/mailbox', smtpd_relay_restrictions='permit, reject')
        client = it.conversation(STRANGER)
        client.reply()
        client.ask('EHLO client.test', 'MAIL FROM:<a@b.test>')
        seen = set()
        for _ in range(50):
            for recipient, right in (('n1', '250'), ('n2', '550')):
                code = client.ask(f'RCPT TO:<{recipient}@box.test>')[:3]
                self.assertIn(code, (right, '451'))
                seen.add(code)
        self.assertLessEqual({'250', '550'}, seen)

    def test_row_19_what_was_accepted_waits_for_a_table_of_delivery(self):
        it = self.instance(lambda name, key: self.answer, virtual_uid_maps='TABLE/uid')
        for answer in ('TEMP later', None, HUGE, 'NOPE'):
            self.answer = answer
            it.send(1)
            it.wait_log('status=deferred')
        self.answer = 'OK 65534'
        it.drain()
        self.assertEqual(4, it.delivered()[1])
        self.assertNotIn('status=bounced', it.log())

    def test_row_19_a_slow_table_holds_up_only_who_waits_for_it(self):
        leave = threading.Event()
        self.addCleanup(leave.set)

        def answer(name, key):
            if 'slow' in key:
                leave.wait(300)
            return 'OK box/'
        it = self.instance(answer, virtual_mailbox_maps='TABLE/mailbox')
        slow = [it.conversation(STRANGER, timeout=300) for _ in range(20)]
        for client in slow:
            client.reply()
            client.ask('EHLO client.test', 'MAIL FROM:<a@b.test>')
            client.write(b'RCPT TO:<slow@box.test>\r\n')
        until(lambda: len([key for key in self.table.keys('mailbox') if 'slow' in key]) == 20, 'all wait')
        self.assertRegex(self.to_recipient(it), '^250 ')    # it does not wait for the others
        leave.set()
        self.assertEqual(['250'] * 20, [client.reply()[:3] for client in slow])

    def test_row_19_a_reload_in_the_middle_of_a_lookup_loses_neither_client_nor_answer(self):
        leave = threading.Event()
        self.addCleanup(leave.set)

        def answer(name, key):
            leave.wait(300)
            return 'OK box/'
        it = self.instance(answer, virtual_mailbox_maps='TABLE/mailbox')
        client = it.conversation(STRANGER, timeout=300)
        client.reply()
        client.ask('EHLO client.test', 'MAIL FROM:<a@b.test>')
        client.write(b'RCPT TO:<n1@box.test>\r\n')
        until(lambda: self.table.keys('mailbox'), 'it is looked up')
        it.command('postfix', 'reload')
        it.wait_log('reload -- version')
        leave.set()
        self.assertRegex(client.reply(), '^250 ')
        self.assertRegex(client.ask('DATA'), '^354 ')
        self.assertRegex(client.ask(b'Subject: 1\r\n\r\nx\r\n.\r\n'), '^250 ')
        it.drain()
        self.assertEqual({1: 1}, dict(it.delivered()))

    def test_row_19_a_server_that_is_not_there_is_told_once_a_lookup(self):
        """Not hundreds of lines a second, nor one that does not say which table."""
        it = self.instance(lambda name, key: 'NOTFOUND ')
        it.configure(virtual_alias_maps=f'socketmap:inet:127.0.0.1:{free_port()}:name')
        it.reload()
        until(lambda: re.match(AGAIN, self.to_recipient(it)), 'the new table is asked')
        before = len(it.log())
        self.assertRegex(self.to_recipient(it), f'^{AGAIN} ')
        it.wait_log('socketmap:inet')
        told = re.findall(r'warning: .*', it.log()[before:])
        self.assertLess(len(told), 10, told)


if __name__ == '__main__':
    unittest.main()
