"""Webmail: a person opens Roundcube in Chromium, logs in, writes, sends, and reads what arrives.

Roundcube runs on PHP's own web server, sends by submission and reads by Dovecot's IMAP. With
POSTERN_SCREENSHOTS=DIR, what the browser showed is kept there.
"""
import contextlib
import os
import pathlib
import sqlite3
import unittest

from submission import Site

import isolate
from browser import ENTER, Browser, Refused
from programs import Program, folder, need, until

ROUNDCUBE, SCHEMA = '/var/lib/roundcube/public_html', '/usr/share/roundcube/SQL/sqlite.initial.sql'
WEB = ('127.0.0.1', 8025)
CONFIG = """\
<?php
$config['db_dsnw'] = 'sqlite:///{folder}/mail.db?mode=0600';
$config['imap_host'] = 'ssl://{host}:993';
$config['imap_conn_options'] = ['ssl' => ['verify_peer' => true, 'cafile' => '{ca}']];
$config['smtp_host'] = 'tls://{host}:587';
$config['smtp_user'] = '%u';
$config['smtp_pass'] = '%p';
$config['smtp_conn_options'] = $config['imap_conn_options'];
$config['mail_domain'] = 'xian.com';
$config['des_key'] = 'abcdefghijklmnopqrstuvwx';
$config['log_dir'] = $config['temp_dir'] = '{folder}';
$config['skin'] = 'elastic';
$config['language'] = 'en_US';
$config['plugins'] = [];
$config['refresh_interval'] = $config['draft_autosave'] = 0;
"""
# Nothing that the page has asked the server for is under way. Roundcube lets a request that was quick
# overwrite the session with what it had read; a message that is begun meanwhile is forgotten, and
# cannot be sent.
IS_QUIET = """
    return document.readyState == 'complete' && !!window.rcmail && rcmail.loaded && !rcmail.busy && jQuery.active == 0;
"""
# What the page says of the sending: "sent", a complaint, or nothing yet.
SENDING = """
    const shown = selector => Array.from(document.querySelectorAll(selector)).map(found => found.innerText).join(' ');
    if (!window.rcmail || !rcmail.loaded) return '';
    if (rcmail.env.action != 'compose' || shown('#messagestack .confirmation')) return 'sent';
    return shown('#messagestack .error, #messagestack .warning, .ui-dialog') || (rcmail.busy ? '' : 'not being sent');
"""
BODY = 'Dear client2,\n\nlunch at noon? Grüße, 一会儿见\n'


@need('php', 'chromium', 'chromedriver', files=[ROUNDCUBE, SCHEMA])
class Webmail(Site):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = folder('roundcube')
        isolate.replace('/etc/roundcube/config.inc.php', CONFIG.format(folder=cls.folder, host=cls.host, ca=cls.ca))
        with contextlib.closing(sqlite3.connect(f'{cls.folder}/mail.db')) as database:
            database.executescript(pathlib.Path(SCHEMA).read_text())
        Program(cls, 'php', '-d', f'session.save_path={cls.folder}', '-S', '%s:%d' % WEB, '-t', ROUNDCUBE,
                listens=WEB, env={**os.environ, 'PHP_CLI_SERVER_WORKERS': '4'})

    def setUp(self):
        self.browser = Browser(folder(f'chromium-{self.token}'))
        self.addCleanup(self.browser.close)

    # -- what a person does --------------------------------------------------------------------------

    def show(self, query=''):
        self.browser.open('http://%s:%d/%s' % (*WEB, query))

    def keep(self, name):
        """A picture of the page as it is now."""
        if where := os.environ.get('POSTERN_SCREENSHOTS'):
            self.browser.screenshot(f'{where}/webmail-{name}.png')

    def until_quiet(self):
        until(lambda: self.browser.run(IS_QUIET), lambda: f'the page is quiet\n{self.evidence()}', 90)

    def evidence(self):
        """What a failure is to be explained from."""
        errors = pathlib.Path(self.folder, 'errors.log')
        return '\n'.join(('the page:', self.browser.source()[-4000:],
                          "Roundcube's errors:", errors.read_text()[-2000:] if errors.exists() else 'none',
                          'the log:', self.mta.log()[-4000:]))

    def log_in(self, user, password):
        self.show()
        self.until_quiet()
        self.browser.element('#rcmloginuser').type(user)
        self.browser.element('#rcmloginpwd').type(password)
        self.browser.element('#rcmloginsubmit').click()
        self.browser.element('#taskmenu a.compose, #messagestack')

    def write(self, recipient, subject, body):
        self.until_quiet()
        self.show('?_task=mail&_action=compose')
        self.until_quiet()
        self.browser.element('.recipient-input input').type(recipient + ENTER)
        self.assertIn(recipient, self.browser.element('.recipient-input .recipient').text())
        self.browser.element('#compose-subject').type(subject)
        self.browser.element('#composebody').type(body)
        self.until_quiet()
        self.keep('compose')
        self.browser.element('button.send').click()
        said = until(lambda: self.browser.run(SENDING), lambda: f'an answer to "Send"\n{self.evidence()}', 90)
        self.assertEqual('sent', said, self.evidence())

    def read(self, subject):
        """Opens the message with that subject from the list; what the page shows of it."""
        def link():
            self.show('?_task=mail')
            self.until_quiet()          # the list is asked for when the page is there
            with contextlib.suppress(Refused):
                return next((found.property('href') for found in self.browser.elements('#messagelist .subject a')
                             if subject in found.text()), None)
        address = until(link, lambda: f'{subject} in the list\n{self.browser.source()[-3000:]}', 90)
        self.keep('inbox')
        self.browser.open(address)
        return self.browser.element('#message-content').text()

    # ------------------------------------------------------------------------------------------------

    def test_wrong_password(self):
        self.log_in('client1', 'wrong')
        self.assertIn('Login failed', self.browser.element('#messagestack').text())
        self.keep('wrong-password')

    def test_one_person_writes_and_another_reads(self):
        self.log_in('client1', 'secret1')
        self.write('client2@xian.com', f'Lunch {self.token}', BODY)
        sent = self.mail('client2', timeout=90)
        self.assertIn('一会儿见', sent.get_body(('plain',)).get_content())
        self.assertIn('Authenticated sender: client1', sent['Received'])
        self.logged_in('submission')
        self.browser.element('#taskmenu a.compose')
        self.keep('sent')
        self.browser.forget_cookies()
        self.log_in('client2', 'secret2')
        self.assertIn('lunch at noon? Grüße, 一会儿见', self.read(f'Lunch {self.token}'))
        self.keep('read')

    def test_a_bounce_is_read(self):
        self.log_in('client1', 'secret1')
        self.write('nobody@other.example', f'Hello {self.token}', 'are you there?\n')
        self.mail('client1', timeout=90)
        self.assertIn('nobody here has that name', self.read('Undelivered Mail Returned to Sender'))
        self.keep('bounce')


if __name__ == '__main__':
    unittest.main()
