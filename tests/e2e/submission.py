"""A site whose users log in: submission and submissions, Dovecot for SASL, IMAP and POP3, all with TLS.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
Import this before anything of tests/acceptance: it says where that is.
"""
from lab import PREFIX, Certificates, MailCase  # noqa: F401

import dns
from dovecot import Dovecot
from sinks import SmtpSink

REFUSER = '198.51.100.5'        # the server of other.example

# As in the stock master.cf, with the comment signs taken away.
SUBMISSION = """\
submission inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
{options}submissions inet n - n - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
{options}"""
OPTIONS = """\
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_reject_unlisted_recipient=no
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o milter_macro_daemon_name=ORIGINATING
"""
# TLS, and at once an answer to wrong passwords, which else takes longer each time.
DOVECOT = """\
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Site(MailCase):
    """`host` is its name in the DNS and in its certificate; `ca` is the authority's file."""
    main = {
        'mynetworks': '127.0.0.0/8',
        'smtpd_sasl_type': 'dovecot',
        'smtpd_sasl_authenticated_header': 'yes',
        'smtpd_tls_security_level': 'may',
        'smtpd_tls_received_header': 'yes',
        'local_transport': 'local',
    }
    master = SUBMISSION.format(options=OPTIONS)

    @classmethod
    def configure(cls):
        super().configure()
        cls.host = f'{cls.__name__.lower()}.xian.com'
        dns.server.add(f'{cls.host}. A {cls.mta.ip}\n')
        pem, cls.ca = Certificates.get(cls.host)
        cls.dovecot = Dovecot(ip=cls.mta.ip, extra=DOVECOT.format(pem=pem))
        cls.addClassCleanup(cls.dovecot.stop)
        cls.mta.main.update(smtpd_tls_chain_files=pem, smtpd_sasl_path=f'{cls.dovecot.dir}/auth')
        cls.mta.aliases('jörg: client3\n')
        cls.refuser = SmtpSink(REFUSER, replies={'RCPT': '550 5.1.1 nobody here has that name'})
        cls.addClassCleanup(cls.refuser.close)

    def logged_in(self, service, user='client1'):
        """The log says that the user sent through that service."""
        self.mta.wait_log(rf'postfix/{service}/smtpd\[\d+\]: \w+: client=.*, sasl_method=\w+, sasl_username={user}')
