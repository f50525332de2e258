"""What milters are told, and what becomes of their answers, as with Debian's Postfix.

milters.txt holds, for each case of milter_cases.py, the client's commands and the replies, what each
milter heard (1:, 2:), the log (L:), and what was delivered (=), without what changes from run to run.
Where a case says why it `differs`, the record is Postern's own.

    MTA=/prefix python3 -m unittest test_milters
    MTA=postfix python3 -m unittest test_milters            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_milters   # writes it; MTA=/prefix what differs
    ONLY='part of a name' ...                               # of these cases alone
"""
import glob
import os
import re
import unittest

from lab import HERE, MASTER, MailCase, Raw, until

import milter_cases
from mta import messages
from scripted_milter import Script, ScriptedMilter

RECORD = HERE / 'milters.txt'
MILTERS = 3
OWN = 'own unix n - n - 0 cleanup\n  -o non_smtpd_milters=unix:@DIR@/milter1\n'
PROGRAMS = ('milter', 'smtpd', 'cleanup', 'local', 'bounce')
OPENING = """\
N: O version 6 actions 0x1ff steps 0x1fffff
N: D C j=mail.xian.com {daemon_name}=mail.xian.com {daemon_addr}=ADDRESS v=Postfix VERSION _=unknown [203.0.113.9]
N: C [203.0.113.9]|4 PORT 203.0.113.9|
N: D H
N: H client.example|
"""
BOXES = ('client1', 'client2', 'client3')
DATE = r'(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d+ \w+ \d{4} [\d:]+ [+-]\d{4} \(\w+\)'


