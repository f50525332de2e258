"""Policy services that sites run: policyd-spf and postgrey; and PostSRSd behind tcp: tables."""
import smtplib
import unittest

from submission import SmtpSink

import dns
from case import MailCase
from programs import Program, answers, folder, need, until

GOOD, BAD = '203.0.113.5', '203.0.113.6'


class Refusing(MailCase):
    def is_refused(self, *recipients, **how):
        """The reply to the only recipient."""
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.send(*recipients, **how)
        (code, text), = caught.exception.recipients.values()
        return code, text.decode()


@need(files=['/usr/lib/python3/dist-packages/spf_engine/policyd_spf.py'])
class PolicydSpf(Refusing):
    """Started by spawn(8), a process for each connection of smtpd, as its manual says."""
    main = {
        'smtpd_recipient_restrictions': 'permit_mynetworks, reject_unauth_destination, '
                                        'check_policy_service unix:private/policyd-spf',
        'policyd-spf_time_limit': '3600',
    }
    master = ('policyd-spf unix - n n - 0 spawn user=nobody argv=/usr/bin/python3 -c '
              '{from spf_engine.policyd_spf import main; main()} @CONFIG@/policyd-spf.conf\n')

    @classmethod
    def configure(cls):
        cls.mta.write('policyd-spf.conf', 'debugLevel = 1\nTestOnly = 1\nHELO_reject = Fail\nMail_From_reject = Fail\n'
                                          'PermError_reject = False\nTempError_Defer = False\n'
                                          'skip_addresses = 127.0.0.0/8\n')
        dns.server.add(f'spf.example. TXT "v=spf1 ip4:{GOOD} -all"\nspf.example. A 198.51.100.4\n')

    def test_the_listed_client_gets_in_and_the_result_into_the_header(self):
        self.send('client1@xian.com', sender='a@spf.example', source=GOOD)
        self.assertRegex(self.mail('client1')['Received-SPF'], r'(?s)Pass .*client-ip=203\.0\.113\.5.*envelope-from=a@spf\.example')

    def test_any_other_client_is_refused(self):
        code, text = self.is_refused('client1@xian.com', sender='a@spf.example', source=BAD)
        self.assertEqual(550, code)
        self.assertRegex(text, r'5\.7\.23 <client1@xian\.com>: Recipient address rejected: Message rejected due to: SPF fail')

    def test_a_domain_without_a_record_gets_in(self):
        self.send('client1@xian.com', sender='a@stranger.example', source=BAD)
        self.assertIn('None', self.mail('client1')['Received-SPF'])


@need('postgrey')
class Postgrey(Refusing):
    main = {'smtpd_recipient_restrictions': 'permit_mynetworks, reject_unauth_destination, '
                                            'check_policy_service inet:127.0.0.1:10023'}

    @classmethod
    def configure(cls):
        cls.postgrey = Program(cls, 'postgrey', '--inet=127.0.0.1:10023', '--delay=2', '--auto-whitelist-clients=0',
                               '--user=postgrey', '--group=postgrey', f'--dbdir={folder("postgrey", "postgrey")}',
                               f'--pidfile={folder("postgrey-pid")}/pid', listens=('127.0.0.1', 10023))

    def test_the_first_try_waits_and_a_later_one_gets_in(self):
        code, text = self.is_refused('client1@xian.com', source=GOOD)
        self.assertEqual(450, code)
        self.assertRegex(text, r'^4\.2\.0 <client1@xian\.com>: Recipient address rejected: Greylisted')
        self.mta.wait_log(r'NOQUEUE: reject: RCPT from stranger\.example\[203\.0\.113\.5\]: 450 4\.2\.0 .*Greylisted')
        self.until_accepted('client1@xian.com', source=GOOD)
        self.assertRegex(self.mail('client1')['X-Greylist'], r'delayed \d+ seconds by postgrey')
        self.send('client1@xian.com', source=GOOD)
        self.mail('client1', count=2)

    def until_accepted(self, recipient, **how):
        def accepted():
            try:
                return not self.send(recipient, **how)
            except smtplib.SMTPRecipientsRefused:
                return False
        until(accepted, 'the client waited long enough', 60)

    def test_the_own_network_does_not_wait(self):
        self.send('client2@xian.com', source='192.168.58.200')
        self.assertIsNone(self.mail('client2')['X-Greylist'])


@need('postsrsd')
class Postsrsd(MailCase):
    """Mail that is forwarded to another site leaves with a sender of ours; its bounces find back."""
    main = {
        'sender_canonical_maps': 'tcp:127.0.0.1:10001', 'sender_canonical_classes': 'envelope_sender',
        'recipient_canonical_maps': 'tcp:127.0.0.1:10002',
        'recipient_canonical_classes': 'envelope_recipient, header_recipient',
        'virtual_alias_maps': 'inline:{away@xian.com=a@remote.example}',
    }

    @classmethod
    def configure(cls):
        secret = cls.mta.write('srs.secret', 'a secret of the test\n', 0o600)
        Program(cls, 'postsrsd', '-d', 'xian.com', '-s', secret, '-f', '10001', '-r', '10002', '-l', '127.0.0.1',
                '-u', 'nobody', listens=('127.0.0.1', 10001))
        until(lambda: answers(('127.0.0.1', 10002)), 'it listens for the way back')
        cls.remote, cls.other = SmtpSink('198.51.100.4'), SmtpSink('198.51.100.5')
        for sink in (cls.remote, cls.other):
            cls.addClassCleanup(sink.close)

    def test_forwarded_with_our_sender_and_back(self):
        self.send('away@xian.com', sender='friend@other.example')
        sender = self.remote.wait(self.token).sender.strip('<>')
        self.assertRegex(sender, r'^SRS0=\S{4}=\S\S=other\.example=friend@xian\.com$')
        self.send(sender, sender='', headers='X-Bounce: yes\r\n')
        back = self.other.wait('X-Bounce: yes')
        self.assertEqual(['friend@other.example'], back.recipients)

    def test_mail_of_our_own_keeps_its_sender(self):
        self.send('a@remote.example', sender='client1@xian.com', source='192.168.58.200')
        self.assertEqual('<client1@xian.com>', self.remote.wait(self.token).sender)

    def test_while_it_is_down_mail_waits(self):
        """A table that cannot be asked never changes what happens to mail, only when."""
        self.mta.set(sender_canonical_maps='tcp:127.0.0.1:10009')
        self.addCleanup(self.mta.set, sender_canonical_maps='tcp:127.0.0.1:10001')
        with self.assertRaises(smtplib.SMTPException) as caught:
            self.send('client1@xian.com', sender='friend@other.example')
        self.assertRegex(str(caught.exception), r'45\d')
        self.assertEqual([], self.got('client1'))


if __name__ == '__main__':
    unittest.main()
