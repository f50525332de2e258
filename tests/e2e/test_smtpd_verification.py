"""Address verification (reject_unverified_sender, reject_unverified_recipient) and notices to the
postmaster (notify_classes), with the same results from Debian's Postfix: run as the acceptance tests
are, MTA=postfix or MTA=/prefix.
"""
import re
import unittest

from lab import STRANGER, MailCase, Raw, until

from mta import alive
from sinks import SmtpSink


class Verification(MailCase):
    master = ('@IP@:2501 inet n - n - - smtpd -o smtpd_sender_restrictions=reject_unverified_sender\n'
              ' -o smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination\n'
              '@IP@:2502 inet n - n - - smtpd -o unverified_recipient_reject_code=550\n'
              ' -o { unverified_recipient_reject_reason = no such person }\n'
              '@IP@:2503 inet n - n - - smtpd -o address_verify_poll_count=1\n'
              '@IP@:2504 inet n - n - - smtpd -o address_verify_poll_count=1\n'
              ' -o unverified_recipient_defer_code=451 -o unverified_recipient_tempfail_action=defer\n')
    main = {'smtpd_recipient_restrictions': 'reject_unverified_recipient', 'local_recipient_maps': '',
            'smtpd_relay_restrictions': 'permit_mynetworks, reject_unauth_destination',
            'relay_domains': 'net.test', 'transport_maps': 'inline:{net.test=smtp:[127.0.0.1]:10030}',
            'address_verify_map': 'btree:@DIR@/data/verify_cache', 'address_verify_poll_delay': '1s', 'address_verify_poll_count': '30',
            'smtpd_client_port_logging': 'no', 'address_verify_negative_refresh_time': '1h'}

    @classmethod
    def configure(cls):
        cls.sink = SmtpSink(('127.0.0.1', 10030), replies={
            'RCPT TO:<UNKNOWN': '550 5.1.1 <unknown> who', 'RCPT TO:<LATER': '450 4.2.0 later',
            'RCPT TO:<CODE': '550 not known', 'RCPT TO:<SILENT': 'CLOSE', 'MAIL FROM:<NOBODY': '550 5.1.8 not you'})
        cls.addClassCleanup(cls.sink.close)

    def ask(self, *commands, port=25):
        with Raw(self.mta.ip, port, source=STRANGER) as client:
            client.socket.settimeout(60)
            client.reply()
            return client.ask('EHLO me', *commands)

    def rcpt(self, recipient, port=25):
        return self.ask('MAIL FROM:<a@b.example>', f'RCPT TO:<{recipient}>', port=port)

    def cache(self):
        """What verify has written down, once nobody has it open."""
        daemons = self.mta.daemons()
        self.mta.run('postfix', 'stop')
        until(lambda: not any(map(alive, daemons)), 'the daemons end')
        return dict(line.split('\t', 1) for line in
                    self.mta.run('postmap', '-s', f'btree:{self.mta.dir}/data/verify_cache').stdout.splitlines())


    def test_a_recipient_that_is_there(self):
        self.assertEqual(self.rcpt('known@net.test'), '250 2.1.5 Ok')
        self.assertRegex(self.status('known@net.test'), r'status=deliverable \(250 2.1.5 Ok\)')
        self.assertNotIn('known@net.test', ''.join(mail.text for mail in self.sink.mails))

    def test_a_recipient_that_is_not(self):
        self.assertEqual(self.rcpt('unknown@net.test'), '450 4.1.1 <unknown@net.test>: Recipient address rejected: '
                         'unverified address: host 127.0.0.1[127.0.0.1] said: 550 5.1.1 <unknown> who '
                         '(in reply to RCPT TO command)')
        self.mta.wait_log(r'NOQUEUE: reject: RCPT from unknown\[203.0.113.9\]: 450 4.1.1 <unknown@net.test>: Recipient '
                          r'address rejected: unverified address: host .*; from=<a@b.example> to=<unknown@net.test> '
                          r'proto=ESMTP helo=<me>')
        self.assertRegex(self.status('unknown@net.test'), r'dsn=5.1.1, status=undeliverable \(host ')

    def test_a_refusal_for_good_in_the_administrators_words(self):
        self.assertEqual(self.rcpt('unknown2@net.test', 2502),
                         '550 5.1.1 <unknown2@net.test>: Recipient address rejected: undeliverable address: no such person')

    def test_a_recipient_that_cannot_be_told(self):
        self.assertRegex(self.rcpt('later@net.test'), r'^450 4.1.1 <later@net.test>: Recipient address rejected: '
                         r'unverified address: host 127.0.0.1\[127.0.0.1\] said: 450 4.2.0 later \(in reply')
        self.assertRegex(self.rcpt('code@net.test'), r'^450 4.1.1 <code@net.test>: .* 550 not known \(in reply')

    def test_a_probe_that_is_under_way(self):
        self.assertEqual(self.rcpt('silent1@net.test', 2503), '450 4.1.1 <silent1@net.test>: Recipient address rejected: '
                         'unverified address: Address verification in progress')
        self.assertEqual(self.rcpt('silent2@net.test', 2504), '451 4.1.1 <silent2@net.test>: Recipient address rejected: '
                         'unverified address: Address verification in progress')

    def test_local_recipients(self):
        self.assertEqual(self.rcpt('client1@xian.com'), '250 2.1.5 Ok')
        self.assertRegex(self.rcpt('nobody0@xian.com'), r'^450 4.1.1 <nobody0@xian.com>: Recipient address rejected: '
                         r'unverified address: unknown user: "nobody0"$')

    def sender(self, address):
        return self.ask(f'MAIL FROM:<{address}>', 'RCPT TO:<client1@xian.com>', port=2501)

    def test_senders(self):
        self.assertEqual(self.sender('good@net.test'), '250 2.1.5 Ok')
        self.assertEqual(self.sender(''), '250 2.1.5 Ok')
        self.assertRegex(self.sender('unknown3@net.test'), r'^450 4.1.7 <unknown3@net.test>: Sender address rejected: '
                         r'unverified address: host 127.0.0.1\[127.0.0.1\] said: 550 5.1.1 ')
        self.mta.wait_log(r'NOQUEUE: reject: RCPT from unknown\[203.0.113.9\]: 450 4.1.7 <unknown3@net.test>: Sender ')

    def test_probes_come_from_double_bounce(self):
        self.rcpt('who@net.test')
        self.assertIn('MAIL FROM:<double-bounce@mail.xian.com>', ' '.join(
            command.split(' SIZE')[0] for command in self.sink.commands if command.startswith('MAIL')))

    def test_z_the_cache_on_disk(self):
        for user in ('known9', 'unknown9', 'later9'):
            self.rcpt(f'{user}@net.test')
        self.rcpt('client1@xian.com')
        self.rcpt('nobody9@xian.com')
        cache = self.cache()
        self.assertRegex(cache['known9@net.test'], r'^0:0:\d{10}:250 2.1.5 Ok$')
        self.assertRegex(cache['unknown9@net.test'], r'^2:0:\d{10}:host 127.0.0.1\[127.0.0.1\] said: 550 5.1.1 ')
        self.assertRegex(cache['later9@net.test'], r'^1:0:\d{10}:host ')
        self.assertRegex(cache['client1@xian.com'], r'^0:0:\d{10}:delivers to mailbox$')
        self.assertRegex(cache['nobody9@xian.com'], r'^2:0:\d{10}:unknown user: "nobody9"$')


