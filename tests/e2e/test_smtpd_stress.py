"""Values that depend on `stress` (STRESS_README): they count while an SMTP service has as many sessions
as it may. POSTERN_PREFIX is the installation.
"""
import unittest

from lab import STRANGER, MailCase, Raw, only_ours

from sinks import PolicyServer


@only_ours
class Stress(MailCase):
    master = ('@IP@:2501 inet n - n - 2 smtpd -o smtpd_hard_error_limit=${stress?{1}:{20}}\n'
              '@IP@:2502 inet n - n - 1 smtpd -o smtpd_timeout=${stress?{1}:{300}}s\n'
              '@IP@:2503 inet n - n - 1 smtpd -o smtpd_recipient_restrictions=check_policy_service,unix:@DIR@/policy\n')

    @classmethod
    def configure(cls):
        cls.policy = PolicyServer(f'{cls.mta.dir}/policy')
        cls.addClassCleanup(cls.policy.close)

    def client(self, port):
        client = Raw(self.mta.ip, port, source=STRANGER)
        self.addCleanup(client.__exit__)
        client.socket.settimeout(60)
        client.reply()
        return client

    def test_it_comes_with_the_last_session_and_goes_with_it(self):
        first = self.client(2501)
        self.assertEqual(first.ask('FOO', 'FOO'), '500 5.5.2 Error: command not recognized')
        with Raw(self.mta.ip, 2501, source=STRANGER) as second:
            second.reply()
            second.ask('NOOP')
            second.write('FOO\r\n')
            self.assertEqual(second.reply(), '500 5.5.2 Error: command not recognized')
            self.assertEqual(second.reply(), '421 4.7.0 mail.xian.com Error: too many errors')
        self.mta.wait_log(r'disconnect from ')
        self.assertEqual(first.ask('FOO', 'NOOP'), '250 2.0.0 Ok')

    def test_an_idle_client_leaves_sooner(self):
        self.assertEqual(self.client(2502).reply(), '421 4.4.2 mail.xian.com Error: timeout exceeded')

    def test_policy_services_are_told(self):
        self.client(2503).ask('EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>')
        self.assertEqual(self.policy.requests[-1]['stress'], 'yes')


if __name__ == '__main__':
    unittest.main()
