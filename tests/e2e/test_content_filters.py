"""Content filters that sites run: amavisd-new after the queue, SpamAssassin as a milter and through
pipe(8), rspamd as a milter. Each lets a real message through and stops another.
"""
import os
import pathlib
import smtplib
import unittest
from email.utils import formatdate

from submission import PREFIX

import isolate
from case import MailCase
from mta import age
from programs import Program, folder, need, until

STRANGER = '203.0.113.5'
# The test pattern that every spam filter knows.
SPAM = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
PROGRAM = ('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
           '--b\r\nContent-Type: text/plain\r\n\r\nlook at this\r\n'
           '--b\r\nContent-Type: application/octet-stream; name="look.exe"\r\n'
           'Content-Disposition: attachment; filename="look.exe"\r\n\r\nMZ not really\r\n--b--')


class Filtering(MailCase):
    main = {'mynetworks': '127.0.0.0/8, 192.168.58.0/24'}

    def text(self, body='hello', headers='', subject=None):
        """With all that a message of good manners has."""
        return super().text(body, f'Date: {formatdate()}\r\nMessage-ID: <{self.token}@stranger.example>\r\n{headers}', subject)

    def send(self, *recipients, sender='sender@stranger.example', body='hello', headers='', **how):
        """With the patience that a filter needs which has just begun."""
        with self.mta.smtp(**how) as client:
            client.sock.settimeout(180)
            return client.sendmail(sender, recipients, self.text(body, headers).encode())

    def is_refused(self, **how):
        with self.assertRaises(smtplib.SMTPDataError) as caught:
            self.send('client1@xian.com', source=STRANGER, **how)
        return f'{caught.exception.smtp_code} {caught.exception.smtp_error.decode()}'


# As its README.postfix has it.
AMAVIS_MASTER = """\
smtp-amavis unix -      -       n     -       2  smtp
    -o smtp_data_done_timeout=1200
    -o smtp_send_xforward_command=yes
    -o disable_dns_lookups=yes
    -o max_use=20
127.0.0.1:10025 inet n  -       n     -       -  smtpd
    -o content_filter=
    -o smtpd_delay_reject=no
    -o smtpd_client_restrictions=permit_mynetworks,reject
    -o smtpd_helo_restrictions=
    -o smtpd_sender_restrictions=
    -o smtpd_recipient_restrictions=permit_mynetworks,reject
    -o smtpd_data_restrictions=reject_unauth_pipelining
    -o smtpd_end_of_data_restrictions=
    -o smtpd_restriction_classes=
    -o mynetworks=127.0.0.0/8
    -o smtpd_error_sleep_time=0
    -o smtpd_soft_error_limit=1001
    -o smtpd_hard_error_limit=1000
    -o smtpd_client_connection_count_limit=0
    -o smtpd_client_connection_rate_limit=0
    -o receive_override_options=no_header_body_checks,no_unknown_recipient_checks,no_milters
    -o local_header_rewrite_clients=
"""
AMAVIS = """\
use strict;
$daemon_user = $daemon_group = 'amavis';
$mydomain = 'xian.com';
$myhostname = 'mail.xian.com';
$MYHOME = '{home}';
$TEMPBASE = "$MYHOME/tmp";
$db_home = "$MYHOME/db";
$QUARANTINEDIR = undef;
$pid_file = "$MYHOME/pid";
$lock_file = "$MYHOME/lock";
$enable_db = $enable_global_cache = $enable_zmq = 0;
$DO_SYSLOG = 0;
$LOGFILE = "$MYHOME/log";
$log_level = 2;
$max_servers = 2;
$inet_socket_port = 10024;
$notify_method = $forward_method = 'smtp:[127.0.0.1]:10025';
@bypass_virus_checks_maps = (1);
$enable_dkim_verification = 0;
$sa_local_tests_only = 1;
$sa_tag_level_deflt = -999;
$sa_tag2_level_deflt = $sa_kill_level_deflt = 6.31;
$sa_dsn_cutoff_level = 10;
$final_spam_destiny = D_DISCARD;
$final_banned_destiny = D_BOUNCE;
$final_bad_header_destiny = D_PASS;
$spam_quarantine_to = $banned_quarantine_to = undef;
$banned_filename_re = new_RE(qr'.\\.(exe|vbs|pif|scr)$'i);
@local_domains_maps = (['xian.com']);
1;
"""


