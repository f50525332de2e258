"""A typical site moves from Debian's Postfix to Postern and back, its /etc/postfix unchanged.

Virtual mailboxes behind Dovecot's LMTP, SASL by Dovecot, submission with TLS, postscreen, OpenDKIM,
hash: tables, the stock master.cf with its chroots, everything where Debian has it: /etc/postfix,
/var/spool/postfix, /var/lib/postfix. The test runs in namespaces of its own in which Debian's Postfix
is installed. Needs POSTERN_PREFIX, DEBIAN_POSTFIX and root.
"""
import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PREFIX, DEBIAN = os.environ.get('POSTERN_PREFIX', ''), os.environ.get('DEBIAN_POSTFIX', '')
if not PREFIX or os.geteuid() != 0 or not os.path.exists(f'{DEBIAN}/usr/sbin/postconf'):
    raise unittest.SkipTest('needs POSTERN_PREFIX, DEBIAN_POSTFIX and root')
if os.environ.get('MIGRATION_TEST') != 'inside':
    sys.stdout.flush()
    os.environ.update(MIGRATION_TEST='inside', MTA='postfix')
    os.execv(HERE.parent / 'with_postfix', ['with_postfix', DEBIAN, sys.executable, *sys.orig_argv[1:]])
sys.path.insert(0, str(HERE.parent / 'acceptance'))

import isolate  # noqa: E402
from case import Certificates, client_tls  # noqa: E402
from dns import server as dns  # noqa: E402
from dovecot import Dovecot  # noqa: E402
from milter import CONTINUE, Milter, OpenDkim, add_header, add_recipient, change_sender, replace_body  # noqa: E402
from mta import BASE, command, messages, run  # noqa: E402
from programs import folder, until  # noqa: E402
from sinks import SmtpSink  # noqa: E402

ETC, SPOOL, LOG = '/etc/postfix', '/var/spool/postfix', f'{BASE}/mail.log'
IP, STRANGER, USER_IP = '192.168.58.1', '203.0.113.5', '203.0.113.77'
OURS, THEIRS = 'ours', 'theirs'
NOT_NOW = '450 4.2.0 not now'

# What the administrator added to Debian's main.cf.
MAIN = """
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
myhostname = mail.xian.com
myorigin = $myhostname
mydestination = $myhostname, localhost
inet_interfaces = 127.0.0.1, 192.168.58.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
recipient_delimiter = +
maillog_file = /var/tmp/mail-acceptance/mail.log
maillog_file_prefixes = /var/tmp/mail-acceptance

virtual_mailbox_domains = hash:/etc/postfix/virtual_domains
virtual_mailbox_maps = hash:/etc/postfix/virtual_mailboxes
virtual_alias_maps = hash:/etc/postfix/virtual
virtual_transport = lmtp:unix:private/dovecot-lmtp
transport_maps = hash:/etc/postfix/transport
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_cert_file = /etc/ssl/mail.pem
smtpd_tls_key_file = /etc/ssl/mail.pem
smtpd_tls_security_level = may
smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache
smtp_tls_security_level = may
smtp_tls_CApath = /etc/ssl/certs
smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
smtpd_helo_required = yes
smtpd_recipient_restrictions = reject_non_fqdn_recipient, permit_mynetworks, permit_sasl_authenticated,
    check_sender_access hash:/etc/postfix/sender_access, reject_unknown_sender_domain
header_checks = regexp:/etc/postfix/header_checks
postscreen_access_list = permit_mynetworks
postscreen_greet_wait = 2s
postscreen_greet_action = enforce
postscreen_dnsbl_sites = rbl.example*2
postscreen_dnsbl_threshold = 3
postscreen_cache_map = btree:$data_directory/postscreen_cache
milter_default_action = accept
smtpd_milters = unix:opendkim/opendkim.sock, unix:editor/editor.sock
non_smtpd_milters = $smtpd_milters
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_connect_timeout = 5s
"""
SUBMISSION = """
submission inet n       -       y       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o milter_macro_daemon_name=ORIGINATING
"""
TABLES = {
    'virtual_domains': 'shop.example ok\n',
    'virtual_mailboxes': 'client1@shop.example ok\nclient2@shop.example ok\n',
    'virtual': 'sales@shop.example client1@shop.example, client2@shop.example\nroot@mail.xian.com client3\n',
    'transport': 'later.example smtp:[198.51.100.5]\n',
    'sender_access': 'bad@stranger.example REJECT not from you\n',
}
LISTENERS = f"""\
service auth {{
  unix_listener {SPOOL}/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service lmtp {{
  unix_listener {SPOOL}/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
"""


def write(path, text):
    pathlib.Path(path).write_text(text)
    os.utime(path, (1e9, 1e9))          # commands wait while a file is seconds young


