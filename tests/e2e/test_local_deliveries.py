"""local, virtual and pipe beside Debian's Postfix: what a delivery writes, logs and reports.

local_deliveries.txt holds the scenarios with the answers recorded from Postfix:

    === title
    set: name = value      for the delivery agent of the scenario alone
    via: virtual           the agent, with its attributes; without it, local
    alias: name: targets   a line of the scenario's alias file, whose owner `aliases: USER` names
    user: fields           of $u in the password file: uid:gid:home:shell, each may be empty
    file: PATH MODE OWNER  with lines "| text";  also dir:, link: PATH TARGET, fifo: PATH
    from: sender           to: recipient, without domain; as many as are wanted
    rcpt: parameters       of RCPT TO
    head: field            line: a line of the content
    why: reason            for which our answer (O:) is another than Postfix's (P:)
    P: an answer: log lines of the message, then files that are new or changed

Names: $u and $v are users, with their homes $home and $vhome, $d the domain, $t the transport, $dir
a folder of $u, $aliases the alias file; mail to $fwd is kept in $dir/fwd, what returns to the
sender, $back, in $dir/back. Run it as the acceptance tests are run (they have the machinery), as root:

    MTA=/prefix python3 -m unittest test_local_deliveries
    MTA=postfix python3 -m unittest test_local_deliveries            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_local_deliveries   # writes P:
    MTA=/prefix RECORD=1 python3 -m unittest test_local_deliveries   # writes O: where there is a why:
    ONLY=words ...                                                   # scenarios with that title
"""
import grp
import os
import pathlib
import pwd
import re
import socket
import threading
import unittest

from lab import HERE, IS_OURS, MailCase, until

import isolate

RECORD = HERE / 'local_deliveries.txt'
RECORDING = os.environ.get('RECORD')
SETTING_UP = ('set', 'via', 'alias', 'aliases', 'user', 'file', 'dir', 'link', 'fifo', '|',
              'from', 'to', 'rcpt', 'head', 'line', 'why')


