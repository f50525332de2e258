"""Rows 15 and 29 of the attack cases: who asks which addresses there are learns what SMTP must tell and
no more, and nobody else's mail decides what is remembered about an address or a client.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import os
import struct
import unittest

from lab import STRANGER, MailCase, until

from sinks import SmtpSink


class Probing(MailCase):
    main = {'smtpd_error_sleep_time': '0', 'smtpd_hard_error_limit': '1000', 'smtpd_client_connection_count_limit': '0',
            'virtual_mailbox_domains': 'box.example', 'virtual_mailbox_base': '/var/mail',
            'virtual_mailbox_maps': 'inline:{known@box.example=box/}', 'virtual_uid_maps': 'static:65534',
            'virtual_gid_maps': 'static:65534', 'virtual_alias_domains': 'alias.example',
            'virtual_alias_maps': 'inline:{known@alias.example=client1@xian.com}',
            'relay_domains': 'relay.example', 'relay_recipient_maps': 'inline:{known@relay.example=x}',
            'smtpd_client_restrictions': 'check_client_access inline:{203.0.113.66=reject}'}
    KNOWN = ('client1@xian.com', 'known@box.example', 'known@alias.example', 'known@relay.example')
    UNKNOWN = ('nobody-here@xian.com', 'no@box.example', 'no@alias.example', 'no@relay.example')

    def greeted(self, source=STRANGER, port=25):
        client = self.raw(source=source, port=port)
        self.addCleanup(client.__exit__)
        client.reply()
        client.ask('EHLO me')
        return client

    def test_row_15_who_is_unknown_is_refused_before_there_is_a_message(self):
        """No report to a forged sender ever comes of it."""
        for sender in ('victim@remote.example', ''):
            client = self.greeted()
            client.ask(f'MAIL FROM:<{sender}>')
            for address in self.UNKNOWN:
                self.assertRegex(client.ask(f'RCPT TO:<{address}>'), '^550 5.1.[01] ')
            self.assertRegex(client.ask('DATA'), '^554 5.5.1 ')
        self.assertEqual([], self.mta.queue())
        self.assertNotIn('status=', self.mta.log())

    def test_row_15_who_is_refused_learns_nothing(self):
        client = self.greeted('203.0.113.66')
        client.ask('MAIL FROM:<a@b.example>')
        said = {client.ask(f'RCPT TO:<{address}>').replace(address, '') for address in (*self.KNOWN, *self.UNKNOWN)}
        self.assertEqual(1, len(said), said)
        self.assertRegex(said.pop(), '^554 5.7.1 ')

    def test_row_15_vrfy_tells_no_more_than_rcpt(self):
        client = self.greeted()
        for known, unknown in zip(self.KNOWN, self.UNKNOWN):
            self.assertRegex(client.ask(f'VRFY {known}'), '^252 ')
            self.assertRegex(client.ask(f'VRFY {unknown}'), '^550 ')
        self.assertRegex(client.ask('VRFY x@remote.example'), '^454 4.7.1 ')
        self.assertRegex(client.ask('EXPN postmaster'), '^50[02] ')
        client.__exit__()       # the old process goes when nobody talks with it
        self.mta.set(disable_vrfy_command='yes')
        self.addCleanup(self.mta.set, disable_vrfy_command='no')
        client = self.greeted()
        self.assertNotIn('VRFY', client.ask('EHLO me'))
        self.assertEqual({'502 5.5.1 VRFY command is disabled'},
                         {client.ask(f'VRFY {address}') for address in (*self.KNOWN, *self.UNKNOWN)})

    def test_row_15_guessing_ends_the_session(self):
        self.mta.set(smtpd_hard_error_limit='20')
        self.addCleanup(self.mta.set, smtpd_hard_error_limit='1000')
        client = self.greeted()
        client.ask('MAIL FROM:<a@b.example>')
        codes = []
        while not codes or codes[-1] not in ('421', ''):
            codes.append(client.ask(f'RCPT TO:<guess{len(codes)}@xian.com>')[:3])
        self.assertEqual(['550'] * 20 + ['421'], codes)


class Verified(MailCase):
    """What is known of addresses comes from probes of our own only."""
    main = {'smtpd_recipient_restrictions': 'reject_unverified_recipient, reject_unauth_destination',
            'smtpd_sender_restrictions': 'reject_unverified_sender', 'address_verify_poll_count': '15',
            'address_verify_poll_delay': '1s', 'relay_domains': 'remote.example, other.example', 'smtpd_error_sleep_time': '0'}

    def reply_for(self, address):
        with self.raw(source=STRANGER) as client:
            client.reply()
            return client.ask('EHLO me', 'MAIL FROM:<>', f'RCPT TO:<{address}>')

    def test_row_29_the_mail_of_users_teaches_nothing(self):
        """Neither by its sender, nor by records that ask for a probe, nor by sendmail -bv."""
        sink = SmtpSink('198.51.100.5', replies={'RCPT TO:<gone': '550 5.1.1 gone'})
        self.addCleanup(sink.close)
        for address in ('gone@other.example', 'there@other.example'):
            self.submit('-f', 'double-bounce', address)
            self.submit('-bv', address)
            self.submit('-f', '', address, text=f'X-Postfix-Verify: yes\n{self.text()}'.replace('\r', ''))
            self.forged(address)
        self.queue_empty(60)
        sink.commands.clear()
        sink.replies['RCPT TO:<gone'] = '250 2.1.5 Ok'
        sink.replies['RCPT TO:<there'] = '550 5.1.1 gone'
        # Both are probed now, for nobody has asked before.
        self.assertRegex(self.reply_for('gone@other.example'), '^250 ')
        self.assertRegex(self.reply_for('there@other.example'), '^(450 4.1.1|550 5.1.1) ')
        self.assertTrue([line for line in sink.commands if line.startswith('RCPT TO:<gone')])

    def forged(self, address):
        """postdrop gets the records that mark a probe."""
        def record(kind, data):
            return kind.encode() + struct.pack('B', len(data)) + data.encode()
        sent = (record('T', '1795533810') + record('A', 'trace_flags=256') + record('A', 'rewrite_context=local')
                + record('S', 'client1') + record('A', 'dsn_verify=1') + record('R', address)
                + record('M', '') + record('N', 'Subject: x') + record('N', '') + record('X', '') + record('E', ''))
        self.mta.run('postdrop', input=sent, user='client1', check=False)

    def test_row_29_one_address_says_nothing_of_another(self):
        sink = SmtpSink('198.51.100.4', replies={'RCPT TO:<one': '550 5.1.1 no'})
        self.addCleanup(sink.close)
        self.assertRegex(self.reply_for('one@remote.example'), '^(450|550) ')
        self.assertRegex(self.reply_for('two@remote.example'), '^250 ')
        self.assertRegex(self.reply_for('"one "@remote.example'), '^250 ')

    def test_row_29_a_server_that_cannot_be_asked_is_no_refusal(self):
        self.assertRegex(self.reply_for('down@remote.example'), '^450 4.1.1 ')

    def test_row_29_the_cache_is_nobodys_to_write(self):
        until(lambda: self.reply_for('down@remote.example').startswith('450'), 'there is a cache')
        files = [name for name in os.listdir(f'{self.mta.dir}/data') if name.startswith('verify_cache')]
        self.assertTrue(files)
        for name in files:
            self.assertEqual(0, os.stat(f'{self.mta.dir}/data/{name}').st_mode & 0o077, name)


if __name__ == '__main__':
    unittest.main()
