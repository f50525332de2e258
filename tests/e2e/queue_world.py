"""A configuration and a queue of fixed content, the same whenever it is made: what commands are run on.

The names of messages are short queue ids, which postsuper -s would change to those of their inodes.
"""
import os
import pathlib
import pwd
import time

ARRIVAL = 1700000000
MAIN = '''\
compatibility_level = 3.6
myhostname = mx.example
mydomain = example
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log/mail.log
maillog_file_prefixes = {home}
mydestination = example, localhost
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps = hash:{home}/etc/aliases
alias_database = hash:{home}/etc/aliases
default_database_type = hash
enable_long_queue_ids = no
virtual_alias_maps = hash:{home}/etc/virtual,
    # a comment within
    regexp:{home}/etc/patterns
own_name = value $mydomain
smtpd_restriction_classes = trusted, own_name
trusted = permit_mynetworks, reject
local_recipient_maps =
'''
MASTER = '''\
# a comment
127.0.0.1:2525 inet n - n - - smtpd
    -o smtpd_banner=$myhostname
    -o { smtpd_client_restrictions = permit_mynetworks, reject }
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
showq unix n - n - - showq
relay unix - - n - - smtp
    -o syslog_name=relay
filter unix - n n - 10 pipe
  flags=Rq user=nobody argv=/bin/cat -f ${sender} -- ${recipient}
'''
FILES = {
    'aliases': 'postmaster: root\nroot: alice, bob\nlist: "|/bin/cmd -x", :include:/x/y\n',
    'virtual': 'a@example one@example.org\nB@example two@example.org, three@example.org\n@other.example x@example\n',
    'patterns': '/^(.*)@pattern\\.example$/ $1@example\nif /^x/\n/y/ both\nendif\n!/a/ without-a\n',
    'networks': '192.0.2.0/24 doc\n2001:db8::/32 doc6\n!10.0.0.0/8 not-ten\n',
    'message': 'From: a@example\nTo: b@example\nSubject: hello\n\nline one\n.\nlast line\n',
    'keys': 'a@example\nnothing\nb@example\n',
}


def number(value):
    """A length in base 128, least significant first."""
    head = b''
    while value > 127:
        head += bytes([value & 127 | 128])
        value >>= 7
    return head + bytes([value])


def record(kind, data=b''):
    data = data.encode() if isinstance(data, str) else data
    return kind.encode() + number(len(data)) + data


def message(sender, recipients, lines=('Subject: a message', '', 'text'), warn=0, extra=b''):
    """A complete queue file; a recipient that begins with "-" is done."""
    envelope = record('T', f'{ARRIVAL} 123456') + record('A', f'create_time={ARRIVAL}')
    envelope += record('A', 'log_ident=X') + record('A', 'rewrite_context=local') + record('S', sender) + extra
    for recipient in recipients:
        address = recipient.lstrip('-')
        envelope += record('A', f'dsn_orig_rcpt=rfc822;{address}') + record('O', address)
        envelope += record('D' if recipient.startswith('-') else 'R', address)
    content = b''.join(record('N', line) for line in lines)
    size = 16 * 6 - 1
    start = 2 + size + len(envelope) + 2
    head = ' '.join(f'{value:15}' for value in (len(content), start, len(recipients), 0, len(content), 0))
    return record('C', head) + envelope + record('M') + content + record('X') + record('E')


def log(*entries):
    """A file of bounce/ or defer/."""
    return ''.join(f'<{recipient}>: {reason}\nrecipient={recipient}\noffset=0\ndsn_orig_rcpt=rfc822;{recipient}\n'
                   f'status={status}\naction=delayed\nreason={reason}\n\n'
                   for recipient, status, reason in entries).encode()


DEFERRED, ACTIVE, HELD, CORRUPT, BAD = '1A2B31000', '1A2B31001', '1A2B31002', '1A2B31003', '1A2B31004'
QUEUE = {
    f'deferred/{DEFERRED}': message('sender@example', ['-done@example.org', 'late@example.org', 'too@example.org']),
    f'active/{ACTIVE}': message('', ['user@example']),
    f'hold/{HELD}': message('held@example', ['held-to@example.org'], lines=['X: ' + 'y' * 60] + ['z' * 70] * 40),
    f'corrupt/{CORRUPT}': message('corrupt@example', ['c@example.org']),
    f'incoming/{BAD}': message('bad@example', ['bad-to@example.org'])[:-4] + b'\x00\xff\xff\xff\xff\xff\xff',
    f'defer/{DEFERRED}': log(('late@example.org', '4.4.1', 'connect to x[192.0.2.1]:25: Connection refused'),
                             ('too@example.org', '4.3.0', 'try again')),
}


def make(home, owner='postfix', files={}):
    """Everything below `home`, which must be empty; `files` take the place of those of FILES. Folders of the
    queue are as `postfix check` makes them."""
    uid = pwd.getpwnam(owner).pw_uid if os.geteuid() == 0 else os.geteuid()
    home = pathlib.Path(home)
    for folder in ('etc', 'log', 'queue', 'data'):
        (home / folder).mkdir()
    for folder in ('data', 'log'):
        os.chown(home / folder, uid, -1)
    (home / 'log/mail.log').touch(0o600)
    os.chown(home / 'log/mail.log', uid, -1)
    old = time.time() - 1000                # commands wait while a file is seconds young
    texts = {**FILES, 'main.cf': MAIN.format(home=home), 'master.cf': MASTER}
    for name, content in {**{name: text.encode() for name, text in texts.items()}, **files}.items():
        path = home / 'etc' / name
        path.write_bytes(content)
        os.utime(path, (old, old))
    return uid


def fill_queue(home, uid):
    for name, content in QUEUE.items():
        queue, _, file = name.partition('/')
        hashed = f'{queue}/{file[0]}' if queue in ('deferred', 'defer') else queue
        folder = pathlib.Path(home, 'queue', hashed)
        folder.mkdir(exist_ok=True)
        os.chown(folder, uid, -1)
        os.chmod(folder, 0o700)
        path = folder / file
        path.write_bytes(content)
        os.chmod(path, 0o600 if queue == 'defer' else 0o700)
        os.chown(path, uid, -1)
        os.utime(path, (ARRIVAL, ARRIVAL))
