"""Row 32 of the attack cases: addresses in UTF-8 (RFC 6531-6533) on their way through the system.

What smtpd says to them, and to bytes that are no UTF-8, stands in smtpd_replies.txt.

    POSTERN_PREFIX=/prefix python3 -m unittest test_smtputf8
    MTA=postfix python3 -m unittest test_smtputf8
"""
import unicodedata
import unittest

from lab import MailCase

import dns
from sinks import SmtpSink

ABLE, UNABLE = '198.51.100.6', '198.51.100.7'
BOOKS = 'bücher.example'        # xn--bcher-kva.example in the DNS


class Utf8(MailCase):
    main = {'local_recipient_maps': '', 'mydestination': f'$myhostname, xian.com, local-{BOOKS}'}

    @classmethod
    def configure(cls):
        dns.server.add(f'able.example. A {ABLE}\nunable.example. A {UNABLE}\nxn--bcher-kva.example. A {ABLE}\n')
        cls.mta.aliases('jörg: client2\n')
        cls.able = SmtpSink(ABLE, extensions=('PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN'))
        cls.unable = SmtpSink(UNABLE, extensions=('PIPELINING', '8BITMIME', 'DSN'))
        cls.addClassCleanup(cls.able.close)
        cls.addClassCleanup(cls.unable.close)

    def send_utf8(self, recipient, sender='client1@xian.com', subject='x', option='SMTPUTF8', parameters=''):
        """The reply to the content, or to what was refused before."""
        with self.raw() as client:
            client.reply()
            client.ask('EHLO me.example')
            for line in (f'MAIL FROM:<{sender}> {option}', f'RCPT TO:<{recipient}>{parameters}', 'DATA'):
                reply = client.ask(line)
                if reply[0] not in '23':
                    return reply
            return client.ask(f'Subject: {subject} {self.token}\r\n\r\nx\r\n.')

    def bounced(self, recipient):
        self.assertIn('status=bounced', self.status(recipient))
        return self.mail('client1', word=self.token).raw.decode()

    def test_row_32_a_server_that_takes_it_is_told(self):
        self.assertRegex(self.send_utf8('jörg@able.example', sender='ü@xian.com'), '^250')
        mail = self.able.wait(self.token)
        self.assertEqual('<ü@xian.com>', mail.sender.strip())
        self.assertIn('SMTPUTF8', mail.sender_options)
        self.assertEqual(['jörg@able.example'], mail.recipients)

    def test_row_32_a_server_that_cannot_take_it_gets_nothing(self):
        """There is no downgrade (RFC 6531 §3.2): the message goes back, and says so in UTF-8."""
        self.send_utf8('jörg@unable.example')
        report = self.bounced('jörg@unable.example')
        self.assertIn('5.6.7', self.status('jörg@unable.example'))
        self.assertFalse(self.unable.find(self.token))
        self.assertIn('Content-Type: message/global-delivery-status', report)
        self.assertIn('Final-Recipient: utf-8; jörg@unable.example', report)

    def test_row_32_a_header_in_utf8_needs_it_as_an_address_does(self):
        self.send_utf8('plain@unable.example', subject='Grüße')
        self.bounced('plain@unable.example')
        self.assertFalse(self.unable.find(self.token))

    def test_row_32_what_needs_no_utf8_passes(self):
        """A client that asks for more than its message needs loses nothing by it."""
        self.send_utf8('plain@unable.example')
        self.assertIn('status=sent', self.status('plain@unable.example'))
        self.assertNotIn('SMTPUTF8', self.unable.wait(self.token).sender_options)

    def test_row_32_a_domain_is_found_by_its_name_in_the_dns(self):
        self.send_utf8(f'someone@{BOOKS}')
        self.assertIn('status=sent', self.status(f'someone@{BOOKS}'))
        self.able.wait(self.token)

    def test_row_32_composed_and_decomposed_are_one_domain(self):
        other = unicodedata.normalize('NFD', BOOKS)
        self.assertNotEqual(BOOKS, other)
        self.assertRegex(self.send_utf8(f'client2@local-{BOOKS}'), '^250')
        self.mail('client2', word=self.token)
        self.send_utf8(f'other@{other}')
        self.assertIn('status=sent', self.status(f'other@({BOOKS}|{other})'))
        self.assertEqual(1, len(self.able.find(self.token)))

    def test_row_32_a_name_in_utf8_is_an_alias(self):
        self.assertRegex(self.send_utf8('jörg@xian.com'), '^250')
        self.mail('client2', word=self.token)

    def test_row_32_the_original_recipient_comes_back_as_it_was(self):
        self.send_utf8('plain@unable.example', subject='ü', parameters=r' ORCPT=utf-8;j\x{F6}rg@first.example')
        self.assertRegex(self.bounced('plain@unable.example'), r'(?m)^Original-Recipient: utf-8; ?j(\\x\{F6\}|ö)rg@first')

    def test_row_32_without_the_extension_nothing_passes(self):
        self.mta.set(strict_smtputf8='yes')
        self.addCleanup(self.mta.set, strict_smtputf8='no')
        self.assertRegex(self.send_utf8('jörg@able.example', option=''), '^[45]')
        self.assertRegex(self.send_utf8('plain@able.example', sender='ü@able.example', option=''), '^[45]')


if __name__ == '__main__':
    unittest.main()
