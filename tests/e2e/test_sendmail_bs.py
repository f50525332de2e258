"""`sendmail -bs`: an SMTP session on standard input and output, as the user who runs it.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
MTA=postfix runs the same on Debian's Postfix.
"""
import unittest

from lab import MailCase

DIALOGUE = ('EHLO me.example\nMAIL FROM:<client1@xian.com>\nRCPT TO:<{to}>\nDATA\n'
            'Subject: {subject}\n\nhello\n.\nETRN xian.com\nQUIT\n')


class StandAlone(MailCase):
    main = {'smtpd_relay_restrictions': 'reject_unauth_destination'}

    def talk(self, user, to='client2@mail.xian.com'):
        done = self.mta.sendmail('-bs', text=DIALOGUE.format(to=to, subject=self.token), user=user)
        return [line for line in done.stdout.splitlines() if not line.startswith('250-')]

    def test_mail_of_a_user_goes_through_postdrop(self):
        replies = self.talk('client1')
        self.assertRegex(replies[0], '^220 .* ESMTP')
        self.assertRegex(replies[-3], '^250 2.0.0 Ok: queued as [0-9A-F]+$')
        self.assertEqual(replies[-2:], ['458 Unable to queue messages', '221 2.0.0 Bye'])
        received = self.mail('client2').get_all('Received')
        self.assertIn('from userid', received[0])
        self.assertRegex(received[1], r'(?s)^from me\.example \(localhost \[127\.0\.0\.1\]\)\s.* with ESMTP id '
                                      + replies[-3].split()[-1])

    def test_a_user_may_send_anywhere(self):
        self.assertIn('250 2.1.5 Ok', self.talk('client1', to='somebody@elsewhere.example'))

    def test_the_mail_owner_has_access_control(self):
        self.assertIn('554 5.7.1 <somebody@elsewhere.example>: Relay access denied',
                      self.talk('postfix', to='somebody@elsewhere.example'))
        self.talk('postfix')
        self.assertIn('from me.example', self.mail('client2').get_all('Received')[0])


if __name__ == '__main__':
    unittest.main()