def sections(text):
    parts = re.split(r'^=== (.*)\n', text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


class Record(MailCase):
    main = {'smtpd_milters': 'unix:@DIR@/milter1', 'smtpd_authorized_xclient_hosts': '192.168.58.201',
            'smtpd_recipient_restrictions': 'check_recipient_access inline:{refused@xian.com=REJECT}',
            'milter_default_action': 'tempfail', 'enable_long_queue_ids': 'yes', 'smtpd_error_sleep_time': '0', 'milter_connect_timeout': '20s',
            'milter_command_timeout': '20s', 'milter_content_timeout': '20s'}

    @classmethod
    def configure(cls):
        cls.mta.aliases('alias: client3\n')
        cls.milters = [ScriptedMilter(f'{cls.mta.dir}/milter{number + 1}') for number in range(MILTERS)]
        for one in cls.milters:
            cls.addClassCleanup(one.close)
        cls.cases = [case for case in milter_cases.CASES if os.environ.get('ONLY', '') in case['name']]
        cls.ports, services = {}, OWN
        for case in cls.cases:
            settings = tuple(case['settings'].items())
            if settings and settings not in cls.ports:
                port = cls.ports[settings] = 2600 + len(cls.ports)
                options = ''.join(f'  -o {{ {name} = {value} }}\n' for name, value in settings)
                services += (f'{port} inet n - n - - smtpd\n  -o cleanup_service_name=cleanup{port}\n{options}'
                             f'cleanup{port} unix n - n - 0 cleanup\n{options}')
        cls.mta.write('master.cf', MASTER.replace(' pickup\n', ' pickup\n  -o cleanup_service_name=own\n') + services)

    def test_every_case(self):
        known = sections(RECORD.read_text()) if RECORD.exists() else {}
        found = {} if not os.environ.get('ONLY') else known
        for case in self.cases:
            with self.subTest(case['name']):
                if os.environ.get('RECORD') and bool(case['differs']) == (os.environ['MTA'] == 'postfix'):
                    found[case['name']] = known.get(case['name'], '')
                    continue
                told = self.told(case)
                if not os.environ.get('RECORD'):
                    self.assertEqual(known.get(case['name']), told, self.mta.log()[-3000:])
                found[case['name']] = told
        if os.environ.get('RECORD'):
            RECORD.write_text(''.join(f'=== {name}\n{text}' for name, text in found.items()))

    def told(self, case):
        for box in BOXES:
            os.truncate(f'/var/mail/{box}', 0)
        for number, one in enumerate(self.milters):
            one.begin(case['scripts'][number] if number < len(case['scripts']) else Script())
        self.mta.remember()
        lines = self.submitted(case) if case['sendmail'] else self.spoken(case)
        lines += self.settled()
        logged = self.logged()
        if case['sendmail']:        # what is not accepted, pickup may have tried again meanwhile
            logged = dict.fromkeys(re.sub(r': [0-9A-Za-z]{12,}: ', ': ID: ', line) for line in logged)
        for number, one in enumerate(self.milters):
            sessions = one.sessions[:1] if case['sendmail'] else one.sessions
            lines += [f'{number + 1}: {line}' for session in sessions for line in shorter(session)]
        return steady('\n'.join([*lines, *logged, *self.delivered()]) + '\n', self.mta)

    def spoken(self, case):
        """The dialogue."""
        lines = []
        port = self.ports.get(tuple(case['settings'].items()), 25)
        with Raw(self.mta.ip, port, source=case['source']) as client:
            client.socket.settimeout(60)
            answer = heard(client)
            lines.append(f'> {answer}')
            for line in case['lines']:
                is_content = line.startswith('\n')
                if is_content and not answer.startswith('354'):
                    continue
                client.write(line[1:] if is_content else f'{line}\r\n')
                answer = heard(client)
                # What is offered, test_smtpd_replies knows.
                answer = 'extensions' if line.startswith('EHLO') and answer.startswith('250') else answer
                lines.append(f'{"." if is_content else quoted(line)} > {quoted(answer) or "closed"}')
                if not answer:
                    break
        self.mta.wait_log(r'smtpd\[\d+\]: disconnect from ')
        return lines

    def submitted(self, case):
        self.mta.sendmail(*case['sendmail'], text=milter_cases.LOCAL)
        until(lambda: not self.files('maildrop') or re.search('milter-reject.*: 4|can.t reject recipient', self.mta.log()), 'pickup takes it')
        self.mta.wait_log(r'qmgr\[\d+\]: \w+: removed|milter-(reject|discard|hold): ')
        return []

    def settled(self):
        """When nothing is under way any more; what is held or stays."""
        until(self.is_settled, 'deliveries end', 60)
        for one in self.milters:
            one.wait_until_idle()
        kept = []
        for queue in ('hold', 'deferred', 'maildrop'):
            for file in self.files(queue):
                kept.append(f'in {queue}')
                os.unlink(file)
        return kept

    def is_settled(self):
        """What a message leaves behind, a report, is there before it is gone itself."""
        log = self.mta.log()
        begun = {*re.findall(r'qmgr\[\d+\]: (\w+): from=', log)} - {os.path.basename(file) for file in self.files('deferred')}
        return not (begun - {*re.findall(r'qmgr\[\d+\]: (\w+): removed', log)}) and not any(
            self.files(queue) for queue in ('incoming', 'active'))

    def files(self, queue):
        return [path for path in glob.glob(f'{self.mta.queue_dir}/{queue}/**', recursive=True) if os.path.isfile(path)]

    def logged(self):
        lines = [re.sub(r'.*?/(\w+)\[\d+\]: ', r'L: \1: ', line, count=1) for line in self.mta.log().splitlines()]
        lines = [line for line in lines if re.match(r'L: (smtpd|cleanup|local|bounce): ', line)]
        lines = [line for line in lines if not re.match(
            r'L: (smtpd: ((dis)?connect |\w+: client=)|cleanup: \w+: message-id=)', line)]
        return sorted(map(of_milter, lines), key=lambda line: (PROGRAMS.index(line.split(':')[1][1:]), line if ' to=<' in line else ''))

    def delivered(self):
        lines = []
        for box in BOXES:
            for message in messages(f'/var/mail/{box}'):
                lines.append(f'= {box}')
                raw = message.raw.decode('latin-1')
                if message['Return-Path'] == '<>':
                    raw = f'report: {message["Subject"]}'
                text = raw.rstrip('\n').split('\n')
                if len(text) > 50:
                    text[30:-5] = [f'... {len(text) - 35} lines ...']
                lines += [f'= {quoted(line)}' for line in text]
        return lines


def heard(client):
    try:
        return client.reply()
    except ConnectionResetError:
        return ''


def of_milter(line):
    """Postfix speaks with milters in two programs, and does not know why a connection has ended."""
    line = re.sub(r'^L: \w+: (warning: (?:\w+: )?(?:milter |connect to Milter))', r'L: milter: \1', line)
    # Nor does it say why mail is held.
    line = re.sub(r'(milter triggers HOLD action)[^;]*', r'\1', line)
    return re.sub(r'( reply packet header: ).*', r'\1REASON', line)


def quoted(text):
    return text.encode('unicode_escape').decode()


def shorter(session):
    """Macros that are sent once more, with nothing new in them, are a "+" of their command. Debian's says
    ABORT once more after each mail, however it ended, and QUIT only to some; neither tells a milter anything.
    """
    known, lines, again, is_in_mail = {}, [], '', False
    for line in session:
        if line == 'Q' or line == 'A' and not is_in_mail:
            continue
        is_in_mail = line[0] not in 'AE' and (is_in_mail or line[0] == 'M')
        stage = line[2:3]
        if line.startswith('D ') and known.get(stage) == line:
            again = '+'
            continue
        if line.startswith('D '):
            known[stage] = line
        lines.append(again + line)
        again = ''
    return lines[:-1] if lines[-1:] == ['A'] else lines


def without_opening(text):
    """So begins almost every session with a milter."""
    for number in range(1, MILTERS + 1):
        text = text.replace(OPENING.replace('N: ', f'{number}: '), f'{number}: ...\n')
    return text


def steady(text, mta):
    """Without what changes from run to run."""
    for found in {*re.findall(r'\bi=([0-9A-Za-z]{12,})|: ([0-9A-Za-z]{12,}): |queued as ([0-9A-Za-z]+)', text)}:
        text = text.replace(max(found), 'ID')
    text = re.sub(DATE, 'DATE', text).replace(mta.dir, 'DIR').replace(mta.ip, 'ADDRESS')
    text = re.sub(r'(\bid |\\tid |\bas |notification: )[0-9A-Za-z]{10,}\b', r'\1ID', text)
    text = re.sub(r'(client_port\}=|[\]}]:|[46] )\d{4,5}\b', r'\1PORT', text)
    text = re.sub(r'Postfix \d[\d.]+', 'Postfix VERSION', text)
    text = without_opening(text)
    return re.sub(r'delay=[\d.]+, delays=[\d./]+', 'delay=N', text)


if __name__ == '__main__':
    unittest.main()
