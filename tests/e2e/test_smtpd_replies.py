"""smtpd's replies, dialogue by dialogue, as Debian's Postfix gives them under the same configuration.

smtpd_replies.txt holds the dialogues with the replies recorded from Postfix:

    === title
    restrict: a restriction list; the dialogue names its class as $case (in HELO or a recipient)
    from: the client's address
    C: a command, or a line that is answered
    D: a line that is not answered (content); "D 200:" that many of them
    X: bytes with \\r, \\n, \\x00; answered
    P: commands sent at once, " | " between them; each is answered
    S: a line of a reply; "<closed>" is the end of the connection

Run it as the acceptance tests are run (they have the machinery):

    MTA=/prefix python3 -m unittest test_smtpd_replies
    MTA=postfix python3 -m unittest test_smtpd_replies       # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_smtpd_replies   # writes it
"""
import os
import pathlib
import re

from lab import STRANGER, MailCase, Raw

import dns
from sinks import PolicyServer

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / 'smtpd_replies.txt'

ZONE = """\
$ORIGIN example.
onlymx MX 10 nowhere
ipmx MX 10 192.0.2.1
localmx MX 10 localhost.
nsonly NS ns.remote
ns.remote A 198.51.100.53
badmx MX 10 mx.remote
v6 AAAA 2001:db8::1
; two codes, one of them listed by a filter
7.113.0.203.rbl A 127.0.0.4
7.113.0.203.rbl TXT "seven of $nine"
spammer.example.rhsbl A 127.0.0.2
spammer.example.rhsbl TXT "bad domain"
spammer MX 10 mx.remote
9.113.0.203.wl A 127.0.0.5
$ORIGIN .
"""


def dialogues(text):
    """(title, settings, steps); a step is (kind, text, replies)"""
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        settings, steps = {}, [('', '', [])]
        for line in rest.splitlines():
            kind, _, value = line.partition(': ')
            if kind in ('restrict', 'from'):
                settings[kind] = value
            elif kind == 'S':
                steps[-1][2].append(value)
            elif kind:
                steps.append((kind.rstrip(':'), value, []))
        yield title, settings, steps


def steady(reply):
    """Without what changes from run to run."""
    reply = re.sub(r'queued as [0-9A-Za-z]+', 'queued as ID', reply)
    return re.sub(r'(\[203\.0\.113\.\d+\]):\d+', r'\1:PORT', reply)


class Replies(MailCase):
    main = {
        'smtpd_recipient_restrictions': 'check_recipient_access texthash:@CONFIG@/cases, '
                                        'check_helo_access texthash:@CONFIG@/cases',
        'smtpd_relay_restrictions': 'permit_mynetworks, reject_unauth_destination',
        'smtpd_forbid_bare_newline': 'normalize',
        'smtpd_forbid_unauth_pipelining': 'no',
        'smtpd_client_port_logging': 'yes',
        'local_recipient_maps': 'inline:{client1=x,client2=x,postmaster=x}',
        'relay_domains': 'other.example',
        'message_size_limit': '200000',
        'smtpd_recipient_limit': '4',
        'smtpd_error_sleep_time': '0',
        'smtpd_soft_error_limit': '30',
        'smtpd_hard_error_limit': '35',
        'smtpd_authorized_xclient_hosts': '192.168.58.201',
        'smtpd_authorized_xforward_hosts': '192.168.58.202',
        'smtpd_authorized_verp_clients': '192.168.58.203',
        'smtpd_noop_commands': 'NOTHING',
        'smtpd_reject_footer_maps': 'pcre:{{/footer1/ See $$$$client_address at $$$$server_name}, {/footer2/ \\c; call us\\nor not}}',
        'smtpd_command_filter': 'pcre:{{/^FILTERED$$/ NOOP}}',
        'smtpd_sender_login_maps': 'inline:{owned@remote.example=alice}',
        'rbl_reply_maps': 'inline:{{other.rhsbl.example=$$rbl_code 5.7.9 $$rbl_what in $$rbl_domain: $$rbl_reason for $$sender}}',
        'fast_flush_domains': 'remote.example',
        'smtpd_policy_service_default_action': '451 4.3.5 Policy is away',
        'smtpd_policy_service_timeout': '2',
        'smtpd_policy_service_retry_delay': '1',
        'unverified_sender_reject_code': '550',
        'enable_long_queue_ids': 'yes',
    }
    actions = {
        'p.ok': 'OK', 'p.dunno': 'DUNNO', 'p.reject': 'REJECT no', 'p.coded': '571 5.7.8 not so',
        'p.defer': 'DEFER later', 'p.dip': 'DEFER_IF_PERMIT perhaps', 'p.prepend': 'PREPEND X-A: b',
        'p.421': '421 4.7.0 gone', 'p.521': '521 gone for good', 'p.list': 'reject_unauth_destination, reject',
        'p.odd': 'BOGUS action', 'p.hold': 'HOLD', 'p.none': None,
    }

    @classmethod
    def configure(cls):
        dns.server.add(ZONE)
        cls.sections = list(dialogues(RECORD.read_text()))
        cases, classes = [], {}
        for number, (_, settings, _) in enumerate(cls.sections):
            if 'restrict' in settings:
                name = f'case{number}x'
                classes[name] = settings['restrict']
                cases += [f'{name}@ {name}', f'{name}.test {name}']
        cls.mta.write('cases', '\n'.join(cases) + '\n')
        cls.mta.main['smtpd_restriction_classes'] = ', '.join(classes)
        cls.mta.main.update(classes)
        cls.policy = PolicyServer(f'{cls.mta.dir}/policy', lambda request: cls.actions.get(
            request['helo_name'], cls.actions.get(request['sender'].partition('@')[0], 'DUNNO')))
        cls.addClassCleanup(cls.policy.close)

    def hold(self, number, settings, steps):
        """Speak the dialogue; give the steps with the replies that came."""
        said = []
        with Raw(self.mta.ip, source=settings.get('from', STRANGER)) as client:
            client.socket.settimeout(20)
            for kind, text, replies in steps:
                line = text.replace('$case', f'case{number}x')
                count = 1
                if kind == 'X':
                    client.write(line.encode().decode('unicode_escape').encode('latin-1'))
                elif kind == 'P':
                    client.write(''.join(f'{part}\r\n' for part in line.split(' | ')))
                    count = line.count(' | ') + 1
                elif kind.startswith('D'):
                    client.write((line + '\r\n') * int(kind[1:] or 1))
                    count = 0
                elif kind:
                    client.write(line + '\r\n')
                got = []
                for _ in range(count):
                    got += (steady(self.reply(client)) or '<closed>').split('\n')
                said.append((kind, text, [line.replace(f'case{number}x', '$case') for line in got]))
        return said

    @staticmethod
    def reply(client):
        try:
            return client.reply()
        except ConnectionResetError:      # it closed with our words unread
            return ''

    def test_every_dialogue(self):
        written = []
        for number, (title, settings, steps) in enumerate(self.sections):
            with self.subTest(title):
                said = self.hold(number, settings, steps)
                written.append((title, settings, said))
                if not os.environ.get('RECORD'):
                    self.assertEqual(self.written(*written[-1]), self.written(title, settings, steps))
        if os.environ.get('RECORD'):
            RECORD.write_text('\n'.join(self.written(*one) for one in written))

    @staticmethod
    def written(title, settings, steps):
        lines = [f'=== {title}'] + [f'{name}: {value}' for name, value in settings.items()]
        for kind, text, replies in steps:
            lines += [f'{kind}: {text}'] * bool(kind) + [f'S: {line}' for line in replies]
        return '\n'.join(lines) + '\n'
