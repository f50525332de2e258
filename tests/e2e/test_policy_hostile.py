"""Row 26 of the attack cases: policy services that say too little, too much, something else or nothing.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import unittest

from lab import STRANGER, MailCase

from sinks import Server

DEFAULT = '451 4.3.5 Server configuration problem'


class Scripted(Server):
    """Says to each request what `answer(request)` gives, byte for byte; None hangs up, '' is silence."""

    def __init__(self, where):
        self.answer, self.requests, self.connections = (lambda request: b'action=DUNNO\n\n'), [], 0
        super().__init__(where)

    def serve(self, handler):
        self.connections += 1
        lines = []
        for line in handler.rfile:
            if line != b'\n':
                lines.append(line.decode().rstrip('\n'))
                continue
            self.requests.append(lines)
            answer = self.answer(lines)
            lines = []
            if answer is None:
                return
            handler.wfile.write(answer)


class Hostile(MailCase):
    main = {'smtpd_recipient_restrictions':
            'check_policy_service { unix:@DIR@/policy, timeout=5s, try_limit=2, retry_delay=1s }, reject_unauth_destination',
            'local_recipient_maps': '', 'smtpd_error_sleep_time': '0', 'smtpd_hard_error_limit': '1000'}

    @classmethod
    def configure(cls):
        cls.policy = Scripted(f'{cls.mta.dir}/policy')
        cls.addClassCleanup(cls.policy.close)

    def setUp(self):
        self.policy.answer = lambda request: b'action=DUNNO\n\n'
        self.policy.requests.clear()

    def reply(self, sender='a@b.example'):
        with self.raw(source=STRANGER) as client:
            client.socket.settimeout(60)
            client.reply()
            return client.ask('EHLO me', f'MAIL FROM:<{sender}>', 'RCPT TO:<client1@xian.com>')

    def test_row_26_what_is_no_answer_is_the_default_action(self):
        for answer in (None, b'', b'\n', b'action\n\n', b'=DUNNO\n\n', b'result=ok\n\n', b'action=\n\n',
                       b'action=DUNNO', b'action=DUNNO\n', b'x' * 200000 + b'\n\n', b'action=' + b'x' * 200000 + b'\n\n',
                       b'a=b\n' * 30000 + b'\n', b'\0\n\n', b'action=NO_SUCH_ACTION\n\n'):
            with self.subTest(answer and answer[:30]):
                self.policy.answer = lambda request, answer=answer: answer
                self.assertRegex(self.reply(), '^451 4.3.5 ')
                self.policy.answer = lambda request: b'action=DUNNO\n\n'
                self.assertRegex(self.reply(), '^250 ')

    def test_row_26_a_connection_that_breaks_is_tried_again(self):
        answers = [None, b'action=REJECT not you\n\n']
        self.policy.answer = lambda request: answers.pop(0)
        self.assertEqual(self.reply(), '554 5.7.1 <client1@xian.com>: Recipient address rejected: not you')
        self.assertEqual([], answers)

    def test_row_26_the_first_of_two_answers_is_no_answer_for_the_next_client(self):
        self.policy.answer = lambda request: b'action=DUNNO\n\naction=REJECT smuggled\n\n'
        self.assertRegex(self.reply(), '^250 ')
        self.policy.answer = lambda request: b'action=DUNNO\n\n'
        for _ in range(3):
            self.assertRegex(self.reply(), '^250 ')

    def test_row_26_other_attributes_beside_the_answer_are_passed_over(self):
        self.policy.answer = lambda request: b'foo=bar\naction=REJECT no\nfoo=baz\n\n'
        self.assertRegex(self.reply(), '^554 5.7.1 ')

    def test_row_26_no_value_adds_an_attribute(self):
        for sender in ('"a\\\naction=x"@b.example', '"a=b"@b.example', 'a+0A@b.example', '"x y\\"z"@b.example'):
            with self.subTest(sender):
                self.policy.requests.clear()
                with self.raw(source=STRANGER) as client:
                    client.reply()
                    client.ask('EHLO me=action')
                    client.write(f'MAIL FROM:<{sender}>\r\nRCPT TO:<client1@xian.com>\r\nQUIT\r\n')
                    while client.reply():
                        pass
                for request in self.policy.requests:
                    names = [line.partition('=')[0] for line in request]
                    self.assertEqual(sorted(set(names)), sorted(names))
                    self.assertTrue(all(name.replace('_', '').isalnum() for name in names), names)
                    self.assertNotIn('action', names)

    def test_row_26_an_answer_cannot_say_more_than_one_thing(self):
        self.policy.answer = lambda request: b'action=REJECT no\r250 2.1.5 Ok\x1b[2J\n\n'
        self.assertRegex(self.reply(), r'^554 5\.7\.1 [^\r\n\x1b]*$')
        self.assertNotRegex(self.mta.log(), r'[\x00-\x08\x0b-\x1f\x7f]')


if __name__ == '__main__':
    unittest.main()
