"""Mail of sendmail that a rule refuses: the log tells of each recipient, as Debian's does.

What is expected was recorded from Debian's Postfix: MTA=postfix python3 -m unittest
test_refused_submissions proves it.
"""
import os
import re
import unittest

from instance import HAS_DEBIAN, OURS, PREFIX, THEIRS, Instance, until

SYSTEM = THEIRS if os.environ.get('MTA') == 'postfix' else OURS
RULES = '''/^Subject: 1/ REJECT no such words
/^Subject: 3/ REJECT 4.7.0 later
'''


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class RefusedSubmissions(unittest.TestCase):
    def setUp(self):
        if SYSTEM == THEIRS and not HAS_DEBIAN:
            self.skipTest('DEBIAN_POSTFIX is not set')
        self.instance = Instance(self)
        rules = self.instance.write('rules', RULES)
        self.instance.configure(header_checks=f'regexp:{rules}')
        self.instance.start(SYSTEM)

    def submit(self, subject, *recipients):
        self.instance.command('sendmail', '-f', 'n9@box.test', *recipients, input=f'Subject: {subject}\n\ntext\n')

    def cleanup_lines(self):
        """What cleanup said of refusals and of recipients, without what changes."""
        lines = re.findall(r'cleanup\[\d+\]: (?:[0-9A-F]+): ((?:reject|to=).*)', self.instance.log())
        return [re.sub(r'delay=\S+, delays=\S+, ', '', line) for line in lines]

    def test_each_recipient_is_bounced_in_the_log(self):
        self.submit(1, 'n1@box.test', 'n2@box.test')
        self.instance.wait_log(r"bounce\[\d+\]: [0-9A-F]+: sender non-delivery notification: ")
        self.assertEqual([
            'reject: header Subject: 1 from local; from=<n9@box.test> to=<n2@box.test>: 5.7.1 no such words',
            'to=<n1@box.test>, relay=none, dsn=5.7.1, status=bounced (no such words)',
            'to=<n2@box.test>, relay=none, dsn=5.7.1, status=bounced (no such words)',
        ], self.cleanup_lines())
        self.assertEqual([], self.instance.queued('maildrop'))

    def test_a_temporary_refusal_is_tried_again(self):
        self.submit(3, 'n1@box.test')
        until(lambda: len(self.cleanup_lines()) > 1, self.instance.log)
        self.assertEqual(
            {'reject: header Subject: 3 from local; from=<n9@box.test> to=<n1@box.test>: 4.7.0 later'},
            set(self.cleanup_lines()))
        self.assertEqual(1, len(self.instance.queued('maildrop')))


if __name__ == '__main__':
    unittest.main()