def fingerprint(folder):
    """What a folder holds: content, owner and mode of each file."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob('*')):
        stat = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ''
        found[str(path)] = (content, stat.st_uid, stat.st_gid, stat.st_mode)
    return found


def prepare_site():
    """Everything of the site, as its administrator left it; Debian's Postfix has never started."""
    isolate.own_address(IP)
    shutil.copy(Certificates.get('mail.xian.com')[0], '/etc/ssl/mail.pem')
    with open(f'{ETC}/main.cf', 'a') as file:
        file.write(MAIN)
    os.utime(f'{ETC}/main.cf', (1e9, 1e9))
    stock = pathlib.Path(f'{ETC}/master.cf').read_text()
    # postscreen takes the place of smtpd, as the comments there say.
    stock = re.sub(r'(?m)^smtp( +inet .* smtpd)$', r'#smtp\1', stock)
    stock, changed = re.subn(r'(?m)^#((smtp +inet .* postscreen|smtpd +pass|dnsblog|tlsproxy) *.*)$', r'\1', stock)
    assert changed == 4, stock
    write(f'{ETC}/master.cf', stock + SUBMISSION)
    write(f'{ETC}/header_checks', '/^X-Secret:/ IGNORE\n')
    for name, text in TABLES.items():
        write(f'{ETC}/{name}', text)
        run('/usr/sbin/postmap', f'hash:{ETC}/{name}')
    write('/etc/aliases', 'postmaster: root\nteam: client3, "|cat >>/var/tmp/mail-acceptance/piped/mail"\n')
    run('/usr/sbin/postalias', 'hash:/etc/aliases')
    # As Debian's start-up script does it for its chroots.
    os.makedirs(f'{SPOOL}/etc', exist_ok=True)
    for name in ('resolv.conf', 'hosts', 'services', 'nsswitch.conf', 'localtime'):
        if os.path.exists(f'/etc/{name}'):
            shutil.copy(f'/etc/{name}', f'{SPOOL}/etc/{name}')


