"""Parameters whose effect is seen in the queue.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import os
import pathlib
import unittest

from lab import MailCase, until


class Queue(MailCase):
    main = {'dont_remove': '1', 'transport_maps': 'inline:{{wait.example=retry:4.3.2 later}}',
            'backwards_bounce_logfile_compatibility': 'no', 'internal_mail_filter_classes': 'bounce',
            'header_checks': 'regexp:{{/^Subject: Undelivered/ WARN own}, {/^X-Redirect:/ REDIRECT client2@xian.com}}', 'local_recipient_maps': ''}

    def files(self, queue):
        return {name for _, _, names in os.walk(f'{self.mta.queue_dir}/{queue}') for name in names}

    def test_messages_that_are_done_are_saved(self):
        before = self.files('saved')
        self.send('client1@xian.com')
        self.mail('client1')
        saved, = until(lambda: self.files('saved') - before, 'the message is saved')
        self.assertIn(self.token, self.mta.run('postcat', f'{self.mta.queue_dir}/saved/{saved}').stdout)

    def test_logs_of_delays_have_no_first_line(self):
        self.submit('a@wait.example')   # to a client, smtpd would say "later" itself
        self.mta.wait_log('status=deferred')
        text = until(self.log_of_delays, 'a log')
        self.assertIn('\nrecipient=a@wait.example\n', text)
        self.assertNotIn('<a@wait.example>:', text)
        self.mta.run('postsuper', '-d', 'ALL')

    def log_of_delays(self):
        """What its only file says."""
        return ''.join(pathlib.Path(folder, name).read_text()
                       for folder, _, names in os.walk(f'{self.mta.queue_dir}/defer') for name in names)

    def test_bounces_are_inspected(self):
        self.send('nosuch@xian.com', sender='client1@xian.com')
        self.mta.wait_log('warning: header Subject: Undelivered.* from local; from=<>.*: own')

    def test_redirected_mail_is_one_copy(self):
        self.send('client1@xian.com', 'client3@xian.com', headers='X-Redirect: yes\r\n')
        self.assertEqual(self.mail('client2')['X-Original-To'], 'client1@xian.com')
        self.mta.wait_log('removed')
        self.mail('client2')
        self.assertEqual(self.got('client1') + self.got('client3'), [])


if __name__ == '__main__':
    unittest.main()
