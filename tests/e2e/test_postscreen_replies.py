"""postscreen's replies and log, dialogue by dialogue, as Debian's Postfix has them under the same configuration.

postscreen_replies.txt holds the dialogues with what was recorded from Postfix:

    === title
    port: the service (see `services`)
    from: addresses of the clients; the n-th client has the n-th, or all have the only one. Where it is not there,
          the section has an address of its own.
    also: a pattern of lines about no client that are kept, too
    ends: how many ends of sessions are logged where it is not one for each connection
    N: connects, sends these bytes at once, and reads a reply; what was connected before ends first
    T: connects, sends these bytes at once, and reads a line
    C: a command, answered
    X: bytes with \\r, \\n, \\x00, {x*600}; answered
    P: commands sent at once, " | " between them; each is answered
    D: bytes that are not answered
    R: reads a further reply
    E: begins TLS
    Z: hangs up
    S: a line of a reply; "<closed>" is the end of the connection
    L: a line of the log about the clients, without its beginning
    K: what the cache holds in the end, in hours from then: the order is that of the tests

A digit behind the letter is the client's number. Run it as the acceptance tests are run:

    MTA=/prefix python3 -m unittest test_postscreen_replies
    MTA=postfix python3 -m unittest test_postscreen_replies       # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_postscreen_replies   # writes it
"""
import concurrent.futures
import contextlib
import os
import pathlib
import re
import time

from lab import Certificates, MailCase, Raw, client_tls, until

import dns

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / 'postscreen_replies.txt'

ZONE = """\
$ORIGIN example.
$TTL 18000
18.113.0.203.secret A 127.0.0.2
19.113.0.203.white A 127.0.0.1
20.113.0.203.one A 127.0.0.2
21.113.0.203.one A 127.0.0.9
21.113.0.203.two A 127.0.0.3
21.113.0.203.two A 127.0.0.77
22.113.0.203.one A 127.0.0.2
22.113.0.203.white A 127.0.0.1
23.113.0.203.white A 127.0.0.1
24.113.0.203.white A 127.0.0.5
25.113.0.203.secret A 127.0.0.2
26.113.0.203.one A 127.0.0.2
27.113.0.203.one A 127.0.0.2
28.113.0.203.white A 127.0.0.5
29.113.0.203.one 36000 A 127.0.0.9
30.113.0.203.one 60 A 127.0.0.9
31.113.0.203.two A 127.0.0.3
200.113.0.203.one A 127.0.0.2
201.113.0.203.one A 127.0.0.2
202.113.0.203.one A 127.0.0.2
203.113.0.203.one A 127.0.0.2
208.113.0.203.one A 127.0.0.2
209.113.0.203.one A 127.0.0.2
210.113.0.203.one A 127.0.0.2
211.113.0.203.one A 127.0.0.2
204.113.0.203.white A 127.0.0.5
205.113.0.203.white A 127.0.0.5
206.113.0.203.one 36000 A 127.0.0.9
207.113.0.203.one 60 A 127.0.0.9
$TTL 60
$ORIGIN .
"""
SITES = ('one.example*2, two.example=127.0.0.[2..4]*3, one.example=127.0.0.9*-2, white.example=127.0.0.1*-2, '
         'white.example=127.0.0.5*-9, secret.example')


def unescaped(text):
    text = re.sub(r'\{(.)\*(\d+)\}', lambda found: found[1] * int(found[2]), text)
    return text.encode().decode('unicode_escape').encode('latin-1')


def dialogues(text):
    """(title, settings, steps, log, cache); a step is (kind, text, replies)"""
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        settings, steps, kept = {}, [], {'L': [], 'K': []}
        for line in rest.splitlines():
            kind, _, value = line.partition(': ')
            kind = kind.rstrip(':')
            if kind in ('from', 'port', 'also', 'ends'):
                settings[kind] = value
            elif kind in kept:
                kept[kind].append(value)
            elif kind == 'S':
                steps[-1][2].append(value)
            elif kind:
                steps.append((kind, value, []))
        yield title, settings, steps, kept['L'], kept['K']


