"""Row 20 of the attack cases: name servers that fail, loop, lie or say too much, as smtpd's
restrictions and as deliveries see them.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance.
"""
import unittest

from lab import STRANGER, MailCase
from dns_script import (A, AAAA, CNAME, MX, NOTHING, PTR, REFUSED, SERVFAIL, TRUNCATED, TXT, Script, address,
                        coded_name, exchanger)

import isolate
from sinks import SmtpSink

SINK = '198.51.100.4'
REMOTE = address(SINK)
FAILURES = {
    'servfail.test': lambda question: question.answer(code=SERVFAIL),
    'refused.test': lambda question: question.answer(code=REFUSED),
    'timeout.test': lambda question: NOTHING,
    'loop.test': lambda question: question.answer([(None, CNAME, coded_name('loop.test'))]),
    'loop2.test': lambda question: question.answer([(None, CNAME, coded_name('loop3.test')),
                                                    ('loop3.test', CNAME, coded_name('loop2.test'))]),
    'cut.test': lambda question: question.answer([(None, question.kind, REMOTE)])[:-3],
    'truncated.test': lambda question: NOTHING if question.over_tcp else question.answer(flags=TRUNCATED),
}
# Those that lead nowhere, and an alias of an alias of an alias ...
CIRCLES = ('loop.test', 'loop2.test', 'c0.chain.test')


def chain(question):
    """Each name is an alias of the next, without end."""
    number = int(question.name.split('.')[0][1:] or 0)
    return question.answer([(None, CNAME, coded_name(f'c{number + 1}.chain.test'))])


def by_tcp(question):
    """A thousand exchangers, of which only the best one is there."""
    if not question.over_tcp:
        return question.answer(flags=TRUNCATED)
    if question.kind != MX:
        return question.answer()
    return question.answer([(None, MX, exchanger(f'm{number}.test', number)) for number in range(1000)])


def short(question):
    """MX data that is cut short, beside one that is not."""
    if question.kind != MX:
        return question.answer()
    return question.answer([(None, MX, data) for data in (b'', b'\0', b'\0\1', b'\0\1\3', b'\0\1\3ab', b'\0\1\xc0',
                                                          b'\0\1\xc0\xff', exchanger('good.test', 20))])


def only_short(question):
    return question.answer([(None, question.kind, data) for data in (b'', b'\0', b'\0\1\3')])


NAMES = {
    **FAILURES, **{f'c{number}.chain.test': chain for number in range(300)},
    'many.test': by_tcp, 'm0.test': {A: [REMOTE]}, 'good.test': {A: [REMOTE]},
    'short.test': short, 'only-short.test': only_short,
    'null.test': {MX: [exchanger('', 0)]},
    'number.test': {MX: [exchanger('198.51.100.4')]},
    'localhost.test': {MX: [exchanger('lo.test')]}, 'lo.test': {A: [address('127.0.0.1')]},
    'empty-mx.test': {MX: [b'\0\x0a\0']},
    'six.test': {MX: [exchanger('only6.test')]}, 'only6.test': {AAAA: [bytes(15) + b'\1']},
    'wide.test': {A: [address(f'203.0.113.{number}') for number in range(1, 250)] * 4},
}


class Scripted(MailCase):
    dns = Script()
    main = {'inet_protocols': 'ipv4', 'local_recipient_maps': ''}

    @classmethod
    def configure(cls):
        cls.dns.names.update(NAMES)
        isolate.replace('/etc/resolv.conf', 'nameserver 127.0.0.54\noptions timeout:3 attempts:2\n')
        cls.sink = SmtpSink(SINK)
        cls.addClassCleanup(cls.sink.close)

    def tearDown(self):
        """Whatever was said, nobody died of it."""
        log = self.mta.log(0)
        for word in ('panic', 'killed by signal', 'exit status', 'fatal:'):
            self.assertNotIn(word, log)


