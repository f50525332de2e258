"""What senders and postmasters are told, byte by byte as Debian's Postfix says it.

bounce_reports.txt holds, for each case of bounce_cases.py, what arrived at the server of
remote.example: sender, recipient and content of each report, without what changes from run to run.
Where a case says why it `differs`, the record is Postern's own.

    MTA=/prefix python3 -m unittest test_bounce_reports
    MTA=postfix python3 -m unittest test_bounce_reports            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_bounce_reports   # writes it; MTA=/prefix what differs
"""
import os
import re
import unittest

import bounce_cases
from lab import HERE, Mta, Raw, until

import dns
from sinks import SmtpSink

RECORD = HERE / 'bounce_reports.txt'
WORDS = HERE / 'bounce_words.txt'      # of postconf -t and -b, built-in and from a file
REPLIES = {'RCPT TO:<reject@': '550 5.1.1 no such user here',
           'RCPT TO:<plain@': '553 not here',
           'RCPT TO:<long@': '550 5.7.1 ' + 'because of many words ' * 12,
           'RCPT TO:<lines@': '550-5.7.1 first line\r\n550-5.7.1 second <line>\r\n550 5.7.1 last'}
DATE = r'(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d+ \w+ \d{4} [\d:]+ [+-]\d{4} \(\w+\)'
WITHOUT_DSN = ('8BITMIME', 'ENHANCEDSTATUSCODES', 'SMTPUTF8', 'SIZE')


def steady(text, address):
    """Without what changes from run to run."""
    text = re.sub(DATE, 'DATE', text).replace(address, 'ADDRESS')
    for found in re.findall(r'^X-Postfix-Queue-ID: (\w+)', text, re.M):
        text = text.replace(found, 'ID')
    text = re.sub(r'ID\.\d+/', 'ID.TIME/', text)
    text = re.sub(r'<\d{14}\.[0-9A-F]+@', '<TIME.ID@', text)
    return re.sub(r'\b(id|as) [0-9A-F]{8,}\b', r'\1 ID', text)


def sections(text):
    parts = re.split(r'^=== (.*)\n', text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


class Reports(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        dns.server.start()
        cls.remote = SmtpSink('198.51.100.4', extensions=(*WITHOUT_DSN, 'DSN', 'PIPELINING'))
        cls.others = [SmtpSink('198.51.100.5', extensions=WITHOUT_DSN, replies=REPLIES),
                      SmtpSink('198.51.100.6', extensions=WITHOUT_DSN, replies={'.': '554 5.6.0 not this'})]
        for sink in (cls.remote, *cls.others):
            cls.addClassCleanup(sink.close)

    def start(self, variant):
        mta = Mta({**bounce_cases.MAIN, **bounce_cases.VARIANTS[variant]})
        self.addCleanup(mta.stop)
        mta.write('words', bounce_cases.WORDS)
        mta.aliases('team: client1, b@fail.example\nhalf: client2, nosuch\n')
        return mta.start()

    def post(self, mta, case):
        recipients = [re.match(r'("[^"]*"@\S+|\S+)(.*)', rcpt).groups() for rcpt in case['rcpt']]
        with Raw(mta.ip, source='192.168.58.200') as client:
            client.reply()
            for line in ('EHLO client.xian.com', f'MAIL FROM:<{case["sender"]}>{case["mail"]}',
                         *(f'RCPT TO:<{address}>{options}' for address, options in recipients), 'DATA'):
                client.write(line.encode('latin-1') + b'\r\n')
                self.assertRegex(client.reply(), '^[23]', line)
            client.write(case['text'].encode('latin-1') + b'.\r\n')
            self.assertRegex(client.reply(), '^250')

    def settle(self, mta):
        """Until nothing is under way: what came of a message while its queue was looked at, the second
        look sees.
        """
        mta.settle()
        mta.settle()

    def told(self, mta, case):
        """What arrives, in a form that can be compared."""
        self.settle(mta)
        before = len(self.remote.mails)
        mta.remember()
        self.post(mta, case)
        if 'wait.example' in ''.join(case['rcpt']):      # the second attempt is past the warning time
            until(lambda: mta.log().count('status=deferred') > 1, 'another attempt')
        self.settle(mta)
        mta.run('postsuper', '-d', 'ALL', 'deferred')
        text = ''
        by_subject = sorted(self.remote.mails[before:], key=lambda mail: (
            mail.recipients, mail.sender, re.search(rb'^Subject: .*', mail.data, re.M)[0]))
        for mail in by_subject:
            text += f'--- {mail.sender} {" ".join(mail.sender_options)}\n'
            text += ''.join(f'--- <{to}> {" ".join(sorted(options, reverse=True))}\n' for to, options in mail.recipient_options.items())
            text += mail.data.decode('utf-8', 'backslashreplace').replace('\r\n', '\n') + '\n'
        return re.sub(r'SIZE=\d+', 'SIZE=N', steady(text, mta.ip))

    def test_every_case(self):
        known = sections(RECORD.read_text()) if RECORD.exists() else {}
        found = {}
        for variant in bounce_cases.VARIANTS:
            cases = [case for case in bounce_cases.CASES if case['variant'] == variant
                     and os.environ.get('ONLY', case['name']) == case['name']]
            mta = self.start(variant) if cases else None
            for case in cases:
                with self.subTest(case['name']):
                    if os.environ.get('RECORD') and bool(case['differs']) == (os.environ['MTA'] == 'postfix'):
                        found[case['name']] = known.get(case['name'], '')
                        continue
                    found[case['name']] = self.told(mta, case)
                    if not os.environ.get('RECORD'):
                        self.assertEqual(known.get(case['name']), found[case['name']], mta.log()[-3000:])
            if mta:
                mta.stop()
        if os.environ.get('RECORD'):
            RECORD.write_text(''.join(f'=== {name}\n{text}' for name, text in found.items()))

    def test_words(self):
        mta = self.start('words')
        said = ''.join(f'=== postconf {option} {file}\n' + mta.run('postconf', option, *file.split()).stdout
                       for option in ('-t', '-b') for file in ('', f'{mta.config}/words'))
        said = said.replace(mta.config, 'CONFIG').replace(mta.ip, 'ADDRESS')
        if os.environ.get('RECORD'):
            WORDS.write_text(said)
        self.assertEqual(WORDS.read_text(), said)


if __name__ == '__main__':
    unittest.main()