class Dialogue:
    """One section, spoken; `said` are its steps with the replies that came."""

    def __init__(self, mta, port, addresses, ends=None):
        self.mta, self.port, self.addresses, self.ends = mta, port, addresses, ends
        self.clients, self.said, self.connections = {}, [], 0

    def address(self, number):
        return self.addresses[min(number, len(self.addresses) - 1)]

    def perform(self, kind, text):
        number = int(kind[1:] or 0)
        act = getattr(self, f'do_{kind[0]}')
        self.said.append((kind, text, act(number, text)))

    def connect(self, number, text):
        if kept := self.clients.pop(number, None):
            kept.__exit__()
            if self.ends is None:
                until(lambda: self.ended() >= self.connections, f'the end of a session of {self.addresses}')
        client = self.clients[number] = Raw(self.mta.ip, self.port, source=self.address(number))
        client.socket.settimeout(60)
        self.connections += 1
        client.write(unescaped(text))
        return client

    def do_N(self, number, text):
        return self.replies(self.connect(number, text))

    def do_T(self, number, text):
        return [self.connect(number, text).file.readline().decode().rstrip('\r\n') or '<closed>']

    def do_C(self, number, text):
        return self.send(number, f'{text}\r\n'.encode())

    def do_X(self, number, text):
        return self.send(number, unescaped(text))

    def do_P(self, number, text):
        return self.send(number, ''.join(f'{part}\r\n' for part in text.split(' | ')).encode(), text.count(' | ') + 1)

    def do_D(self, number, text):
        return self.send(number, unescaped(text), 0)

    def do_R(self, number, _):
        return self.send(number, b'')

    def do_E(self, number, _):
        client = self.clients[number]
        client.file.close()
        try:
            client.socket = client_tls().wrap_socket(client.socket, server_hostname='mail.xian.com')
        except (OSError, ValueError) as error:
            return [str(error)]
        client.file = client.socket.makefile('rb')
        return [client.socket.version()]

    def do_Z(self, number, _):
        self.clients.pop(number).__exit__()
        return []

    def send(self, number, data, count=1):
        client = self.clients[number]
        with contextlib.suppress(OSError):
            client.write(data)
        return self.replies(client, count)

    @staticmethod
    def replies(client, count=1):
        got = []
        for _ in range(count):
            try:
                got += (client.reply() or '<closed>').split('\n')
            except TimeoutError:
                got.append('<silence>')
                client.file = client.socket.makefile('rb')
            except (OSError, ValueError):     # it closed with our words unread, or TLS failed
                got.append('<closed>')
        return got

    def end(self):
        for client in self.clients.values():
            client.__exit__()
        ends = self.connections if self.ends is None else int(self.ends)
        until(lambda: self.ended() >= ends, f'the end of each session of {self.addresses}')

    def ended(self):
        ends = '|'.join(rf'DISCONNECT \[{one}\]|disconnect from unknown\[{one}\]' for one in map(re.escape, self.addresses))
        return len(re.findall(ends, self.mta.log(0)))

    def logged(self, also):
        """What is said of the clients; each program for itself, for they are not in step."""
        kept = {}
        for line in self.mta.log(0).splitlines():
            found = re.match(r'.*?(?:postfix/)?\w*/?(postscreen|dnsblog|tlsproxy|smtpd)\[\d+\]: (.*)', line)
            if not found:
                continue
            program, text = found.groups()
            named = next((one for one in self.addresses if re.search(rf'(?<![\d.]){re.escape(one)}(?![\d.])', text)), '')
            if not named and not (also and re.search(also, text)):
                continue
            if program == 'smtpd' and not text.startswith('connect '):
                continue
            kept.setdefault(program, []).append(self.steady(text if program in ('postscreen', 'dnsblog') else f'{program}: {text}'))
        return sorted(kept.get('dnsblog', [])) + [text for program in ('postscreen', 'smtpd', 'tlsproxy') for text in kept.get(program, [])]

    def steady(self, line):
        """Without what changes from run to run."""
        line = line.replace(self.mta.ip, 'SERVER')
        for number, one in enumerate(self.addresses):
            line = re.sub(rf'(?<![\d.]){re.escape(one)}(?![\d.])', f'CLIENT{number or ""}', line)
        line = re.sub(r'(CLIENT\d*\]):\d+', r'\1:PORT', line)
        line = re.sub(r'(?<=\d) \d\d:\d\d:\d\d', ' TIME', line)
        return re.sub(r'after \d+(\.\d+)? from', 'after T from', line)

    def steady_replies(self):
        return [(kind, text, [self.steady(line) for line in replies]) for kind, text, replies in self.said]


