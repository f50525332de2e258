"""What Postfix's manuals promise, example by example, where no record of a dialogue sees it."""
import os
import pathlib
import re
import smtplib
import unittest

from instance import PREFIX, Instance, until


class Taking(smtplib.SMTP):
    """A client that asks for VERP."""

    def ask(self, sender, *recipients):
        self.ehlo()
        self.mail(sender, ['XVERP=+='])
        for recipient in recipients:
            self.rcpt(recipient)
        return self.data('Subject: 1\r\n\r\nx\r\n')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class ByTheBook(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)

    def senders(self):
        """The return paths of what has come into the Maildir."""
        texts = [path.read_text() for path in pathlib.Path(self.instance.mail, 'box').glob('new/*')]
        return sorted(re.findall(r'^Return-Path: <(.*)>$', '\n'.join(texts), re.M))

    def wait_for_senders(self, expected):
        until(lambda: self.senders() == expected,
              lambda: f'{self.senders()}\n{self.instance.log()}')

    def test_verp_gives_each_recipient_a_sender_of_its_own(self):
        """VERP_README; the address in it is the one that the list knows, not that of an alias."""
        expected = [*['owner-list+all=box.test@file.test'] * 2, 'owner-list+n3=box.test@file.test']
        aliases = 'inline:{{all@box.test=n1@box.test, n2@box.test}}'
        self.instance.configure(virtual_alias_maps=aliases,
                                smtpd_authorized_verp_clients='$mynetworks')
        self.instance.start()
        self.instance.command('sendmail', '-XV', '-f', 'owner-list@file.test', 'all@box.test',
                              'n3@box.test', input='Subject: 1\n\nx\n')
        self.wait_for_senders(expected)
        with Taking('127.0.0.1', self.instance.port, local_hostname='client.test') as client:
            code, _ = client.ask('owner-list@file.test', 'all@box.test', 'n3@box.test')
            self.assertEqual(250, code)
        self.wait_for_senders(sorted(expected * 2))

    def test_prepend_without_a_header_is_left_out(self):
        """access(5) wants "headername: headervalue"; any other line would end the header."""
        self.instance.configure(smtpd_sender_restrictions='check_sender_access inline:{'
                                '{sender@client.test=PREPEND no header}}')
        self.instance.start()
        self.instance.send(1)
        self.instance.wait_log('warning: access table .* entry "sender@client.test" requires header: text')
        self.instance.drain()
        path, = pathlib.Path(self.instance.mail, 'box').glob('new/*')
        header, _, _ = path.read_text().partition('\n\n')
        self.assertNotIn('no header', header)
        self.assertIn('Subject: 1', header)

    def test_envelopes_are_completed_whoever_the_client_is(self):
        """ADDRESS_REWRITING_README: local_header_rewrite_clients is about header fields only."""
        self.instance.configure(myorigin='box.test', local_header_rewrite_clients='')
        self.instance.start()
        with self.instance.smtp() as client:
            client.sendmail('someone', ['n1'], 'From: someone\r\nSubject: 1\r\n\r\nx\r\n')
        self.wait_for_senders(['someone@box.test'])
        path, = pathlib.Path(self.instance.mail, 'box').glob('new/*')
        self.assertIn('\nFrom: someone\n', path.read_text())

    def test_a_client_does_not_hear_that_its_message_is_discarded(self):
        self.instance.configure(smtpd_sender_restrictions='check_sender_access inline:{'
                                '{away@client.test=DISCARD}}')
        self.instance.start()
        with self.instance.smtp() as client:
            for text in ('Subject: 1\r\n\r\n', 'x' * 200000):
                client.ehlo_or_helo_if_needed()
                client.mail('away@client.test')
                client.rcpt('n1@box.test')
                code, reply = client.data(text)
                self.assertEqual(250, code)
                self.assertRegex(reply, rb'^2\.0\.0 Ok: queued as \w+$')
        self.instance.wait_log('triggers DISCARD action')
        self.instance.drain()
        self.assertEqual([], self.senders())


if __name__ == '__main__':
    unittest.main()