class Restrictions(Scripted):
    main = {**Scripted.main, 'smtpd_error_sleep_time': '0', 'smtpd_hard_error_limit': '1000',
            'unknown_address_reject_code': '550', 'unknown_hostname_reject_code': '550',
            'smtpd_sender_restrictions': 'reject_unknown_sender_domain',
            'smtpd_recipient_restrictions': 'reject_rbl_client list.test, permit_mynetworks, reject_unauth_destination'}

    def answer_to(self, sender, source=STRANGER):
        with self.raw(source=source) as client:
            client.reply()
            return client.ask('EHLO me', f'MAIL FROM:<{sender}>', 'RCPT TO:<client1@xian.com>')

    def test_row_20_a_failure_is_no_answer(self):
        for name in [*FAILURES, 'c0.chain.test']:
            with self.subTest(name):
                self.assertRegex(self.answer_to(f'a@{name}'), '^450 4.1.8 ')

    def test_row_20_what_is_known_is_final(self):
        for name, reply in (('nosuch.test', '550 5.1.8 '), ('null.test', '550 5.7.27 '), ('empty-mx.test', '55'),
                            ('good.test', '250'), ('many.test', '250'), ('short.test', '250')):
            with self.subTest(name):
                self.assertRegex(self.answer_to(f'a@{name}'), f'^{reply}')

    def test_row_20_a_client_is_not_called_what_it_says(self):
        """The name of a client is known when its address is one of that name's."""
        names = {'poison': [b'a\x1b[31m', b'test'], 'newline': [b'a\r\nX-Evil: 1', b'test'], 'nul': [b'a\0b', b'test'],
                 'long': [b'x' * 63] * 3, 'number': '203.0.113.5', 'liar': 'mail.xian.com', 'blank': [b'a b', b'test']}
        for number, (case, name) in enumerate(names.items(), 20):
            with self.subTest(case):
                source = f'203.0.113.{number}'
                self.dns.names[f'{number}.113.0.203.in-addr.arpa'] = {PTR: [coded_name(name)]}
                self.assertRegex(self.answer_to('a@good.test', source), '^250 ')
                line = self.mta.wait_log(rf'smtpd\[\d+\]: connect from (\S+)\[203\.0\.113\.{number}\]')
                self.assertEqual(line[1], 'unknown')
        self.assertNotRegex(self.mta.log(), r'[\x00-\x08\x0b-\x1f\x7f]')
        self.assertNotIn('\nX-Evil', self.mta.log())

    def test_row_20_a_failing_block_list_blocks_nobody(self):
        loop = lambda question: question.answer([(None, CNAME, coded_name(question.name))])  # noqa: E731
        for number, answer in enumerate((FAILURES['servfail.test'], FAILURES['timeout.test'], loop, only_short), 40):
            with self.subTest(number):
                self.dns.names[f'{number}.113.0.203.list.test'] = answer
                self.assertRegex(self.answer_to('a@good.test', f'203.0.113.{number}'), '^250 ')

    def test_row_20_a_block_list_says_one_line(self):
        huge = b''.join(b'\xff' + b'see http://list.test/ \r\n\x1b[2J%s'.ljust(255, b'y') for _ in range(200))
        for number, text in enumerate((b'\x10see\r\n250 2.1.5 Ok', huge), 50):
            with self.subTest(size=len(text)):
                self.dns.names[f'{number}.113.0.203.list.test'] = lambda question, text=text: (
                    question.answer([(None, A, address('127.0.0.2'))]) if question.kind == A else
                    question.answer([(None, TXT, text)]) if question.over_tcp or len(text) < 500 else
                    question.answer(flags=TRUNCATED))
                reply = self.answer_to('a@good.test', f'203.0.113.{number}')
                self.assertRegex(reply, r'^554 5\.7\.1 [^\r\n\x1b]*$')
                self.assertLess(len(reply), 4096)


class Deliveries(Scripted):
    main = {**Scripted.main, 'smtp_mx_address_limit': '5'}

    def outcome(self, name):
        self.submit(f'a@{name}')
        line = self.status(f'a@{name}', timeout=60)
        self.mta.run('postsuper', '-d', 'ALL')
        return line

    def test_row_20_mail_waits_while_names_cannot_be_told(self):
        for name in FAILURES.keys() - CIRCLES:
            with self.subTest(name):
                self.assertRegex(self.outcome(name), r'dsn=4\.\S+, status=deferred ')

    def test_row_20_aliases_in_a_circle_are_a_mistake_of_the_domain(self):
        for name in CIRCLES:
            with self.subTest(name):
                self.assertRegex(self.outcome(name), rf'dsn=5\.4\.4, status=bounced \(Name server loop for {name}\)')

    def test_row_20_what_will_never_be_is_returned(self):
        for name, dsn in (('nosuch.test', '5.4.4'), ('null.test', '5.1.0')):
            with self.subTest(name):
                self.assertRegex(self.outcome(name), rf'dsn={dsn}, status=bounced ')

    def test_row_20_a_thousand_exchangers_by_tcp(self):
        self.submit('a@many.test')
        self.sink.wait(self.token)
        self.assertIn(('many.test', MX, True), self.dns.asked)
        self.assertLess(len({name for name, _, _ in self.dns.asked if name.startswith('m') and name != 'many.test'}), 1001)

    def test_row_20_exchangers_that_are_cut_short_are_passed_over(self):
        self.submit('a@short.test')
        self.sink.wait(self.token)

    def test_row_20_odd_exchangers_kill_nobody(self):
        for name in ('only-short.test', 'number.test', 'empty-mx.test', 'six.test', 'wide.test', 'localhost.test'):
            with self.subTest(name):
                self.assertRegex(self.outcome(name), 'status=(deferred|bounced) ')
        self.submit('a@good.test')
        self.sink.wait(self.token)


if __name__ == '__main__':
    unittest.main()
