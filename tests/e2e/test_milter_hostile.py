"""Milters that break off, send nonsense or too much, or change everything (attack row 25).

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import smtplib
import unittest

from lab import MailCase

import milter


class Hostile(MailCase):
    """The default action is to accept: a milter that fails has changed nothing."""
    main = {'smtpd_milters': 'unix:@DIR@/milter', 'milter_default_action': 'accept',
            'milter_command_timeout': '10s', 'milter_content_timeout': '60s', 'message_size_limit': '200000000',
            'mailbox_size_limit': '0', 'virtual_mailbox_limit': '0'}

    @classmethod
    def configure(cls):
        cls.milter = milter.Milter(f'{cls.mta.dir}/milter')
        cls.addClassCleanup(cls.milter.close)

    def setUp(self):
        self.milter.on.clear()
        self.milter.seen.clear()

    def test_no_message_is_edited_by_half(self):
        half = [milter.add_header('X-Half', 'yes'), milter.replace_body(b'half\r\n'),
                milter.add_recipient('client2@xian.com'), milter.delete_recipient('client1@xian.com')]
        for end in ('CLOSE', b'', milter.packet('Z'), milter.packet('m', 'x'), milter.packet('h', 'a b', 'c')):
            with self.subTest(end):
                self.milter.on['E'] = lambda _, end=end: [*half, end]
                before = len(self.got('client1'))
                self.send('client1@xian.com', body='whole')
                message = self.mail('client1', count=before + 1)
                self.assertEqual([found['X-Half'] for found in self.got('client1')], [None] * (before + 1))
                self.assertEqual(message.get_content(), 'whole\n')
        self.assertEqual(self.got('client2'), [])

    def test_silence_is_a_failure_after_its_time(self):
        self.milter.on['M'] = lambda _: [milter.packet('p')]
        self.send('client1@xian.com')
        self.mail('client1')
        self.mta.wait_log('warning: milter unix:.*: can\'t read SMFIC_MAIL reply')

    def test_everything_is_changed(self):
        self.milter.on['E'] = lambda _: [
            milter.change_sender('new@b.example'), milter.delete_recipient('client1@xian.com'),
            milter.add_recipient('client2@xian.com'), milter.change_header(1, 'Subject', f'new {self.token}'),
            milter.insert_header(0, 'X-Top', 'a\n\tb'), milter.CONTINUE]
        self.send('client1@xian.com')
        message = self.mail('client2')
        self.assertEqual((message['Return-Path'], message['Subject']), ('<new@b.example>', f'new {self.token}'))
        self.assertEqual(message.get_content(), 'hello\n')
        self.assertEqual(self.got('client1'), [])

    def test_large_body_with_skip(self):
        self.milter.on['B'] = lambda _: [milter.packet('s')]
        self.milter.hide = 0x400
        self.addCleanup(setattr, self.milter, 'hide', 0)
        self.send('client3@xian.com', body=('x' * 900 + '\r\n') * 60000)
        self.assertEqual(sum(kind == 'B' for kind, _ in self.milter.seen), 1)

    def test_replies_of_several_lines(self):
        self.milter.on['R'] = lambda _: [milter.reply('550-5.7.1 one\r\n550 5.7.1 two')]
        refused = self.send_refused('client1@xian.com')
        self.assertEqual(refused, (550, b'5.7.1 one\n5.7.1 two'))

    def send_refused(self, recipient):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.send(recipient)
        return caught.exception.recipients[recipient]


if __name__ == '__main__':
    unittest.main()
