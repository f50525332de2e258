"""Milters as sites have them: rspamd, and one that is slow for some.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import os
import pathlib
import shutil
import smtplib
import subprocess
import threading
import time
import unittest

from lab import MailCase, until

import milter
from programs import answers

WAITING = 500


class Slow(MailCase):
    """Row 26, for milters: who does not wait for the milter does not wait at all."""
    main = {'smtpd_milters': 'unix:@DIR@/milter', 'milter_command_timeout': '300s',
            'smtpd_client_connection_count_limit': '0', 'smtpd_timeout': '300s', 'default_process_limit': '1000'}

    @classmethod
    def configure(cls):
        cls.release = threading.Event()
        cls.waiting = []
        cls.milter = milter.Milter(f'{cls.mta.dir}/milter')
        cls.milter.on['M'] = cls.answer
        cls.addClassCleanup(cls.milter.close)
        cls.addClassCleanup(cls.release.set)

    @classmethod
    def answer(cls, data):
        if data.startswith(b'<slow@'):
            cls.waiting.append(data)
            cls.release.wait(240)
        return [milter.CONTINUE]

    def test_five_hundred_wait_and_others_do_not(self):
        slow = [self.raw() for _ in range(WAITING)]
        for client in slow:
            client.socket.settimeout(240)
            client.reply()
            client.write('EHLO me\r\n')
        for client in slow:
            client.reply()
            client.write('MAIL FROM:<slow@b.example>\r\n')
        until(lambda: len(self.waiting) == WAITING, lambda: f'{len(self.waiting)} wait', 120)
        began = time.monotonic()
        self.send('client1@xian.com', sender='fast@b.example')
        took = time.monotonic() - began
        print(f'\n{WAITING} sessions wait for their milter; one more message took {took * 1000:.0f} ms')
        for client in slow:
            client.socket.setblocking(False)
            self.assertRaises(BlockingIOError, client.socket.recv, 1)
            client.socket.setblocking(True)
            client.socket.settimeout(240)
        self.release.set()
        for client in slow:
            self.assertRegex(client.reply(), '^250')
            client.__exit__()
        self.mail('client1')


RSPAMD = """\
options {{ pidfile = "{dir}/pid"; filters = ""; cache_file = "";
          url_tld = "{dir}/tld"; disable_hyperscan = true;   # else it compiles for minutes
          dns {{ nameserver = ["127.0.0.53"]; timeout = 1s; retransmits = 1; }} }}
logging {{ type = "file"; filename = "{dir}/log"; level = "info"; }}
worker "rspamd_proxy" {{ bind_socket = "{dir}/socket mode=0666"; milter = yes; timeout = 60s; count = 1;
                        upstream "local" {{ default = yes; self_scan = yes; }} }}
actions {{ reject = 15; add_header = 6; }}
"""
TEST_PATTERN = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'


@unittest.skipUnless(shutil.which('rspamd'), 'rspamd is not installed')
class Rspamd(MailCase):
    main = {'smtpd_milters': 'unix:@DIR@/rspamd/socket', 'milter_default_action': 'tempfail',
            'non_smtpd_milters': '$smtpd_milters', 'milter_content_timeout': '100s'}

    @classmethod
    def configure(cls):
        folder = f'{cls.mta.dir}/rspamd'
        os.mkdir(folder, 0o777)
        os.chmod(folder, 0o777)
        pathlib.Path(f'{folder}/conf').write_text(RSPAMD.format(dir=folder))
        pathlib.Path(f'{folder}/tld').write_text('com\nexample\n')
        cls.rspamd = subprocess.Popen(['rspamd', '-f', '-i', '-c', f'{folder}/conf'],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.rspamd.wait)
        cls.addClassCleanup(cls.rspamd.terminate)
        until(lambda: answers(f'{folder}/socket'), 'rspamd listens', 120)

    def test_clean_mail_passes(self):
        self.assertEqual(self.send('client1@xian.com'), {})
        self.assertEqual(self.mail('client1').get_content(), 'hello\n')

    def test_spam_is_refused(self):
        self.assertRegex(str(self.send_refused('client1@xian.com', body=TEST_PATTERN)), '5.7.1')
        self.mta.wait_log('milter-reject: END-OF-MESSAGE')
        self.assertEqual(self.got('client1'), [])

    def test_mail_from_the_command_line_is_looked_at(self):
        self.submit('client2', text=f'Subject: {self.token}\n\n{TEST_PATTERN}\n')
        self.mta.wait_log('milter-reject: END-OF-MESSAGE from localhost')
        self.submit('client2', text=f'Subject: {self.token}\n\nhello\n')
        self.assertEqual(self.mail('client2').get_content(), 'hello\n')

    def send_refused(self, recipient, **how):
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.send(recipient, **how)
        return refused.exception.smtp_error


if __name__ == '__main__':
    unittest.main()