class Scenario:
    def __init__(self, number, section):
        self.title, _, rest = section.partition('\n')
        self.number = number
        self.steps, self.answers = [], {'P': [], 'O': []}
        for line in rest.splitlines():
            kind, _, value = (line[0], '', line[2:]) if line[:1] == '|' else line.partition(':')
            if kind in self.answers:
                self.answers[kind].append(value[1:])
            elif kind:
                assert kind in SETTING_UP, line
                self.steps.append((kind, value if kind == '|' else value[1:]))
        tag = f'{number}x'
        self.uid = 3000 + 2 * number
        self.names = {'$u': f'u{tag}', '$v': f'v{tag}', '$d': f'd{tag}.test', '$t': f't{tag}',
                      '$home': isolate.home(f'u{tag}'), '$vhome': isolate.home(f'v{tag}'),
                      '$uid': str(self.uid), '$fwd': f'x{tag}@fwd.test', '$back': f'sender{tag}@back.test',
                      '$dir': f'{isolate.BASE}/dir{tag}', '$aliases': f'@CONFIG@/aliases{tag}'}

    def all(self, kind):
        return [self.expand(value) for name, value in self.steps if name == kind]

    def one(self, kind, default=''):
        return (self.all(kind) + [default])[0]

    def expand(self, text):
        """The names are told from macros by what follows: $user is none of ours."""
        return re.sub(r'\$(home|vhome|dir|aliases|fwd|back|uid|u|v|d|t)(?![a-z])', lambda found: self.names[found[0]], text)

    def folded(self, text):
        for name in sorted(self.names, key=lambda name: -len(self.names[name])):
            # Whole: the number of a user may stand within a time.
            text = re.sub(rf'(?<!\d){re.escape(self.names[name])}(?!\d)', lambda _, name=name: name, text)
        return text

    def expected(self):
        return self.answers['O' if IS_OURS and self.all('why') else 'P']

    def text(self):
        lines = [f'=== {self.title}']
        lines += [f'| {value}'.rstrip() if kind == '|' else f'{kind}: {value}' for kind, value in self.steps]
        lines += [f'P: {line}'.rstrip() for line in self.answers['P']]
        lines += [f'O: {line}'.rstrip() for line in self.answers['O'] if self.all('why')]
        return '\n'.join(lines) + '\n'

    # -- what stands before the delivery -------------------------------------------------------------

    def users(self):
        """Lines for the password file."""
        fields = (self.one('user', ':::').split(':') + [''] * 4)[:4]
        for name, home, number, given in ((self.names['$u'], self.names['$home'], self.uid, fields),
                                          (self.names['$v'], self.names['$vhome'], self.uid + 1, [''] * 4)):
            yield (f'{name}:x:{given[0] or number}:{given[1] or number}::'
                   f'{given[2] or home}:{given[3] or "/bin/sh"}')

    def service(self):
        agent, _, rest = self.one('via', 'local').partition(' ')
        options = ' '.join(f'-o {{ {setting} }}' for setting in self.all('set'))
        if agent == 'local':
            options = f'-o alias_maps=hash:{self.names["$aliases"]} {options}'
        transport = self.names['$t']
        # Its own rewriting: names without domain are of the scenario's domain.
        return (f'{transport} unix - n n - - {agent} -o rewrite_service_name=r{transport} {options} {rest}\n'
                f'r{transport} unix - - n - - trivial-rewrite -o myorigin={self.names["$d"]}\n')

    def prepare(self):
        for folder, owner in (('$home', '$u'), ('$vhome', '$v'), ('$dir', '$u')):
            os.makedirs(self.names[folder], exist_ok=True)
            own(self.names[folder], self.names[owner], 0o755)
        path = None
        for kind, value in self.steps:
            words = self.expand(value).split()
            if kind in ('file', 'dir'):
                path, mode, owner = (words + ['644', self.names['$u']][len(words) - 1:])[:3]
                if kind == 'dir':
                    os.makedirs(path, exist_ok=True)
                else:
                    pathlib.Path(path).write_text('')
                own(path, owner, int(mode, 8))
            elif kind == '|':
                with open(path, 'a') as file:
                    file.write(self.expand(value) + '\n')
            elif kind == 'link':
                os.symlink(words[1], words[0])
            elif kind == 'fifo':
                os.mkfifo(words[0])

    # -- what the delivery leaves --------------------------------------------------------------------

    def files(self):
        """{path: (mode, owner, content)} of what it may have written."""
        found = {}
        spool = [f'/var/mail/{self.names[user]}' for user in ('$u', '$v')]
        for top in (self.names['$home'], self.names['$vhome'], self.names['$dir'], *spool):
            paths = [top] if os.path.isfile(top) else [
                f'{folder}/{name}' for folder, _, names in os.walk(top) for name in names]
            for path in paths:
                if os.path.isfile(path) and not os.path.islink(path):
                    status = os.stat(path)
                    found[path] = (oct(status.st_mode)[-3:], user(status.st_uid), group(status.st_gid),
                                   pathlib.Path(path).read_bytes())
        return found

    def report(self, log, before):
        """The answer: log lines, then files."""
        # Recipients, and what came of forwarding, are delivered side by side.
        lines = sorted(steady(self.folded(line)) for line in self.log_lines(log))
        changed = {path: seen for path, seen in self.files().items() if before.get(path) != seen}
        for path, (mode, owner, its_group, content) in sorted(
                changed.items(), key=lambda item: (steady(self.folded(item[0])), item[1][3])):
            text = content.decode(errors='backslashreplace')
            if '/back/new/' in path:
                lines += ['report'] + [f'| {line}' for line in report_lines(text)]
                continue
            lines.append(f'file {path} {mode} {owner}:{its_group}')
            lines += [f'| {line}' for line in text.removesuffix('\n').split('\n')]
        return [steady(self.folded(line)).rstrip() for line in lines]

    @staticmethod
    def log_lines(log):
        """Of the first message that came and of those that came of it."""
        mine, lines = family(log), []
        for agent, queue_id, text in log_entries(log):
            is_ours = queue_id in mine if queue_id else agent in AGENTS
            if is_ours and (agent in AGENTS or 'notification: ' in text) and 'process id' not in text:
                lines.append(f'{agent}: {text}')
        return lines


