"""Row 2 of the attack cases: whatever lies in the queue, other servers hear lines that end in CRLF and
dots that are doubled, so that the strict and the lax see the same one message.

    POSTERN_PREFIX=/prefix python3 -m unittest test_outbound_content
    MTA=postfix python3 -m unittest test_outbound_content
"""
import re
import unittest

from lab import MailCase

from sinks import SmtpSink

# What a lax server could take for the end of the content, and then for commands.
ENDS = (b'\n.\n', b'\n.\r\n', b'\r\n.\n', b'\r.\r', b'\r\r\n.\r\r\n', b'\r\n.\r', b'\n.\r', b'\r.\r\n', b'\r\n\0.\r\n', b'\n\r.\n\r')
SECOND = b'MAIL FROM:<evil@b.example>\r\nRCPT TO:<evil@remote.example>\r\nDATA\r\nforged\r\n.\r\n'
STRAY = re.compile(rb'\r(?!\n)|(?<!\r)\n')


class Outbound(MailCase):
    main = {'smtpd_forbid_bare_newline': 'no'}      # so that all of it gets in

    @classmethod
    def configure(cls):
        cls.sink = SmtpSink('198.51.100.4')
        cls.addClassCleanup(cls.sink.close)

    def check(self, count):
        """So many messages arrived, each of clean lines, and no other; their lines."""
        self.mta.settle()
        self.sink.wait(self.token, count)
        mails = self.sink.find(self.token)
        self.assertEqual(count, len(mails))
        self.assertFalse([mail for mail in self.sink.mails if mail.sender == '<evil@b.example>'])
        self.assertFalse([command for command in self.sink.commands if 'evil@' in command])
        for mail in mails:
            self.assertIsNone(STRAY.search(mail.data), mail.data)
        return mails

    def test_row_2_from_the_command_line(self):
        for end in ENDS:
            self.submit('x@remote.example', text=f'Subject: {self.token}\n\nfirst'.encode() + end + SECOND)
        # sendmail -i reads on behind a dot of its own: nothing ends before the end of input.
        for mail in self.check(len(ENDS)):
            self.assertIn(b'forged', mail.data)

    def test_row_2_in_chunks(self):
        """BDAT may bring what DATA would end at."""
        for end in (*ENDS, b'\r\n.\r\n'):
            content = f'Subject: {self.token}\r\n\r\nfirst'.encode() + end + SECOND
            with self.raw() as client:
                client.reply()
                client.ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<x@remote.example>')
                client.write(b'BDAT %d LAST\r\n' % len(content) + content)
                self.assertRegex(client.reply(), '^250')
        for mail in self.check(len(ENDS) + 1):
            self.assertIn(b'forged', mail.data)

    def test_row_2_in_a_header(self):
        for stray in (b'\r', b'\rBcc: evil@remote.example', b'\r\r', b'\0'):
            self.submit('x@remote.example', text=b'Subject: ' + self.token.encode() + stray + b'tail\n\nbody\n')
        for mail in self.check(4):
            self.assertNotRegex(mail.data, rb'(?m)^Bcc:')

    def test_row_2_dots_arrive_as_they_were(self):
        lines = ['.', '..', '...', '.x', '', '. ', 'a.', '.']
        self.submit('x@remote.example', text=f'Subject: {self.token}\n\n' + '\n'.join(lines) + '\n')
        mail, = self.check(1)
        self.assertEqual('\r\n'.join(lines) + '\r\n', mail.text.partition('\r\n\r\n')[2])

    def test_row_2_a_last_line_without_an_end(self):
        self.submit('x@remote.example', text=f'Subject: {self.token}\n\nlast')
        mail, = self.check(1)
        self.assertTrue(mail.data.endswith(b'\r\nlast\r\n'))

    def test_row_2_a_line_of_any_length(self):
        self.submit('x@remote.example', text=f'Subject: {self.token}\n\n' + '.' * 5000 + '\n')
        mail, = self.check(1)
        self.assertTrue(all(len(line) <= 998 for line in mail.data.split(b'\r\n')))
        self.assertEqual(5000, mail.text.partition('\r\n\r\n')[2].count('.'))


if __name__ == '__main__':
    unittest.main()