class Replies(MailCase):
    TESTS = ('pipelining', 'non_smtp_command', 'bare_newline')
    DEEP = '; '.join(f'postscreen_{name}_enable=yes' for name in TESTS)

    @staticmethod
    def deep(action):
        return '; '.join([Replies.DEEP] + [f'postscreen_{name}_action={action}' for name in Replies.TESTS])

    # One postscreen each; its greeting comes at once but where it is tested.
    services = {
        2701: 'DEEP enforce',
        2702: 'DEEP drop',
        2703: 'DEEP ignore',
        2704: 'EARLY; postscreen_greet_action=ignore',
        2705: 'EARLY; postscreen_greet_action=enforce',
        2706: 'EARLY; postscreen_greet_action=drop',
        2707: f'postscreen_dnsbl_sites={SITES}; postscreen_dnsbl_action=enforce; postscreen_dnsbl_threshold=2; '
              'postscreen_dnsbl_reply_map=inline:{secret.example=public.example}; postscreen_dnsbl_min_ttl=2h; '
              'postscreen_dnsbl_max_ttl=2h; postscreen_greet_wait=30s',
        2708: f'postscreen_dnsbl_sites={SITES}; postscreen_dnsbl_action=drop; postscreen_dnsbl_threshold=1; '
              'postscreen_dnsbl_reply_map=inline:{secret.example=public.example}; postscreen_dnsbl_min_ttl=2h; '
              'postscreen_dnsbl_max_ttl=2h; postscreen_greet_wait=30s',
        2709: f'postscreen_dnsbl_sites={SITES}; postscreen_dnsbl_allowlist_threshold=-2; DEEP enforce; '
              'postscreen_dnsbl_action=enforce; postscreen_dnsbl_min_ttl=2h; postscreen_dnsbl_max_ttl=2h; '
              'postscreen_greet_wait=30s',
        2710: f'postscreen_dnsbl_sites={SITES}; postscreen_dnsbl_action=ignore; postscreen_greet_wait=30s; '
              'postscreen_dnsbl_min_ttl=2h; postscreen_dnsbl_max_ttl=8h',
        2711: 'postscreen_access_list=permit_mynetworks, cidr:@CONFIG@/access; postscreen_denylist_action=enforce; DEEP enforce',
        2712: 'postscreen_access_list=cidr:@CONFIG@/access; postscreen_denylist_action=drop; DEEP enforce',
        2713: 'postscreen_access_list=cidr:@CONFIG@/access; postscreen_denylist_action=ignore; DEEP enforce',
        2714: 'DEEP enforce; postscreen_helo_required=yes; disable_vrfy_command=yes; '
              'postscreen_forbidden_commands=CONNECT, GET, regexp:{{/^X-/ x}}; '
              'postscreen_command_filter=pcre:{{/^FILTERED$$/ NOOP} {/^HELO you$$/ EHLO filtered}}; '
              'postscreen_discard_ehlo_keywords=silent-discard, dsn, etrn',
        2715: 'DEEP enforce; postscreen_discard_ehlo_keywords=chunking, starttls; '
              'postscreen_discard_ehlo_keyword_address_maps=cidr:@CONFIG@/keywords',
        2716: 'DEEP enforce; postscreen_command_count_limit=3; line_length_limit=512',
        2717: 'DEEP enforce; postscreen_command_time_limit=5s',
        2718: 'DEEP enforce; postscreen_client_connection_count_limit=1',
        2719: 'DEEP enforce; postscreen_pre_queue_limit=10; postscreen_client_connection_count_limit=0; '
              'postscreen_command_time_limit=${stress?{4}:{300}}s',
        2720: 'EARLY; postscreen_allowlist_interfaces=!@IP@, static:all',
        2721: 'DEEP enforce; postscreen_upstream_proxy_protocol=haproxy; postscreen_upstream_proxy_timeout=5s',
        2722: 'DEEP enforce; soft_bounce=yes',
        2723: 'DEEP enforce; postscreen_reject_footer=\\c, see $client_address port at $server_name\\nor not; '
              'postscreen_reject_footer_maps=pcre:{{/need MAIL/ See $$$$client_address} {/Syntax: HELO/ \\c, $$$$nonsense}}',
        2724: 'DEEP enforce; postscreen_reject_footer=${client_address?{yes, from}:{no}} $(server_name) $$1; '
              'postscreen_expansion_filter=0123456789.ma',
        2725: 'DEEP enforce; postscreen_tls_security_level=may',
        2726: 'DEEP enforce; postscreen_tls_security_level=encrypt',
        2727: 'DEEP enforce; postscreen_tls_security_level=may; tlsproxy_service_name=absent',
        2728: 'respectful_logging=no; postscreen_access_list=cidr:@CONFIG@/access; postscreen_denylist_action=enforce; DEEP enforce; '
              'postscreen_allowlist_interfaces=!@IP@, static:all',
        2729: 'smtputf8_enable=no; message_size_limit=0; DEEP enforce; myhostname=other.example; smtpd_banner=$myhostname says hi',
        2730: 'postscreen_greet_banner=; postscreen_access_list=',
        2731: 'postscreen_greet_banner=Please wait; postscreen_greet_wait=1s; DEEP enforce',
        2732: 'smtpd_service_name=nowhere',
        2735: 'BOTH; postscreen_greet_action=enforce; postscreen_dnsbl_action=enforce',
        2736: 'BOTH; postscreen_greet_action=enforce; postscreen_dnsbl_action=drop',
        2737: 'BOTH; postscreen_greet_action=ignore; postscreen_dnsbl_action=enforce',
        2738: 'BOTH; postscreen_greet_action=drop; postscreen_dnsbl_action=drop',
        2739: 'BOTH; postscreen_greet_action=enforce; postscreen_dnsbl_action=enforce; postscreen_dnsbl_allowlist_threshold=-2',
        2740: 'BOTH; postscreen_greet_action=ignore; postscreen_dnsbl_action=enforce; postscreen_dnsbl_allowlist_threshold=-2',
        2741: 'postscreen_dnsbl_sites=one.example; postscreen_dnsbl_threshold=5; postscreen_dnsbl_min_ttl=2h; '
              'postscreen_dnsbl_max_ttl=8h; postscreen_greet_wait=30s',
        2742: 'EARLY; postscreen_greet_ttl=3h; postscreen_pipelining_enable=yes; postscreen_pipelining_ttl=5h; '
              'postscreen_bare_newline_enable=yes; postscreen_bare_newline_ttl=7h',
        2743: 'DEEP enforce; postscreen_dnsbl_sites=one.example; postscreen_dnsbl_action=enforce; postscreen_greet_wait=30s',
        2744: 'DEEP drop; postscreen_dnsbl_sites=one.example; postscreen_dnsbl_action=enforce; postscreen_greet_wait=30s',
        2745: 'EARLY; DEEP enforce; postscreen_greet_action=ignore',
        2734: 'DEEP drop; soft_bounce=yes',
        2733: 'EARLY; DEEP drop; postscreen_greet_action=enforce; postscreen_pipelining_action=enforce',
    }
    EARLY = 'postscreen_greet_banner=$smtpd_banner; postscreen_greet_wait=5s'
    BOTH = (f'{EARLY}; postscreen_dnsbl_sites={SITES}; postscreen_dnsbl_min_ttl=2h; postscreen_dnsbl_max_ttl=2h; '
            'dnsblog_service_name=slowdnsblog')
    main = {
        'mynetworks': '127.0.0.0/8, 203.0.113.40/32',
        'smtpd_peername_lookup': 'no',
        'postscreen_greet_banner': '',
        'postscreen_access_list': 'permit_mynetworks',
        'postscreen_cache_map': 'btree:$data_directory/screen_$service_name',
        'postscreen_client_connection_count_limit': '50',
        'postscreen_dnsbl_timeout': '30s',
        'smtpd_client_port_logging': 'yes',
        'smtpd_tls_loglevel': '1',
        'smtpd_tls_security_level': 'may',
        'default_process_limit': '20',
    }

    @classmethod
    def options(cls, text):
        text = re.sub(r'DEEP (\w+)', lambda found: cls.deep(found[1]), text).replace('EARLY', cls.EARLY).replace('BOTH', cls.BOTH)
        offers_tls = 'tls_security_level' in text
        return text.split('; ') + ['postscreen_tls_security_level=none'] * (not offers_tls)

    @classmethod
    def configure(cls):
        dns.server.add(ZONE)
        cls.mta.write('access', '203.0.113.41 permit\n203.0.113.42 reject\n203.0.113.43 dunno\n'
                                '203.0.113.44 permit_mynetworks\n203.0.113.45 nonsense\n203.0.113.46 dunno, reject\n'
                                '203.0.113.47 permit_mynetworks, reject\n203.0.113.35 permit\n203.0.113.32/28 reject\n')
        cls.mta.write('keywords', '203.0.113.58 silent-discard, vrfy\n')
        chain, _ = Certificates.get('mail.xian.com')
        cls.mta.main['smtpd_tls_chain_files'] = chain
        lines = ['smtpd pass - - n - - smtpd', 'dnsblog unix - - n - 0 dnsblog', 'tlsproxy unix - - n - 0 tlsproxy',
                 'slowdnsblog unix - - n - 0 dnsblog', ' -o dnsblog_reply_delay=1s']
        for port, text in cls.services.items():
            lines += [f'{port} inet n - n - 1 postscreen']
            lines += [f' -o {{ {option} }}' for option in cls.options(text)]
        path = f'{cls.mta.config}/master.cf'
        cls.mta.write('master.cf', pathlib.Path(path).read_text() + '\n'.join(lines) + '\n')

    def hold(self, number, settings, steps):
        addresses = settings.get('from', f'198.51.100.{1 + number}').split()
        dialogue = Dialogue(self.mta, int(settings['port']), addresses, settings.get('ends'))
        for kind, text, _ in steps:
            dialogue.perform(kind, text)
        dialogue.end()
        return dialogue

    def cached(self, settings, addresses):
        """The entries of the clients; hours from now, 0 and 1 as they are."""
        name = self.mta.run('postconf', '-h', 'default_database_type').stdout and f"screen_{settings['port']}"
        entries = dict(line.split('\t', 1) for line in self.mta.run(
            'postmap', '-s', f'btree:{self.mta.dir}/data/{name}').stdout.splitlines())
        now = time.time()
        for number, address in enumerate(addresses):
            if text := entries.get(address):
                times = [int(part) for part in text.split(';')]
                shown = [str(one) if one < 2 else f'{round((one - now) / 3600)}h' for one in times]
                yield f'CLIENT{number or ""} {";".join(shown)}'

    def test_every_dialogue(self):
        sections = list(dialogues(RECORD.read_text()))
        # More requests at once than Postfix's dnsblog can queue would be lost.
        with concurrent.futures.ThreadPoolExecutor(3 if os.environ['MTA'] == 'postfix' else 16) as together:
            held = list(together.map(lambda one: self.hold(one[0], one[1][1], one[1][2]), enumerate(sections)))
        self.mta.run('postfix', 'stop')
        until(lambda: not self.mta.running(), 'the end')
        written = []
        for (title, settings, steps, log, cache), dialogue in zip(sections, held):
            with self.subTest(title):
                written.append(self.written(title, settings, dialogue.steady_replies(), dialogue.logged(settings.get('also')),
                                            list(self.cached(settings, dialogue.addresses))))
                if not os.environ.get('RECORD'):
                    self.assertEqual(written[-1], self.written(title, settings, steps, log, cache))
        if os.environ.get('RECORD'):
            RECORD.write_text('\n'.join(written))

    @staticmethod
    def written(title, settings, steps, log, cache):
        lines = [f'=== {title}'] + [f'{name}: {value}' for name, value in settings.items()]
        for kind, text, replies in steps:
            lines += [f'{kind}: {text}'] + [f'S: {line}' for line in replies]
        return '\n'.join(lines + [f'L: {line}' for line in log] + [f'K: {line}' for line in cache]) + '\n'
