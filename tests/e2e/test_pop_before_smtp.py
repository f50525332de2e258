"""Relaying after POP: who has just read mail from an address may send from it, for a while.

As sites did it before SMTP AUTH: Dovecot runs a script at each POP3 login that writes the client's
address into a table, smtpd looks there with check_client_access, and entries expire.
"""
import os
import smtplib
import time
import unittest

from submission import SmtpSink

from case import MailCase
from dovecot import Dovecot
from mta import run

READER, OTHER = '203.0.113.5', '203.0.113.6'
LIFETIME = 1800

# Called by Dovecot with the login's variables, or, to expire only, by hand. The table is rebuilt
# in place by postmap, under the eyes of smtpd.
SCRIPT = """\
#!/bin/sh
set -e
(
    flock 9
    [ -z "$IP" ] || echo "$IP $(date +%s)" >>{folder}/logins
    awk -v now="$(date +%s)" 'now - $2 < {lifetime}' {folder}/logins >{folder}/fresh
    mv {folder}/fresh {folder}/logins
    sort -u -k 1,1 {folder}/logins | sed 's/ .*/ OK/' >{folder}/readers
    {postmap} -c {config} hash:{folder}/readers
) 9>{folder}/lock
[ $# = 0 ] || exec "$@"
"""
LOGIN = """\
service pop3 {{
  executable = pop3 postlogin
}}
service postlogin {{
  executable = script-login {script}
  user = root
  unix_listener postlogin {{
  }}
}}
"""


class PopBeforeSmtp(MailCase):
    main = {
        'mynetworks': '127.0.0.0/8',
        'smtpd_recipient_restrictions':
            'permit_mynetworks, check_client_access hash:@DIR@/pop/readers, reject_unauth_destination',
        'smtpd_relay_restrictions': '',
        'smtpd_relay_before_recipient_restrictions': 'no',
    }

    @classmethod
    def configure(cls):
        cls.folder = f'{cls.mta.dir}/pop'
        os.makedirs(cls.folder)
        cls.script = f'{cls.folder}/login'
        with open(cls.script, 'w') as file:
            file.write(SCRIPT.format(folder=cls.folder, lifetime=LIFETIME, config=cls.mta.config,
                                     postmap=run('sh', '-c', 'command -v postmap').stdout.strip()))
        os.chmod(cls.script, 0o755)
        cls.dovecot = Dovecot(ip=cls.mta.ip, extra=LOGIN.format(script=cls.script))
        cls.addClassCleanup(cls.dovecot.stop)
        cls.remote = SmtpSink('198.51.100.4')
        cls.addClassCleanup(cls.remote.close)

    def setUp(self):
        self.write_logins('')

    def write_logins(self, text):
        with open(f'{self.folder}/logins', 'w') as file:
            file.write(text)
        run(self.script)

    def logs_in(self, source, password='secret1'):
        return run('curl', '-sS', '--interface', source, '-u', f'client1:{password}', f'pop3://{self.mta.ip}/',
                   check=False)

    def relays(self, source):
        """True when it accepted and delivered; False when it said that it does not relay."""
        try:
            self.send('a@remote.example', sender='client1@xian.com', source=source)
        except smtplib.SMTPRecipientsRefused as error:
            (code, text), = error.recipients.values()
            self.assertEqual((code, text), (554, b'5.7.1 <a@remote.example>: Relay access denied'))
            return False
        self.remote.wait(self.token)
        return True

    def test_only_the_address_that_has_read_may_send(self):
        self.assertFalse(self.relays(READER))
        self.assertEqual(0, self.logs_in(READER).returncode)
        self.assertTrue(self.relays(READER))
        self.assertFalse(self.relays(OTHER))

    def test_a_failed_login_opens_nothing(self):
        self.assertNotEqual(0, self.logs_in(READER, 'wrong').returncode)
        self.assertFalse(self.relays(READER))

    def test_it_ends_when_the_entry_expires(self):
        now = int(time.time())
        self.write_logins(f'{READER} {now - LIFETIME + 600}\n{OTHER} {now - LIFETIME - 1}\n')
        self.assertTrue(self.relays(READER))
        self.assertFalse(self.relays(OTHER))
        self.write_logins(f'{READER} {now - LIFETIME - 1}\n')
        self.assertFalse(self.relays(READER))
        self.logs_in(READER)
        self.assertTrue(self.relays(READER))

    def test_a_session_that_is_open_while_the_table_changes(self):
        """smtpd serves many sessions for long; each recipient is looked up in the table of now."""
        with self.mta.smtp(READER) as client:
            client.ehlo()
            client.mail('client1@xian.com')
            self.assertEqual(554, client.rcpt('a@remote.example')[0])
            self.logs_in(READER)
            with self.mta.smtp(READER) as later:
                later.ehlo()
                later.mail('client1@xian.com')
                self.assertEqual(250, later.rcpt('a@remote.example')[0])


if __name__ == '__main__':
    unittest.main()
