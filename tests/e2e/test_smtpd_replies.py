"""smtpd's replies, dialogue by dialogue, as Debian's Postfix gives them under the same configuration.

smtpd_replies.txt holds the dialogues with the replies recorded from Postfix:

    === title
    restrict: a restriction list; the dialogue names its class as $case (in HELO or a recipient)
    from: the client's address
    port: the service, 25 when it is not there (see `services`)
    C: a command, or a line that is answered
    D: a line that is not answered (content); "D 200:" that many of them
    X: bytes with \\r, \\n, \\x00; answered
    P: commands sent at once, " | " between them; each is answered
    S: a line of a reply; "<closed>" is the end of the connection
    L: a line of smtpd's log about the session, without its beginning

Run it as the acceptance tests are run (they have the machinery):

    MTA=/prefix python3 -m unittest test_smtpd_replies
    MTA=postfix python3 -m unittest test_smtpd_replies       # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_smtpd_replies   # writes it
"""
import contextlib
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
        settings, steps, log = {}, [('', '', [])], []
        for line in rest.splitlines():
            kind, _, value = line.partition(': ')
            if kind in ('restrict', 'from', 'port'):
                settings[kind] = value
            elif kind == 'L':
                log.append(value)
            elif kind == 'S':
                steps[-1][2].append(value)
            elif kind:
                steps.append((kind.rstrip(':'), value, []))
        yield title, settings, steps, log


def steady(reply):
    """Without what changes from run to run, and with the way of 3.12 to name the message: Postfix gives it
    its queue id with the first recipient, Postern when it is there."""
    reply = re.sub(r'queued as [0-9A-Za-z]+', 'queued as ID', reply)
    reply = re.sub(r'^(?:[0-9A-Za-z]{12,}|NOQUEUE): (?=\w+: )', 'NOQUEUE: ', reply)
    reply = re.sub(r'^(?:[0-9A-Za-z]{12,}: |NOQUEUE: )?(lost connection|timeout|too many errors) after', r'\1 after', reply)
    reply = re.sub(r'(\[unknown\]):\d+', r'\1:PORT', reply)
    reply = re.sub(r'BDAT \(\d+ bytes\)', 'BDAT (N bytes)', reply)
    return re.sub(r'(\[(?:203\.0\.113|192\.168\.58)\.\d+\]):\d+', r'\1:PORT', reply)


def master_of(services):
    """smtpd on each port, with its settings"""
    return ''.join(f'{port} inet n - n - - smtpd\n'
                   + ''.join(f' -o {{ {option} }}\n' for option in options.split('; '))
                   for port, options in services.items())