@need('amavisd')
class Amavis(Filtering):
    main = {**Filtering.main, 'content_filter': 'smtp-amavis:[127.0.0.1]:10024'}
    master = AMAVIS_MASTER

    @classmethod
    def configure(cls):
        cls.home = folder('amavis', 'amavis')
        for name in ('tmp', 'db'):
            folder(f'amavis/{name}', 'amavis')
        config = cls.mta.write('amavisd.conf', AMAVIS.format(home=cls.home))
        Program(cls, 'amavisd', '-c', config, 'foreground', listens=('127.0.0.1', 10024))

    def filter_log(self):
        with open(f'{self.home}/log', errors='replace') as log:
            return log.read()

    def decided(self, what):
        return until(lambda: any(what in line and self.token in line for line in self.filter_log().splitlines()),
                     lambda: f'{what}:\n{self.filter_log()[-3000:]}', 60)

    def test_a_clean_message_comes_back_and_is_delivered(self):
        self.send('client1@xian.com', source=STRANGER)
        message = self.mail('client1', timeout=60)
        self.assertIn('No,', message['X-Spam-Status'])
        self.assertEqual(3, len(message.get_all('Received')))
        self.mta.wait_log(r'relay=127\.0\.0\.1\[127\.0\.0\.1\]:10024, .*status=sent \(250 2\.0\.0 from MTA\(smtp:\[127\.0\.0\.1\]:10025\): '
                          r'250 2\.0\.0 Ok: queued as')

    def test_the_filter_knows_the_client(self):
        """By XFORWARD; and the log of the way back names it."""
        self.send('client1@xian.com', source=STRANGER)
        self.mail('client1', timeout=60)
        until(lambda: f'[{STRANGER}]' in self.filter_log(), self.filter_log, 30)

    def test_spam_is_dropped(self):
        self.send('client1@xian.com', source=STRANGER, body=SPAM)
        self.queue_empty(60)
        self.assertRegex(self.status('client1@xian.com', 60), r'status=sent \(250 2\.7\.0 Ok, discarded, .*spam')
        self.assertEqual([], self.got('client1'))

    def test_a_program_comes_back_to_the_sender(self):
        headers, body = PROGRAM
        self.send('client1@xian.com', sender='client2@xian.com', headers=headers, body=body)
        bounce = self.mail('client2', timeout=60)
        self.assertRegex(bounce['Subject'], r'(?i)banned')
        self.assertEqual([], self.got('client1'))

    def test_many_at_once_none_is_lost(self):
        for _ in range(10):
            self.send('client3@xian.com', source=STRANGER)
        self.mail('client3', count=10, timeout=120)


class Spamd:
    """One SpamAssassin daemon for a test class, without the network."""
    port = 7830

    @classmethod
    def start(cls, case):
        Program(case, 'spamd', '-L', '-x', '-m', '2', '-i', '127.0.0.1', '-p', cls.port, '-u', 'nobody',
                f'--helper-home-dir={folder("spamd", "nobody")}', '-s', 'stderr', listens=('127.0.0.1', cls.port))


@need('spamd', 'spamass-milter')
class SpamassMilter(Filtering):
    main = {**Filtering.main, 'smtpd_milters': 'unix:@DIR@/spamass', 'milter_default_action': 'tempfail'}

    @classmethod
    def configure(cls):
        Spamd.start(cls)
        path = f'{cls.mta.dir}/spamass'
        Program(cls, 'spamass-milter', '-p', path, '-r', '15', '-i', '127.0.0.0/8', '--', '-d', '127.0.0.1', '-p', Spamd.port)
        until(lambda: os.path.exists(path), 'spamass-milter listens')
        os.chmod(path, 0o666)

    def test_a_clean_message_is_marked_and_delivered(self):
        self.send('client1@xian.com', source=STRANGER)
        message = self.mail('client1', timeout=60)
        self.assertIn('No, score=', message['X-Spam-Status'])
        self.assertIn('SpamAssassin', message['X-Spam-Checker-Version'])

    def test_spam_is_refused_in_the_session(self):
        self.assertEqual('550 5.7.1 Blocked by SpamAssassin', self.is_refused(body=SPAM))
        self.mta.wait_log(r'milter-reject: END-OF-MESSAGE from stranger\.example\[203\.0\.113\.5\]: 5\.7\.1 Blocked by SpamAssassin')
        self.assertEqual([], self.got('client1'))