AGENTS = ('local', 'virtual', 'pipe', 'discard', 'error')


def log_entries(log):
    """(program, queue id or '', text)"""
    for line in log.splitlines():
        if found := re.match(r'.*? postfix/([\w-]+)\[\d+\]: (?=([0-9A-F]{6,}:)?)(.*)', line):
            yield found[1], (found[2] or '').rstrip(':'), found[3]


def family(log):
    """The queue ids of the first message, and of all that came of it."""
    ids = set()
    for agent, queue_id, text in log_entries(log):
        if agent == 'smtpd' and 'client=' in text and not ids:
            ids.add(queue_id)
        elif queue_id in ids and (child := re.search(r'(?:forwarded as|notification:) ([0-9A-F]{6,})', text)):
            ids.add(child[1])
    return ids


def own(path, owner, mode):
    name, _, its_group = owner.partition(':')
    entry = pwd.getpwnam(name)
    os.chown(path, entry.pw_uid, grp.getgrnam(its_group).gr_gid if its_group else entry.pw_gid)
    os.chmod(path, mode)


def user(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def group(gid):
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def report_lines(text):
    """Of a bounce or success report: the words on each recipient."""
    subject = re.search(r'^Subject: .*$', text, re.M)[0]
    words = re.search(r'The mail system\n\n(.*?)\n\n--', text, re.S)
    fields = re.search(r'Content-Type: message/(?:global-)?delivery-status\n\n.*?\n\n(.*?)\n\n--', text, re.S)
    lines = [line for part in (words, fields) if part for line in re.sub(r'\n +', ' ', part[1]).split('\n')]
    return [subject] + lines


def steady(line):
    """Without what changes from run to run."""
    line = re.sub(r'\b\d{10,}\.(V[0-9a-f]+I[0-9a-f]+M|P)\d+\.[\w.-]*\w', 'UNIQUE', line)
    line = re.sub(r'\b(?:[0-9A-F]{8,12}|4[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,})\b', 'ID', line)
    line = re.sub(r'\b\w{3}, +\d+ \w{3} \d{4} [\d:]{8} [+-]\d{4} \(\w+\)', 'DATE', line)
    line = re.sub(r'\b\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}', 'DATE', line)
    line = re.sub(r'delay=[\d.]+, delays=[\d.]+/[\d.]+/[\d.]+/[\d.]+', 'delays', line)
    return line


class LocalDeliveries(MailCase):
    main = {
        'mydestination': '$myhostname, texthash:@CONFIG@/transports',
        'local_recipient_maps': '',
        'virtual_mailbox_domains': 'fwd.test, back.test',
        'virtual_mailbox_base': '/',
        'virtual_mailbox_maps': 'texthash:@CONFIG@/boxes',
        'virtual_uid_maps': 'static:65534', 'virtual_gid_maps': 'static:65534',
        'transport_maps': 'texthash:@CONFIG@/transports',
        'recipient_delimiter': '+',
        'biff': 'no', 'allow_min_user': 'yes', 'enable_long_queue_ids': 'no',
        'minimal_backoff_time': '1000s', 'maximal_backoff_time': '1000s', 'queue_run_delay': '1000s',
        'max_idle': '3s', 'smtpd_recipient_limit': '100',
        'bounce_queue_lifetime': '1d',
    }

    @classmethod
    def configure(cls):
        cls.listen()
        sections = re.split(r'^=== ', RECORD.read_text(), flags=re.M)
        cls.preface = sections[0]
        cls.scenarios = [Scenario(number, section) for number, section in enumerate(sections[1:])]
        cls.chosen = [one for one in cls.scenarios if os.environ.get('ONLY', '') in one.title]
        with open('/etc/passwd', 'a') as users, open('/etc/group', 'a') as groups:
            for scenario in cls.chosen:
                for line in scenario.users():
                    users.write(line + '\n')
                    name, _, uid, gid = line.split(':')[:4]
                    groups.write(f'{name}:x:{gid}:\n')
        tables = []
        for scenario in cls.chosen:
            scenario.names['$aliases'] = cls.mta.expand(scenario.names['$aliases'])
            scenario.prepare()
            for owned in ('fwd', 'back'):
                os.makedirs(f'{scenario.names["$dir"]}/{owned}', exist_ok=True)
                os.chown(f'{scenario.names["$dir"]}/{owned}', 65534, 65534)
            if not scenario.all('via'):
                name = os.path.basename(scenario.names['$aliases'])
                cls.mta.write(name, ''.join(line + '\n' for line in scenario.all('alias')))
                tables.append(f'hash:{scenario.names["$aliases"]}')
        cls.mta.run('postalias', *tables)
        for scenario in cls.chosen:
            for owner in scenario.all('aliases'):
                for end in ('', '.db'):
                    own(scenario.names['$aliases'] + end, owner, 0o644)
        cls.mta.write('transports', 'else.test discard:dropped\n' + ''.join(
            f'{one.names["$d"]} {one.names["$t"]}:\n' for one in cls.chosen))
        cls.mta.write('boxes', ''.join(f'{one.names[name]} {one.names["$dir"]}/{folder}/\n' for one in cls.chosen
                                       for name, folder in (('$fwd', 'fwd'), ('$back', 'back'))))
        with open(f'{cls.mta.config}/master.cf', 'a') as master:
            master.writelines(scenario.service() for scenario in cls.chosen)

    @classmethod
    def listen(cls):
        """As comsat(8) does."""
        cls.heard, comsat = [], socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        comsat.bind(('127.0.0.1', 512))
        cls.addClassCleanup(comsat.close)
        threading.Thread(target=lambda: [cls.heard.append(comsat.recv(1000).decode().replace('\0', r'\0')) for _ in iter(int, 1)],
                         daemon=True).start()

    def deliver(self, scenario):
        """Sends the message, and gives the answer."""
        self.mta.remember()
        self.heard.clear()
        before = scenario.files()
        head = ''.join(field + '\r\n' for field in scenario.all('head'))
        body = ''.join(line + '\r\n' for line in scenario.all('line') or ['hello'])
        sender = scenario.one('from', scenario.names['$back'])
        to = [one if '@' in one else f'{one}@{scenario.names["$d"]}' for one in scenario.all('to') or [scenario.names['$u']]]
        with self.mta.smtp() as client:
            client.sendmail('' if sender == '<>' else sender, to,
                            f'From: a@b.example\r\n{head}Subject: s\r\n\r\n{body}'.encode('latin-1'),
                            rcpt_options=scenario.all('rcpt'))
        until(self.is_over, scenario.title, 60)
        self.hear_all()
        return [scenario.folded(f'biff: {text}') for text in self.heard] + scenario.report(self.mta.log(), before)

    def is_over(self):
        """Every message that came of the last one is gone, or waits."""
        log = self.mta.log()
        ids = family(log)
        return ids and all(
            f' {one}: removed\n' in log or os.path.exists(f'{self.mta.queue_dir}/deferred/{one[0]}/{one}')
            and re.search(rf' {one}: to=.* status=(?:deferred|SOFTBOUNCE)', log) for one in ids)

    def hear_all(self):
        """What was said before, to the log and to comsat, has arrived when this has."""
        self.mta.run('postlog', '-t', 'mark', 'the end')
        self.mta.wait_log(r'mark\[\d+\]: the end')
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b'the end', ('127.0.0.1', 512))
        until(lambda: 'the end' in self.heard, 'comsat hears')
        self.heard.remove('the end')

    def test_every_scenario(self):
        for scenario in self.chosen:
            with self.subTest(scenario.title):
                if os.environ.get('TRACE'):
                    print(scenario.title, flush=True)
                said = self.deliver(scenario)
                if not RECORDING:
                    self.assertEqual('\n'.join(said), '\n'.join(scenario.expected()))
                elif not IS_OURS or scenario.all('why'):
                    scenario.answers['O' if IS_OURS else 'P'] = said
        if RECORDING:
            RECORD.write_text(self.preface + '\n'.join(one.text() for one in self.scenarios))
