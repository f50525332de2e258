"""A login that a server has refused is not tried again and again (smtp_sasl_auth_cache_name)."""
from lab import MailCase

from sinks import SmtpSink

SERVER = '198.51.100.4'     # of remote.example
REFUSED = r'SASL authentication failed; server mx\.remote\.example\[198\.51\.100\.4\] said: 535 5\.7\.8 no'


class RefusedLogins(MailCase):
    main = {'smtp_sasl_auth_enable': 'yes', 'smtp_sasl_security_options': '', 'smtp_sasl_auth_soft_bounce': 'yes',
            'smtp_sasl_auth_cache_name': 'proxy:btree:${data_directory}/refused', 'smtp_sasl_auth_cache_time': '1h',
            'minimal_backoff_time': '1000s', 'maximal_backoff_time': '1000s'}

    @classmethod
    def configure(cls):
        cls.sink = SmtpSink(SERVER, extensions=('AUTH PLAIN',), replies={'AUTH': '535 5.7.8 no'})
        cls.addClassCleanup(cls.sink.close)
        cls.mta.main['smtp_sasl_password_maps'] = cls.mta.table('passwords', 'remote.example user:password\n')

    def refused(self, recipient):
        self.submit(recipient)
        self.assertRegex(self.status(recipient, 40), REFUSED)

    def test_what_it_said_is_remembered(self):
        self.refused('one@remote.example')
        self.mta.kill('smtp')
        self.refused('two@remote.example')
        self.assertEqual(2, self.sink.sessions)
        self.assertEqual(1, len([line for line in self.sink.commands if line.startswith('AUTH')]))
