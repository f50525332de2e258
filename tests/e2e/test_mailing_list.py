"""Mailman 3 beside the mail system: its tables built with postmap, posts by LMTP, bounces with VERP."""
import os
import smtplib
import unittest

from submission import PREFIX

import dns
from case import MailCase
from mta import run
from programs import Program, folder, need

CONFIG = """\
[mailman]
site_owner: postmaster@xian.com
layout: test
[paths.test]
var_dir: {home}
bin_dir: /usr/lib/mailman3/bin
queue_dir: $var_dir/queue
list_data_dir: $var_dir/lists
log_dir: $var_dir/logs
lock_dir: $var_dir/locks
data_dir: $var_dir/data
cache_dir: $var_dir/cache
etc_dir: $var_dir
ext_dir: $var_dir/ext
messages_dir: $var_dir/messages
archive_dir: $var_dir/archives
template_dir: $var_dir/templates
pid_file: $var_dir/master.pid
lock_file: $var_dir/locks/master.lck
[database]
url: sqlite:///{home}/mailman.db
[mta]
incoming: mailman.mta.postfix.LMTP
outgoing: mailman.mta.deliver.deliver
smtp_host: {ip}
smtp_port: 25
lmtp_host: 127.0.0.1
lmtp_port: 8024
verp_delivery_interval: 1
configuration: {home}/mta.cfg
[webservice]
port: 8001
"""
# Each is a process; a post needs lmtp, in, pipeline and out.
CONFIG += ''.join(f'[runner.{name}]\nstart: no\n' for name in (
    'archive', 'bounces', 'command', 'digest', 'nntp', 'rest', 'retry', 'task', 'virgin'))
MTA = '[postfix]\npostmap_command: {postmap} -c {config}\ntransport_file_type: hash\n'


@need(files=['/usr/lib/mailman3/bin/master'])
class Mailman(MailCase):
    main = {
        'recipient_delimiter': '+', 'owner_request_special': 'no',
        'relay_domains': 'hash:@HOME@/data/postfix_domains',
        'transport_maps': 'hash:@HOME@/data/postfix_lmtp',
        'relay_recipient_maps': '$transport_maps',
    }

    @classmethod
    def configure(cls):
        dns.server.add('lists.xian.com. MX 10 mail.xian.com.\n')
        cls.home = folder('mailman', 'list')
        cls.mta.main.update({name: str(value).replace('@HOME@', cls.home) for name, value in cls.mta.main.items()})
        cls.file('mta.cfg', MTA.format(postmap=f'{PREFIX}/sbin/postmap', config=cls.mta.config))
        cls.config = cls.file('mailman.cfg', CONFIG.format(home=cls.home, ip=cls.mta.ip))
        cls.mailman('create', '-d', 'friends@lists.xian.com')
        members = cls.file('members', 'client1@xian.com\nclient2@xian.com\n')
        cls.mailman('addmembers', '-w', members, 'friends@lists.xian.com')
        Program(cls, '/usr/lib/mailman3/bin/master', '-C', cls.config, listens=('127.0.0.1', 8024), timeout=300,
                user='list', group='list', extra_groups=[])

    @classmethod
    def file(cls, name, text):
        path = f'{cls.home}/{name}'
        with open(path, 'w') as file:
            file.write(text)
        return path

    @classmethod
    def mailman(cls, *words):
        return run('/usr/lib/mailman3/bin/mailman', '-C', cls.config, *words, user='list', timeout=300).stdout

    def logs(self):
        return '\n'.join(open(f'{self.home}/logs/{name}', errors='replace').read()[-2000:]
                         for name in os.listdir(f'{self.home}/logs'))

    def test_a_post_reaches_all_members(self):
        self.send('friends@lists.xian.com', sender='client1@xian.com', headers='X-From: 1\r\n')
        self.status('friends@lists.xian.com', 120)
        for user in ('client1', 'client2'):
            message = self.mail(user, timeout=120)
            self.assertIn('<friends.lists.xian.com>', message['List-Id'])
            self.assertEqual(f'[Friends] {self.token}', message['Subject'])
            self.assertEqual(f'<friends-bounces+{user}=xian.com@lists.xian.com>', message['Return-Path'])

    def text(self, body='hello', headers='', subject=None):
        text = super().text(body, headers, subject)
        return (text.replace('sender@stranger.example', 'client1@xian.com')
                .replace('someone@xian.com', 'friends@lists.xian.com'))

    def test_a_bounce_finds_its_list(self):
        self.send('friends-bounces+client2=xian.com@lists.xian.com', sender='')
        self.assertRegex(self.status(r'friends-bounces\+client2=xian\.com@lists\.xian\.com', 60),
                         r'relay=127\.0\.0\.1\[127\.0\.0\.1\]:8024, .*status=sent')

    def test_a_name_that_is_no_list_is_refused(self):
        refused = self.send_refused('nolist@lists.xian.com')
        self.assertEqual((550, b'5.1.1 <nolist@lists.xian.com>: Recipient address rejected: '
                               b'User unknown in relay recipient table'), refused)

    def send_refused(self, recipient):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.send(recipient)
        return caught.exception.recipients[recipient]


if __name__ == '__main__':
    unittest.main()