class Replies(MailCase):
    record = RECORD
    # What is wrong with the configuration, each says in words of its own.
    unrecorded = r'(connect|disconnect) from |\w+: client=|warning: (?!.* limit exceeded: )'
    # Services with settings of their own, for what main.cf can say but once.
    services = {
        2601: 'strict_smtputf8=yes',
        2602: 'smtpd_delay_reject=no; smtpd_client_restrictions=check_client_access inline:{203.0.113.6=DEFER}; '
              'smtpd_helo_restrictions=check_helo_access inline:{bad.helo=DEFER}; '
              'smtpd_sender_restrictions=check_sender_access inline:{bad@b.example=REJECT}',
        2603: 'smtpd_soft_error_limit=2; smtpd_hard_error_limit=4',
        2604: 'smtpd_junk_command_limit=3; smtpd_hard_error_limit=3',
        2605: 'smtpd_helo_required=yes; disable_vrfy_command=yes; smtpd_banner=$myhostname ESMTP banner',
        2606: 'smtpd_discard_ehlo_keywords=silent-discard, dsn, chunking, smtputf8, etrn, 8bitmime, size',
        2607: 'strict_rfc821_envelopes=yes',
        2608: 'smtpd_reject_unlisted_recipient=no; smtpd_reject_unlisted_sender=yes',
        2609: 'soft_bounce=yes',
        2610: 'smtpd_recipient_limit=1; smtpd_recipient_overshoot_limit=1; smtpd_hard_error_limit=2',
        2611: 'smtpd_timeout=2',
        2612: 'smtpd_forbid_unauth_pipelining=yes',
        2613: 'smtpd_forbid_bare_newline=reject',
        2614: 'smtpd_data_restrictions=check_client_access inline:{203.0.113.9=DEFER}; smtpd_etrn_restrictions=reject',
        2615: 'smtpd_end_of_data_restrictions=check_client_access inline:{203.0.113.9=REJECT}',
        2616: 'smtpd_relay_before_recipient_restrictions=no; smtpd_relay_restrictions=reject_unauth_destination; '
              'smtpd_recipient_restrictions=reject_unknown_sender_domain, defer_if_permit',
        2618: 'smtpd_reject_footer=\\c see $client_address and $server_name; smtpd_reject_footer_maps=',
        2619: 'show_user_unknown_table_name=no; unknown_local_recipient_reject_code=450',
        2620: 'resolve_null_domain=yes',
        2621: 'smtputf8_enable=no',
        2622: 'allow_untrusted_routing=yes; smtpd_restriction_classes=inner, outer; outer=inner, reject; '
              'inner=check_sender_access inline:{ok@b.example=permit, warn@b.example=warned}; '
              'smtpd_recipient_restrictions=outer',
        2623: 'smtpd_forbid_bare_newline=no',
        2624: 'smtpd_per_request_deadline=yes; smtpd_timeout=2; smtpd_min_data_rate=100000',
        2625: 'smtpd_log_access_permit_actions=static:all; '
              'smtpd_recipient_restrictions=check_sender_access inline:{a@b.example=OK}, permit',
        2626: 'smtpd_null_access_lookup_key=NULL; '
              'smtpd_recipient_restrictions=check_sender_access inline:{NULL=REJECT}',
        2627: 'message_size_limit=0',
        2629: 'smtpd_discard_ehlo_keywords=dsn, chunking; smtpd_soft_error_limit=200; smtpd_hard_error_limit=200',
        2630: 'strict_rfc821_envelopes=yes; smtpd_soft_error_limit=200; smtpd_hard_error_limit=200',
        2628: 'smtpd_client_port_logging=no; smtpd_peername_lookup=no',
        2631: 'smtpd_client_message_rate_limit=1; smtpd_client_recipient_rate_limit=3; '
              'smtpd_client_event_limit_exceptions=203.0.113.9',
        2632: 'smtpd_client_connection_rate_limit=1; smtpd_client_event_limit_exceptions=203.0.113.9',
        2633: 'smtpd_client_auth_rate_limit=1; smtpd_sasl_auth_enable=yes',
    }
    master = master_of(services)
    main = {
        'smtpd_recipient_restrictions': 'check_recipient_access texthash:@CONFIG@/cases, '
                                        'check_helo_access texthash:@CONFIG@/cases',
        'smtpd_relay_restrictions': 'permit_mynetworks, reject_unauth_destination',
        'smtpd_forbid_bare_newline': 'normalize',
        'smtpd_forbid_unauth_pipelining': 'no',
        'smtpd_client_port_logging': 'yes',
        'local_recipient_maps': 'inline:{client1=x,client2=x,postmaster=x}',
        'relay_domains': 'other.example, dead.example, later.example',
        'transport_maps': 'inline:{{dead.example=error:no such place} {later.example=retry:4.3.2 not yet}'
                          ' {worse.example=error:5.7.9 never}}',
        'virtual_alias_domains': 'alias.test',
        'virtual_alias_maps': 'inline:{known@alias.test=client1}',
        'virtual_mailbox_domains': 'box.test',
        'virtual_mailbox_maps': 'inline:{known@box.test=x}',
        'relay_recipient_maps': 'inline:{{known@other.example=x} {@dead.example=x} {@later.example=x}}',
        'relocated_maps': 'inline:{moved@xian.com=new@place.example}',
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
        'smtpd_policy_service_timeout': '10',
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
        cls.sections = list(dialogues(cls.record.read_text()))
        cases, classes = [], {}
        for number, (_, settings, _, _) in enumerate(cls.sections):
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
        self.mta.remember()
        with Raw(self.mta.ip, int(settings.get('port', 25)), source=settings.get('from', STRANGER)) as client:
            client.socket.settimeout(60)
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
                    with contextlib.suppress(BrokenPipeError):
                        client.write(line + '\r\n')
                got = []
                for _ in range(count):
                    got += (steady(self.reply(client)) or '<closed>').split('\n')
                said.append((kind, text, [line.replace(f'case{number}x', '$case') for line in got]))
        self.mta.wait_log(r'smtpd\[\d+\]: disconnect from ')
        return said, [line.replace(f'case{number}x', '$case') for line in self.logged()]

    def logged(self):
        """What smtpd says about the session, but for the connection itself."""
        lines = [line.partition(': ')[2] for line in self.mta.log().splitlines() if '/smtpd[' in line]
        return [steady(line) for line in lines if not re.match(self.unrecorded, line)]

    @staticmethod
    def reply(client):
        try:
            return client.reply()
        except ConnectionResetError:      # it closed with our words unread
            return ''

    def test_every_dialogue(self):
        written = []
        for number, (title, settings, steps, log) in enumerate(self.sections):
            with self.subTest(title):
                said, logged = self.hold(number, settings, steps)
                written.append((title, settings, said, logged))
                if not os.environ.get('RECORD'):
                    self.assertEqual(self.written(*written[-1]), self.written(title, settings, steps, log))
        if os.environ.get('RECORD'):
            self.record.write_text('\n'.join(self.written(*one) for one in written))

    @staticmethod
    def written(title, settings, steps, log):
        lines = [f'=== {title}'] + [f'{name}: {value}' for name, value in settings.items()]
        for kind, text, replies in steps:
            lines += [f'{kind}: {text}'] * bool(kind) + [f'S: {line}' for line in replies]
        return '\n'.join(lines + [f'L: {line}' for line in log]) + '\n'