class Migration(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        dns.start()
        dns.add('shop.example. MX 10 mail.xian.com.\nlater.example. A 198.51.100.5\n')
        prepare_site()
        cls.remote = SmtpSink('198.51.100.4')
        cls.addClassCleanup(cls.remote.close)
        cls.later = SmtpSink('198.51.100.5', replies={'RCPT': NOT_NOW})
        cls.addClassCleanup(cls.later.close)
        # Postern finds its configuration in the very same folder.
        isolate.sh('mount', '--bind', ETC, f'{PREFIX}/etc/postfix')
        run('/usr/sbin/postfix', 'check')           # makes the folders of the spool
        folder('piped', 'nobody')
        cls.dovecot = Dovecot(ip=IP, extra=LISTENERS)
        cls.addClassCleanup(cls.dovecot.stop)
        os.makedirs(f'{SPOOL}/opendkim', exist_ok=True)
        signer = OpenDkim(domain='shop.example')
        cls.addClassCleanup(signer.stop)
        os.makedirs(f'{SPOOL}/editor', exist_ok=True)
        cls.editor = Milter(f'{SPOOL}/editor/editor.sock')
        cls.addClassCleanup(cls.editor.close)
        chrooted = subprocess.Popen([command('opendkim'), '-f', '-x', f'{signer.dir}/s.conf',
                                     '-p', f'local:{SPOOL}/opendkim/opendkim.sock'])
        cls.addClassCleanup(chrooted.wait)
        cls.addClassCleanup(chrooted.kill)

    def command(self, system, name, *words, **how):
        folder = '/usr/sbin' if system == THEIRS else f'{PREFIX}/sbin'
        return run(f'{folder}/{name}', *words, **how)

    def start(self, system):
        self.command(system, 'postfix', 'start')
        self.addCleanup(self.command, system, 'postfix', 'stop', check=False)
        program = PREFIX if system == OURS else '/usr/lib/postfix'
        until(lambda: self.master().startswith(program), lambda: f'{system} runs: {self.master()}\n{self.log_tail()}')
        until(self.greets, self.log_tail)

    def master(self):
        """The program whose process id is in the spool."""
        with contextlib.suppress(OSError, ValueError):
            return os.readlink(f'/proc/{int(pathlib.Path(f"{SPOOL}/pid/master.pid").read_text())}/exe')
        return ''

    def stop(self, system):
        self.command(system, 'postfix', 'stop')
        until(lambda: run(f'{PREFIX}/sbin/postfix', 'status', check=False).returncode, 'it stops')

    def greets(self):
        try:
            smtplib.SMTP('127.0.0.1', 25, timeout=10).quit()
            return True
        except (OSError, smtplib.SMTPException):
            return False

    def log_tail(self):
        return pathlib.Path(LOG).read_text(errors='replace')[-4000:] if os.path.exists(LOG) else ''

    def text(self, token, sender):
        return f'From: {sender}\r\nTo: someone@shop.example\r\nSubject: {token}\r\nX-Secret: 1\r\n\r\nhello\r\n'

    def arrives(self, user, token):
        def found():
            return [message for message in messages(f'/var/mail/{user}') if message['Subject'] == token]
        until(found, lambda: f'{token} at {user}\n{self.log_tail()}', 60)
        message, = found()
        return message

    def from_a_stranger(self, token, *recipients, sender='a@stranger.example'):
        with smtplib.SMTP(IP, 25, timeout=60, source_address=(STRANGER, 0), local_hostname='stranger.example') as client:
            client.sendmail(sender, recipients, self.text(token, sender))

    def from_a_user(self, token, *recipients):
        with smtplib.SMTP(IP, 587, timeout=60, source_address=(USER_IP, 0), local_hostname='home.example') as client:
            client.starttls(context=client_tls())
            client.login('client1', 'secret1')
            client.sendmail('client1@shop.example', recipients, self.text(token, 'client1@shop.example'))

    def mail_flows(self, system, token):
        """Every way that mail takes at this site."""
        self.from_a_stranger(f'{token}-in', 'sales@shop.example')
        for user in ('client1', 'client2'):
            message = self.arrives(user, f'{token}-in')
            self.assertIsNone(message['X-Secret'])
            self.assertIn('stranger.example', message['Received'] + str(message.get_all('Received')))
        self.from_a_user(f'{token}-out', 'a@remote.example')
        sent = self.remote.wait(f'{token}-out')
        self.assertIn('DKIM-Signature', sent.text)
        self.command(system, 'sendmail', '-f', 'client3@mail.xian.com', 'team', user='client3',
                     input=self.text(f'{token}-local', 'client3@mail.xian.com').replace('\r', ''))
        self.assertIn('client3', self.arrives('client3', f'{token}-local')['From'])
        until(lambda: f'{token}-local' in self.piped(), 'the command of the alias gets it')
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.from_a_stranger(f'{token}-no', 'nobody@shop.example')
        self.assertEqual({'nobody@shop.example': (550, b'5.1.1 <nobody@shop.example>: Recipient address rejected: '
                                                       b'User unknown in virtual mailbox table')},
                         caught.exception.recipients)
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.from_a_stranger(f'{token}-no', 'client1@shop.example', sender='bad@stranger.example')
        self.assertIn(b'not from you', str(caught.exception.recipients).encode())
        self.from_a_user(f'{token}-bounces', 'x@null.example')
        bounce = self.arrives('client1', 'Undelivered Mail Returned to Sender')
        self.assertIn(f'{token}-bounces', bounce.as_string())
        os.truncate('/var/mail/client1', 0)

    def piped(self):
        path = f'{BASE}/piped/mail'
        return pathlib.Path(path).read_text() if os.path.exists(path) else ''

    def leave_one(self, system, token):
        """A message for a server that does not take it now stays in the queue, edited by a milter in all ways; one
        in maildrop waits for the next master.
        """
        self.editor.on['E'] = lambda _: [add_header('X-Edited', 'yes'), replace_body(f'edited {token}\r\n'.encode()),
                                         change_sender('client2@shop.example'), add_recipient('b@later.example'),
                                         CONTINUE]
        self.from_a_user(token, 'a@later.example')
        self.editor.on.clear()
        until(lambda: list(pathlib.Path(f'{SPOOL}/deferred').rglob('[0-9A-Z]*[0-9A-Za-z]' * 2)), self.log_tail)
        self.stop(system)
        self.command(system, 'sendmail', '-f', 'client3@mail.xian.com', 'a@later.example', user='client3',
                     input=self.text(f'{token}-dropped', 'client3@mail.xian.com').replace('\r', ''))

    def finish_it(self, token):
        self.later.replies.clear()

        def recipients(word):
            return sorted(to for mail in self.later.find(word) for to in mail.recipients)
        for word, expected in ((f'edited {token}\r\n', ['a@later.example', 'b@later.example']),
                               (f'Subject: {token}-dropped\r\n', ['a@later.example'])):
            until(lambda: recipients(word) == expected,
                  lambda: f'{word} arrives: {recipients(word)}\n{self.spool()}\n{self.log_tail()}')
        self.later.replies['RCPT'] = NOT_NOW
        for mail in self.later.find(f'edited {token}\r\n'):
            self.assertEqual('<client2@shop.example>', mail.sender)
            self.assertIn('X-Edited: yes\r\n', mail.text)
            self.assertNotIn('hello', mail.text)

    def spool(self):
        """What is in the queue, for a report."""
        return run('find', SPOOL, '-type', 'f', '-path', '*[0-9A-F]*', '-ls').stdout

    def test_there_and_back(self):
        before = fingerprint(ETC)
        way = (THEIRS, OURS, THEIRS, OURS)
        for step, system in enumerate(way):
            self.start(system)
            if step:
                self.finish_it(f'left{step - 1}')
            self.mail_flows(system, f'step{step}')
            if step + 1 < len(way):
                self.leave_one(system, f'left{step}')
            else:
                self.stop(system)
        self.assertEqual(before, fingerprint(ETC))
        for system in (OURS, THEIRS):
            checked = self.command(system, 'postfix', 'check')
            self.assertEqual('', checked.stderr + checked.stdout)


if __name__ == '__main__':
    unittest.main()
