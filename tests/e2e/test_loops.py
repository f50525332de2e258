"""Mail that would go in circles, or be answered for ever (rows 14 and 33 of the attack cases): each
message ends, and its sender is told once."""
import smtplib
import unittest

from lab import MailCase, Mta, Raw, until

import dns
from sinks import SmtpSink

ZONE = """\
$ORIGIN example.
self MX 10 us.self
us.self A {}
$ORIGIN .
"""


def idle(*instances):
    until(lambda: not any(mta.queue() for mta in instances), 'the queues are empty', 120)


class Loops(MailCase):
    main = {
        'transport_maps': 'inline:{{fail.example=error:5.2.1 closed}, remote.example=smtp:[198.51.100.4]}',
        'recipient_delimiter': '+', 'smtpd_reject_unlisted_recipient': 'no',
        'notify_classes': '2bounce', '2bounce_notice_recipient': 'pm@remote.example',
        'bounce_size_limit': '20000',
    }

    @classmethod
    def configure(cls):
        dns.server.add(ZONE.format(cls.mta.ip))
        cls.sink = SmtpSink('198.51.100.4')
        cls.addClassCleanup(cls.sink.close)

    def told(self, word):
        """How often somebody at remote.example was told of it."""
        return len(self.sink.find(word))

    def test_row_14_two_nodes_that_send_to_each_other(self):
        instances = [Mta({'myhostname': f'node{n}.xian.com', 'mydestination': ''})
                     for n in (1, 2)]
        for mta, other in zip(instances, reversed(instances)):
            self.addCleanup(mta.stop)
            mta.main['transport_maps'] = f'inline:{{loop.example=smtp:[{other.ip}],remote.example=smtp:[198.51.100.4]}}'
            mta.start()
        with instances[0].smtp() as client:
            client.sendmail('a@remote.example', ['b@loop.example'], self.text())
        self.sink.wait(self.token, timeout=120)
        idle(*instances)
        self.assertEqual(self.told(self.token), 1)
        self.assertIn('too many hops', self.sink.find(self.token)[0].text)
        self.assertEqual(self.sink.find(self.token)[0].text.count('with ESMTP id'), 49)

    def test_row_14_the_mail_exchanger_is_us(self):
        self.send('b@self.example', sender='a@remote.example')
        self.assertIn('mail for self.example loops back to myself', self.sink.wait(self.token).text)
        idle(self.mta)
        self.assertEqual(self.told(self.token), 1)

    def test_row_14_delivered_to(self):
        self.mta.aliases('ping: pong@xian.com\npong: ping@xian.com\n')
        self.send('client2@xian.com', sender='a@remote.example', headers='Delivered-To: client2@xian.com\r\n')
        self.assertIn('mail forwarding loop for client2@xian.com', self.sink.wait(self.token).text)
        idle(self.mta)
        self.assertEqual(self.told(self.token), 1)

    def test_row_14_aliases_that_name_each_other(self):
        self.mta.aliases('ping: pong\npong: ping\n')
        self.send('ping@xian.com', sender='a@remote.example')
        self.assertIn('5.4.6', self.sink.wait(self.token).text)
        idle(self.mta)
        self.assertEqual(self.told(self.token), 1)

    def test_row_14_a_report_that_fails_goes_to_the_postmaster(self):
        self.send('b@fail.example', sender='a@fail.example')
        self.assertEqual(self.sink.wait(self.token).recipients, ['pm@remote.example'])
        idle(self.mta)
        self.assertEqual(self.told(self.token), 1)

    def test_row_14_a_report_that_nobody_takes_is_dropped(self):
        self.mta.set(**{'2bounce_notice_recipient': 'pm@fail.example'})
        self.addCleanup(self.mta.set, **{'2bounce_notice_recipient': 'pm@remote.example'})
        self.send('b@fail.example', sender='a@fail.example')
        self.mta.wait_log('undeliverable postmaster notification discarded')
        idle(self.mta)
        self.assertEqual(self.told(self.token), 0)

    def test_row_33_a_huge_message_comes_back_as_its_header(self):
        self.send('b@fail.example', sender='a@remote.example', body='x' * 70 + '\r\n' + ('y' * 70 + '\r\n') * 100000)
        mail = self.sink.wait(self.token)
        self.assertLess(len(mail.data), 30000)
        self.assertIn('Undelivered Message Headers', mail.text)

    def test_row_33_words_that_cannot_be_read(self):
        self.mta.write('words', 'bad_template = <<EOF\nSubject: x\n\nx\nEOF\n')
        self.mta.set(bounce_template_file='@CONFIG@/words')
        self.addCleanup(self.mta.set, bounce_template_file='')
        self.send('b@fail.example', sender='a@remote.example')
        self.assertIn('This is the mail system at host mail.xian.com', self.sink.wait(self.token).text)
        self.mta.wait_log('warning: bounce_template_file: .*words, line 1')

    def test_row_33_an_original_recipient_adds_no_lines(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            self.send('b@fail.example', sender='a@remote.example', rcpt_options=['ORCPT=rfc822;x+0D+0AAction:+20x'])
        self.send('b@fail.example', sender='a@remote.example', rcpt_options=['ORCPT=rfc822;x+20Action:+20x'])
        self.assertIn('\nOriginal-Recipient: rfc822;x Action: x\r\n', self.sink.wait(self.token).text)

    def test_row_33_nobody_is_told_nothing(self):
        self.mta.set(notify_classes='')
        self.addCleanup(self.mta.set, notify_classes='2bounce')
        self.send('b@fail.example', sender='')
        self.mta.wait_log('status=bounced')
        idle(self.mta)
        self.assertEqual(self.told(self.token), 0)

    def test_row_33_tls_that_is_optional_is_so_for_the_report(self):
        self.send('b@fail.example', sender='a@remote.example', headers='TLS-Required: No\r\n')
        header = self.sink.wait(self.token).text.partition('\r\n\r\n')[0]
        self.assertIn('TLS-Required: no', header)


class Expansions(MailCase):
    """Row 13: lists that grow without end, and many recipients."""
    main = {
        'virtual_alias_maps': 'texthash:@CONFIG@/bomb', 'transport_maps': 'inline:{{fail.example=error:5.2.1 closed},'
        ' remote.example=smtp:[198.51.100.4]}', 'recipient_delimiter': '+', 'smtpd_recipient_limit': '5000',
        'smtpd_reject_unlisted_recipient': 'no', 'smtpd_authorized_verp_clients': '$mynetworks',
    }

    @classmethod
    def configure(cls):
        # Each address is ten others: 10^9 in the end; and a chain that has none.
        cls.mta.write('bomb', ''.join(f'b{level}@xian.com ' + ' '.join(f'b{level + 1}x{n}@xian.com' for n in range(10)) + '\n'
                                      + ''.join(f'b{level}x{n}@xian.com b{level + 1}@xian.com b{level + 1}+{n}@xian.com\n'
                                                for n in range(10)) for level in range(1, 30))
                      + ''.join(f'c{n}@xian.com c{n + 1}@xian.com\n' for n in range(2000)))
        cls.sink = SmtpSink('198.51.100.4')
        cls.addClassCleanup(cls.sink.close)

    def test_row_13_bombs_do_not_go_off(self):
        for bomb in ('b1@xian.com', 'c0@xian.com'):
            with Raw(self.mta.ip) as client:
                client.reply()
                reply = client.ask('EHLO c', 'MAIL FROM:<a@remote.example>', f'RCPT TO:<{bomb}>', 'DATA', 'x\r\n.')
                self.assertRegex(reply, '^451 4.6.0')
        self.assertEqual(self.send('client1@xian.com'), {})
        self.mail('client1')

    def test_row_13_a_report_for_each_of_many_recipients(self):
        count = 1000
        with Raw(self.mta.ip) as client:
            client.reply()
            client.ask('EHLO c', 'MAIL FROM:<list@remote.example> XVERP')
            client.write(''.join(f'RCPT TO:<u{n}@fail.example>\r\n' for n in range(count)))
            for _ in range(count):
                self.assertRegex(client.reply(), '^250')
            self.assertRegex(client.ask('DATA', f'Subject: {self.token}\r\n\r\nx\r\n.'), '^250')
        self.sink.wait(self.token, count, timeout=240)
        told = {recipient for mail in self.sink.find(self.token) for recipient in mail.recipients}
        self.assertEqual(told, {f'list+u{n}=fail.example@remote.example' for n in range(count)})

    def test_row_13_the_same_recipient_again_and_again(self):
        with Raw(self.mta.ip) as client:
            client.reply()
            client.ask('EHLO c', 'MAIL FROM:<>')
            for _ in range(50):
                client.write('RCPT TO:<same@remote.example>\r\n' * 60)
                for _ in range(60):
                    self.assertRegex(client.reply(), '^250')
            client.ask('DATA', f'Subject: {self.token}\r\n\r\nx\r\n.')
        self.sink.wait(self.token)
        idle(self.mta)
        self.assertEqual([mail.recipients for mail in self.sink.find(self.token)], [['same@remote.example']])


if __name__ == '__main__':
    unittest.main()