@need('spamd', 'spamc')
class SpamassassinByPipe(Filtering):
    """Through pipe(8) and back by sendmail, as the oldest of recipes has it."""
    master = (f'spamassassin unix - n n - - pipe user=filter argv=/usr/bin/spamc -p {Spamd.port} -d 127.0.0.1 '
              '-e @SENDMAIL@ -C @CONFIG@ -oi -f ${sender} ${recipient}\n').replace('@SENDMAIL@', f'{PREFIX}/sbin/sendmail')

    @classmethod
    def configure(cls):
        Spamd.start(cls)
        cls.mta.run('postconf', '-P', 'smtp/inet/content_filter=spamassassin')
        age(f'{cls.mta.config}/master.cf')

    def test_scanned_and_delivered(self):
        for body, verdict in (('hello', 'No, score='), (SPAM, 'Yes, score=')):
            with self.subTest(verdict):
                self.token += 'x'
                self.send('client1@xian.com', source=STRANGER, body=body)
                found = self.mail('client1', timeout=60)
                self.assertIn(verdict, found['X-Spam-Status'])


@need('rspamd')
class Rspamd(Filtering):
    main = {**Filtering.main, 'smtpd_milters': 'inet:127.0.0.1:11332', 'milter_default_action': 'tempfail',
            'milter_mail_macros': 'i {mail_addr} {client_addr} {client_name} {auth_authen}'}

    @classmethod
    def configure(cls):
        home = folder('rspamd', '_rspamd')
        pathlib.Path(f'{home}/tld').write_text('com\nexample\n')
        os.makedirs('/etc/rspamd/local.d', exist_ok=True)
        for name, text in (('worker-proxy.inc', 'milter = yes;\nbind_socket = "127.0.0.1:11332";\ntimeout = 120s;\n'
                                                'upstream "local" {\n  default = yes;\n  self_scan = yes;\n}\n'),
                           ('worker-normal.inc', 'enabled = false;\n'), ('worker-controller.inc', 'enabled = false;\n'),
                           ('worker-fuzzy.inc', 'enabled = false;\n'),
                           # Of all the world's top-level domains it makes one pattern, for minutes.
                           ('options.inc', f'dns {{\n  nameserver = ["127.0.0.53"];\n}}\nurl_tld = "{home}/tld";\n'
                                           'disable_hyperscan = true;\n'),
                           ('milter_headers.conf', 'use = ["x-spam-status", "authentication-results"];\n'),
                           ('logging.inc', 'type = "console";\nlevel = "info";\n')):
            isolate.replace(f'/etc/rspamd/local.d/{name}', text)
        Program(cls, 'rspamd', '-f', '-u', '_rspamd', '-g', '_rspamd', *(word for name in ('DBDIR', 'RUNDIR', 'LOGDIR')
                for word in ('--var', f'{name}={home}')), listens=('127.0.0.1', 11332))

    def test_a_clean_message_is_marked_and_delivered(self):
        self.send('client1@xian.com', source=STRANGER)
        message = self.mail('client1', timeout=60)
        self.assertIn('No, score=', message['X-Spam-Status'])
        self.assertIn('spf=', message['Authentication-Results'])

    def test_spam_is_refused_in_the_session(self):
        self.assertRegex(self.is_refused(body=SPAM), r'^554 5\.7\.1 Gtube pattern')
        self.assertEqual([], self.got('client1'))


if __name__ == '__main__':
    unittest.main()
