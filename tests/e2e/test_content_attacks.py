"""Content that is made to hurt (row 16 of the attack cases), and mail that comes faster than it leaves."""
import socket
import time
import unittest

from lab import MailCase

HEAD = 'From: a@b.example\r\nTo: c@d.example\r\nSubject: {}\r\n'
PART = 'Content-Type: multipart/mixed; boundary="b{0}"\r\n\r\n--b{0}\r\n'


class Content(MailCase):
    main = {'header_checks': 'regexp:{{/^X-Never:/ REJECT}}', 'mime_header_checks': 'regexp:{{/^X-Never:/ REJECT}}',
            'body_checks': 'regexp:{{/^never$$/ REJECT}}', 'message_size_limit': '50000000', 'local_recipient_maps': '',
            'mydestination': 'xian.com', 'transport_maps': 'inline:{xian.com=discard:}'}

    def post(self, content, expected):
        """One message, taken or refused in time that does not grow faster than its size."""
        with self.raw() as client:
            client.socket.settimeout(120)
            client.reply()
            client.ask('EHLO me', 'MAIL FROM:<a@b.example> BODY=8BITMIME', 'RCPT TO:<c@xian.com>', 'DATA')
            client.write(content.encode('latin-1') + b'\r\n.\r\n')
            self.assertRegex(client.reply(), expected)
            client.ask('QUIT')

    def head(self):
        return HEAD.format(self.token)

    def test_row_16_ten_thousand_levels(self):
        self.post(self.head() + ''.join(PART.format(n) for n in range(10000)) + '\r\nx', '^550 5.6.0')

    def test_row_16_a_boundary_that_names_itself(self):
        self.post(self.head() + 'Content-Type: multipart/mixed; boundary=x\r\n\r\n'
                  + '--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n' * 20000, '^[25]50')

    def test_row_16_boundaries_without_end(self):
        self.post(self.head() + 'Content-Type: multipart/mixed; boundary=x\r\n\r\n' + '--x\r\n\r\nbody\r\n' * 200000, '^250')

    def test_row_16_messages_in_messages(self):
        self.post(self.head() + 'Content-Type: message/rfc822\r\n\r\n' * 30000 + 'x', '^[25]50')

    def test_row_16_a_megabyte_in_one_field(self):
        self.post(self.head() + 'X-Long: ' + 'y' * 1000000 + '\r\n\r\nx', '^250')

    def test_row_16_a_field_of_a_hundred_thousand_lines(self):
        self.post(self.head() + 'X-Long: a\r\n' + ' y\r\n' * 100000 + '\r\nx', '^250')

    def test_row_16_a_hundred_thousand_fields(self):
        self.post(self.head() + 'X-F: y\r\n' * 100000 + '\r\nx', '^250')

    def test_row_16_ten_thousand_addresses(self):
        self.post(self.head() + 'Cc: ' + ',\r\n '.join(f'u{n}@host{n}' for n in range(10000)) + '\r\n\r\nx', '^250')

    def test_row_16_comments_in_comments(self):
        self.post(self.head() + 'Cc: ' + '(' * 50000 + '\r\nReply-To: ' + '<' * 50000 + '\r\nFrom: ' + '"\\' * 50000
                  + '\r\n\r\nx', '^250')

    def test_row_16_encoded_words_without_end(self):
        self.post(self.head() + 'X-Words: ' + '=?utf-8?q?=' * 50000 + '\r\n\r\nx', '^250')

    def test_row_16_nul_and_eight_bits(self):
        self.post(self.head() + 'X-\0\xff: \0\xfe\r\n\r\n\0\xff' + '\0' * 100000, '^250')

    def test_row_16_two_of_everything_and_no_colon(self):
        self.post(self.head() * 3 + 'no colon at all\r\nMessage-Id: x\r\n\r\nx', '^250')


class Inflow(MailCase):
    """in_flow_delay: while the queue manager has no room, each message waits before it is taken."""
    main = {'qmgr_message_active_limit': '3', 'in_flow_delay': '2s', 'defer_transports': '',
            'transport_maps': 'inline:{slow.example=smtp:[198.51.100.99]}', 'smtp_helo_timeout': '1000s'}

    @classmethod
    def configure(cls):
        cls.deaf = socket.create_server(('198.51.100.99', 25), backlog=20)     # accepts, and says nothing
        cls.addClassCleanup(cls.deaf.close)

    def seconds_of_one(self):
        began = time.monotonic()
        self.send('a@slow.example')
        return time.monotonic() - began

    def test_messages_wait_while_there_is_no_room(self):
        self.seconds_of_one()
        for _ in range(4):
            self.send('a@slow.example')
        self.assertGreater(self.seconds_of_one(), 1.9)
        self.mta.run('postsuper', '-d', 'ALL')


if __name__ == '__main__':
    unittest.main()