class Notices(MailCase):
    main = {'notify_classes': 'resource, software, policy, protocol, data, bounce', 'smtpd_error_sleep_time': '0',
            'smtpd_hard_error_limit': '3', 'local_recipient_maps': 'inline:{client1=x,client2=x,postmaster=x}',
            'error_notice_recipient': 'client2', 'bounce_notice_recipient': 'client2', 'smtpd_timeout': '5'}
    master = '@IP@:2501 inet n - n - - smtpd -o notify_classes=bounce\n' \
             '@IP@:2502 inet n - n - - smtpd -o smtpd_history_flush_threshold=2 -o smtpd_hard_error_limit=20\n' \
             '@IP@:2503 inet n - n - - smtpd -o notify_classes=resource\n'

    def notice(self, *commands, port=25, ends=True):
        """What the postmaster is told of a session."""
        with Raw(self.mta.ip, port, source=STRANGER) as client:
            client.socket.settimeout(60)
            client.reply()
            for command in commands:
                client.ask(command)
        self.mta.wait_log('disconnect from ')

    def told(self, word):
        mail = self.mail('client2', word)
        text = mail.get_content()
        return mail, re.sub(r'\d{4}-\d\d.*', 'DATE', text)

    def test_refusals(self):
        self.notice('EHLO first.notice', 'MAIL FROM:<a@b.example>', 'RCPT TO:<nobody@xian.com>', 'FOO', 'QUIT')
        mail, text = self.told('first.notice')
        self.assertEqual(mail['Subject'], 'Postfix SMTP server: errors from unknown[203.0.113.9]')
        self.assertEqual(mail['From'], 'Mail Delivery System <MAILER-DAEMON@mail.xian.com>')
        self.assertEqual(mail['To'], 'Postmaster <client2@mail.xian.com>')
        self.assertEqual(text, '''Transcript of session follows.

 Out: 220 mail.xian.com ESMTP Postfix
 In:  EHLO first.notice
 Out: 250-mail.xian.com
 Out: 250-PIPELINING
 Out: 250-SIZE 10240000
 Out: 250-VRFY
 Out: 250-ETRN
 Out: 250-ENHANCEDSTATUSCODES
 Out: 250-8BITMIME
 Out: 250-DSN
 Out: 250-SMTPUTF8
 Out: 250 CHUNKING
 In:  MAIL FROM:<a@b.example>
 Out: 250 2.1.0 Ok
 In:  RCPT TO:<nobody@xian.com>
 Out: 550 5.1.1 <nobody@xian.com>: Recipient address rejected: User unknown in
     local recipient table
 In:  FOO
 Out: 500 5.5.2 Error: command not recognized
 In:  QUIT
 Out: 221 2.0.0 Bye


For other details, see the local mail logfile
''')

    def test_too_many_errors(self):
        with Raw(self.mta.ip, source=STRANGER) as client:
            client.reply()
            client.ask('EHLO second.notice', 'FOO', 'FOO', 'FOO')
            self.assertEqual(client.reply(), '421 4.7.0 mail.xian.com Error: too many errors')
        self.assertTrue(self.told('second.notice')[1].endswith('''
 In:  FOO
 Out: 500 5.5.2 Error: command not recognized
 Out: 421 4.7.0 mail.xian.com Error: too many errors

Session aborted, reason: too many errors

For other details, see the local mail logfile
'''))

    def test_a_slow_client_is_no_error(self):
        with Raw(self.mta.ip, source=STRANGER) as client:
            client.socket.settimeout(60)
            client.reply()
            client.ask('EHLO third.notice')
            self.assertRegex(client.reply(), '^421 ')
        self.notice('EHLO later.notice', 'FOO', 'QUIT')
        self.told('later.notice')
        self.assertEqual(self.got('client2', 'third.notice'), [])

    def test_the_class_bounce_alone(self):
        self.notice('EHLO fourth.notice', 'MAIL FROM:<a@b.example>', 'RCPT TO:<nobody@xian.com>', 'QUIT', port=2501)
        self.assertIn('Recipient address rejected', self.told('fourth.notice')[1])

    def test_history_is_flushed(self):
        self.notice('EHLO fifth.notice', 'NOOP', 'NOOP', 'RSET', 'FOO fifth.flushed', 'QUIT', port=2502)
        text = self.told('fifth.flushed')[1]
        self.assertNotIn('fifth.notice', text)

    def test_nothing_to_tell(self):
        self.notice('EHLO sixth.notice', 'FOO', 'QUIT', port=2503)
        self.notice('EHLO seventh.notice', 'NOOP', 'QUIT')
        self.notice('EHLO eighth.notice', 'FOO', 'QUIT')
        self.told('eighth.notice')
        self.assertEqual(self.got('client2', 'sixth.notice') + self.got('client2', 'seventh.notice'), [])


if __name__ == '__main__':
    unittest.main()
