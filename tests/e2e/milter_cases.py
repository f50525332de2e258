"""What the scripted milters of test_milters.py are asked, and say; each case is one SMTP session, or one
message by sendmail(1)."""
import re

from milter import (ACCEPT, CONTINUE, DISCARD, REJECT, TEMPFAIL, add_header, add_recipient, change_header,
                    change_sender, delete_recipient, insert_header, packet, quarantine, replace_body, reply)
from scripted_milter import CLOSE, Script

PROGRESS, SKIP, SHUTDOWN, FAILED = (packet(kind) for kind in 'ps4f')
HEAD = ('From: a@b.example\r\nX-Many: 1\r\nX-Many: 2\r\nTo: client1@xian.com\r\nSubject: first\r\n  second\r\n')
SHORT = 'From: a@b.example\r\n\r\na line'
LOCAL = ('From: client3@xian.com\nDate: Mon, 30 Nov 2026 07:00:00 +0000\nMessage-Id: <fixed@b.example>\n\na line\n')
TEXT = HEAD + 'X-Tab:\ttabbed\r\nX-None:none\r\nX-Empty:\r\n\r\nfirst line\r\n..dots\r\n\r\nlast line'
EVENTS = {'connect': 'C', 'helo': 'H', 'mail': 'M', 'rcpt': 'R', 'data': 'T', 'header': 'L',
          'end of header': 'N', 'body': 'B', 'end of message': 'E'}
CASES = []


def session(mail='', rcpt=('client1@xian.com',), text=SHORT, begin=('EHLO client.example',)):
    """The commands of one mail; what begins with a line end is content."""
    return [*begin, f'MAIL FROM:<a@b.example>{mail}', *(f'RCPT TO:<{one}>' if '>' not in one else f'RCPT TO:{one}' for one in rcpt),
            'DATA', f'\n{text}\r\n.\r\n', 'QUIT']


def case(name, *scripts, lines=None, source='203.0.113.9', sendmail=None, differs='', **settings):
    """scripts: one for each milter in turn; settings: of smtpd and cleanup, else as in main.cf. differs:
    why the record is Postern's own."""
    assert name not in [known['name'] for known in CASES], name
    CASES.append({'name': name, 'scripts': scripts or (Script(),), 'lines': session() if lines is None else lines, 'source': source,
                  'sendmail': sendmail, 'differs': differs, 'settings': settings})


def on(name, answers, event='E', **more):
    case(name, Script({event: answers}), **more)


# What is said of each version of the protocol.
for version in (2, 3, 4, 6):
    case(f'version {version}', Script(version=version), lines=session(text=TEXT))
    case(f'main.cf has version {version}', Script(version=version), milter_protocol=version)
case('main.cf has less than the milter wants', Script(version=6), milter_protocol=3)
case('version 1', Script(version=1), differs='there is no such version; Debian\'s warns and goes on')
case('version 7', Script(version=7))
case('actions that nobody offers', Script(actions=0xfff))
case('steps that nobody offers', Script(steps=0xf0000000))
WORDS = 'the words of the warning'
case('negotiation: too short', Script(greeting=[packet('O', 6)]), differs=WORDS)
case('negotiation: another packet', Script(greeting=[CONTINUE]))
case('negotiation: closed', Script(greeting=[CLOSE]), differs='Debian\'s warns twice')
case('negotiation: half a list of macros', Script(greeting=[packet('O', 6, 0x1ff, 0, b'\0\0\0\1j')]), differs=WORDS)

# Each answer to each event.
ANSWERS = {'accept': [ACCEPT], 'reject': [REJECT], 'tempfail': [TEMPFAIL], 'discard': [DISCARD],
           'reply 5xx': [reply('554 5.7.9 no %% of it')], 'reply 4xx of several lines': [reply('451-4.7.9 one\r\n451 4.7.9 two')],
           'reply 421': [reply('421 4.7.0 go away')], 'skip': [SKIP], 'progress': [PROGRESS, PROGRESS, CONTINUE],
           'shutdown': [SHUTDOWN], 'connection failed': [FAILED], 'close': [CLOSE]}
for event, letter in EVENTS.items():
    for answer, packets in ANSWERS.items():
        is_lost = answer == 'shutdown' and letter in 'LNBE'
        on(f'{event}: {answer}', packets, letter, differs="Debian's says 250, and drops the mail" if is_lost else '')

# What a milter does not want to hear, or does not answer.
STEPS = {'connect': 0x1, 'helo': 0x2, 'mail': 0x4, 'rcpt': 0x8, 'body': 0x10, 'headers': 0x20, 'end of header': 0x40,
         'unknown': 0x100, 'data': 0x200}
SILENCE = {'header': 0x80, 'connect': 0x1000, 'helo': 0x2000, 'mail': 0x4000, 'rcpt': 0x8000, 'data': 0x10000,
           'unknown': 0x20000, 'end of header': 0x40000, 'body': 0x80000}
ODD = session(begin=('EHLO client.example', 'FOO bar'))
for event, step in STEPS.items():
    case(f'wants no {event}', Script(steps=step), lines=ODD)
for event, step in SILENCE.items():
    case(f'does not answer to {event}', Script(steps=step), lines=ODD)
case('wants nothing but the end', Script(steps=0x37f))
case('answers only to the end', Script(steps=0xff080))
case('silent from the start, rejects at the end', Script({'E': [REJECT]}, steps=0xff080))
case('wants the spaces of the header', Script(steps=0x100000), lines=session(text=TEXT))
case('wants refused recipients', Script(steps=0x800), lines=session(rcpt=('refused@xian.com', 'client1@xian.com', 'a@b.example', 'nobody@xian.com')))
case('refused recipients, not wanted', lines=session(rcpt=('refused@xian.com', 'client1@xian.com')))
case('refused recipients, macros of its own', Script({'R': [REJECT]}, steps=0x800, macros={3: '{rcpt_mailer} {rcpt_host} {rcpt_addr} i'}),
     lines=session(rcpt=('refused@xian.com', 'client1@xian.com')))
case('skip, offered', Script({'B': [SKIP]}, steps=0x400), lines=session(text=HEAD + '\r\n' + ('x' * 98 + '\r\n') * 1500))
case('skip, not offered', Script({'B': [SKIP]}), lines=session(text=HEAD + '\r\n' + ('x' * 98 + '\r\n') * 1500))
case('skip of a header', Script({'L': ([CONTINUE], [SKIP])}, steps=0x400))

# Edits at the end of the message.
DIFFERS = {
    'add a folded header': "Debian's keeps the CR of CR LF",
    'add a header with a bad fold': "Debian's leaves a line of blanks",
    'add a header without a name': 'it would end the header', 'add a header with an odd name': 'it would end the header',
    'change the sender, malformed': WORDS,
    'add a recipient that is there': "Debian's delivers two copies",
    'add a recipient with arguments': "Debian's forgets the report that is asked for",
    'delete a recipient': "Debian's does not say what became of the mail",
    'delete a recipient in other letters': "Debian's deletes none",
}
BODY = [replace_body(b'new first\r\n'), replace_body(b'sec'), replace_body(b'ond\r'), replace_body(b'\nbare\nlf\r\n..dot\r\n.\r\n'),
        replace_body(b'no end')]
EDITS = {
    'add a header': [add_header('X-New', 'value')],
    'add an empty header': [add_header('X-New', '')],
    'add two headers': [add_header('X-New', 'one'), add_header('X-New', 'two')],
    'add a folded header': [add_header('X-New', 'one\n two\n\tthree\r\n four')],
    'add a header with a bad fold': [add_header('X-New', 'one\ntwo\n\nthree\n')],
    'add a header with spaces': [add_header('X-New', '  value  ')],
    'add a header without a name': [add_header('', 'value')],
    'add a header with an odd name': [add_header('X New:', 'value')],
    'add a long header': [add_header('X-New', 'word ' * 1000)],
    'add a header in UTF-8': [add_header('X-New', 'gr\u00fc\u00dfe')],
    'insert at 0': [insert_header(0, 'X-New', 'value')],
    'insert at 1': [insert_header(1, 'X-New', 'value')],
    'insert at 2': [insert_header(2, 'X-New', 'value')],
    'insert at 5': [insert_header(5, 'X-New', 'value')],
    'insert at 1000': [insert_header(1000, 'X-New', 'value')],
    'insert twice at 0': [insert_header(0, 'X-New', 'one'), insert_header(0, 'X-New', 'two')],
    'insert twice at 1': [insert_header(1, 'X-New', 'one'), insert_header(1, 'X-New', 'two')],
    'insert, folded': [insert_header(1, 'X-New', 'one\n two')],
    'change a header': [change_header(1, 'Subject', 'changed')],
    'change a header in other letters': [change_header(1, 'SUBJECT', 'changed')],
    'change the second': [change_header(2, 'X-Many', 'changed')],
    'change the third of two': [change_header(3, 'X-Many', 'changed')],
    'change the 0th': [change_header(0, 'X-Many', 'changed')],
    'change what is not there': [change_header(1, 'X-New', 'value')],
    'change what was added': [add_header('X-New', 'one'), change_header(1, 'X-New', 'two')],
    'change what was inserted': [insert_header(0, 'X-New', 'one'), change_header(1, 'X-New', 'two')],
    'change Received': [change_header(1, 'Received', 'from nowhere')],
    'change to a longer one, twice': [change_header(1, 'To', 'long ' * 30), change_header(1, 'To', 'longer ' * 40)],
    'delete a header': [change_header(1, 'Subject', '')],
    'delete the first of two': [change_header(1, 'X-Many', '')],
    'delete both': [change_header(1, 'X-Many', ''), change_header(1, 'X-Many', '')],
    'delete the second twice': [change_header(2, 'X-Many', ''), change_header(2, 'X-Many', '')],
    'delete what is not there': [change_header(1, 'X-New', '')],
    'delete and insert': [change_header(1, 'From', ''), insert_header(1, 'X-New', 'value')],
    'change the sender': [change_sender('client3@xian.com')],
    'change the sender to nobody': [packet('e', '<>')],
    'change the sender, with arguments': [packet('e', '<client3@xian.com>', 'RET=HDRS ENVID=abc SIZE=5 BODY=8BITMIME FOO')],
    'change the sender, without brackets': [packet('e', 'client3@xian.com')],
    'change the sender to a local part': [packet('e', '<client3>')],
    'change the sender twice': [change_sender('client2@xian.com'), change_sender('client3@xian.com')],
    'change the sender, malformed': [packet('e', b'<client3@xian.com>')],
    'add a recipient': [add_recipient('client2@xian.com')],
    'add a recipient twice': [add_recipient('client2@xian.com'), add_recipient('client2@xian.com')],
    'add a recipient that is there': [add_recipient('client1@xian.com')],
    'add a recipient without brackets': [packet('+', 'client2@xian.com')],
    'add a local part': [packet('+', '<client2>')],
    'add an alias': [packet('+', '<alias@xian.com>')],
    'add an empty recipient': [packet('+', '<>')],
    'add a bad recipient': [packet('+', '<client2@xian.com, client3@xian.com>')],
    'add a recipient with arguments': [packet('2', '<client2@xian.com>', 'NOTIFY=SUCCESS ORCPT=rfc822;x@y.example')],
    'add a recipient, never notified': [packet('2', '<client2@xian.com>', 'NOTIFY=NEVER')],
    'add a recipient with bad arguments': [packet('2', '<client2@xian.com>', 'NOTIFY=NEVER,SUCCESS FOO=bar ORCPT=bad')],
    'add a recipient with no arguments': [packet('2', '<client2@xian.com>')],
    'delete a recipient': [delete_recipient('client1@xian.com')],
    'delete a recipient in other letters': [delete_recipient('CLIENT1@XIAN.COM')],
    'delete another recipient': [delete_recipient('client2@xian.com')],
    'delete and add': [delete_recipient('client1@xian.com'), add_recipient('client2@xian.com')],
    'add and delete': [add_recipient('client2@xian.com'), delete_recipient('client2@xian.com')],
    'delete and add the same': [delete_recipient('client1@xian.com'), add_recipient('client1@xian.com')],
    'replace the body': BODY,
    'replace the body with nothing': [replace_body(b'')],
    'replace the body with a long line': [replace_body(b'x' * 3000 + b'\r\n')],
    'replace the body with NUL and CR': [replace_body(b'a\0b\rc\r\r\nd\r\n')],
    'replace the body with mailbox lines': [replace_body(b'From me\r\n\r\nFrom you\r\n')],
    'quarantine': [quarantine('why not')],
    'quarantine without a reason': [quarantine('')],
    'quarantine and edit': [quarantine('why not'), add_header('X-New', 'value')],
    'everything': [PROGRESS, add_header('X-New', 'value'), *BODY, change_sender('client3@xian.com'), PROGRESS,
                   add_recipient('client2@xian.com'), delete_recipient('client1@xian.com'), change_header(1, 'X-Many', '')],
}
for name, packets in EDITS.items():
    on(name, [*packets, CONTINUE], lines=session(text=HEAD + '\r\na line'), differs=DIFFERS.get(name, ''))
for name in ('add a header', 'replace the body', 'change the sender', 'add a recipient'):
    on(f'{name}, then accept', [*EDITS[name], ACCEPT])
    for answer, last in (('reject', REJECT), ('tempfail', TEMPFAIL), ('discard', DISCARD), ('a reply', reply('550 5.7.1 no'))):
        on(f'{name}, then {answer}', [*EDITS[name], last], differs="Debian's log has the new sender already" if name == 'change the sender' else '')
for name in ('add a header', 'insert at 1', 'change a header', 'add a folded header', 'add a header with spaces', 'change what is not there'):
    case(f'{name}, spaces meant', Script({'E': [*EDITS[name], CONTINUE]}, steps=0x100000), lines=session(text=HEAD + '\r\na line'), differs=DIFFERS.get(name, ''))
on('delete the only of two recipients', [delete_recipient('client1@xian.com'), CONTINUE],
   lines=session(rcpt=('client1@xian.com', 'client2@xian.com')))
on('delete an alias as it was given', [delete_recipient('alias@xian.com'), CONTINUE], lines=session(rcpt=('alias@xian.com', 'client1@xian.com')))
on('edit at the body', [add_header('X-New', 'value'), CONTINUE], 'B')
on('edit at MAIL', [add_header('X-New', 'value'), CONTINUE], 'M')
on('quarantine at RCPT', [quarantine('why'), CONTINUE], 'R', differs="an edit has no place there; Debian's holds the mail")
on('an unknown reply', [packet('Z')])
on('an unknown reply at MAIL', [packet('Z')], 'M')
on('an empty packet', [b''])

# Replies that are none, or odd.
ODD_REPLIES = {'550 ': "Debian's says it, without a word", '550-5.7.1 one\r\n551 5.7.1 two': 'one reply has one code (RFC 5321 section 4.2.1)',
               '550 5.7.1 one\nand more': "Debian's says a line that is no reply", '550 5.7.1\ttab': "Debian's passes the tab on"}
for text in ('550', '550 ', '550 no status', '250 2.0.0 yes', '354 go on', '421', '4', 'abc', '550 4.7.1 of two minds', '650 6.0.0 more',
             '550-5.7.1 one\r\n551 5.7.1 two', '550-5.7.1 one\r\n550-5.7.1 two\r\n550 5.7.1 three',
             '550 5.7.1 100%', '550 5.7.1 100%% %d', '550 5.7.1 one\nand more', '', '550 5.7.1\ttab', '550 5.7.1 caf\u00e9'):
    on(f'reply {text!r} to RCPT', [reply(text)], 'R', differs=ODD_REPLIES.get(text, ''))
    on(f'reply {text!r} at the end', [reply(text)], differs=ODD_REPLIES.get(text, ''))
NEVER_ENDS = "Debian's smtpd passes it on, and its client waits for more"
on('half a reply to RCPT', [reply('550-5.7.1 one')], 'R', differs=NEVER_ENDS)
on('half a reply at the end', [reply('550-5.7.1 one')], differs=NEVER_ENDS)
for text in ('550 5.7.1 no', '550-5.7.1 one\r\n550 5.7.1 two', '421 4.7.0 bye'):
    on(f'reply {text!r} to RCPT, soft', [reply(text)], 'R', soft_bounce='yes')
    on(f'reply {text!r} at the end, soft', [reply(text)], soft_bounce='yes')
on('reject, soft', [REJECT], soft_bounce='yes', differs="Debian's log has not what the client was told")

# milter_default_action, of main.cf and of one milter, when a milter fails at different times.
NEWER = {'shutdown': "Debian's does not have it yet", 'quarantine': "Debian's logs that it holds mail at each event"}
for action in ('accept', 'reject', 'tempfail', 'quarantine', 'shutdown'):
    for event in 'OMTLE':
        script = Script(greeting=[CLOSE]) if event == 'O' else Script({event: [CLOSE]})
        case(f'{action} where a milter fails at {event}', script, milter_default_action=action, differs=NEWER.get(action, event == 'O' and "Debian's warns twice" or ''))
    case(f'{action} where nobody listens', milter_default_action=action, smtpd_milters='unix:@DIR@/nobody', differs=NEWER.get(action, ''))
    case(f'{action} of the milter itself', Script({'R': [CLOSE]}),
         smtpd_milters=f'{{ unix:@DIR@/milter1, default_action={action} }}', differs=NEWER.get(action, ''))
case('silence at MAIL', Script({'M': []}), milter_command_timeout='1s', milter_default_action='tempfail')
case('silence of one milter', Script({'E': []}), smtpd_milters='{ unix:@DIR@/milter1, content_timeout=1s default_action=accept }')
case('settings of one milter', smtpd_milters='{ unix:@DIR@/milter1, connect_timeout=1s, command_timeout=2s, content_timeout=3s, protocol=3 }')
case('edits that are lost', Script({'E': [*BODY, add_header('X-New', 'value'), CLOSE]}), milter_default_action='accept',
     differs="Debian's delivers a mail that is edited by half")
case('progress until the end', Script({'E': [PROGRESS] * 20 + [CLOSE]}), milter_default_action='tempfail')

# Several milters.
THREE = 'unix:@DIR@/milter1, unix:@DIR@/milter2 unix:@DIR@/milter3'
ADD = Script({'E': [add_header('X-One', '1'), replace_body(b'one\r\n'), add_recipient('client2@xian.com'), CONTINUE]})
SEE = Script({'E': [insert_header(0, 'X-Two', '2'), change_header(1, 'X-One', '2'), delete_recipient('client1@xian.com'), CONTINUE]})
case('three milters', smtpd_milters=THREE)
case('three milters edit', ADD, SEE, Script({'E': [replace_body(b'three\r\n'), CONTINUE]}), smtpd_milters=THREE)
case('the first accepts the connection', Script({'C': [ACCEPT]}), Script({'R': [REJECT]}), smtpd_milters=THREE)
case('the first accepts the mail', Script({'M': [ACCEPT]}), SEE, smtpd_milters=THREE, differs=DIFFERS['delete a recipient'])
case('the second rejects the mail', Script(), Script({'M': [REJECT]}), smtpd_milters=THREE)
case('the second rejects a recipient', Script(), Script({'R': ([REJECT], [CONTINUE])}), smtpd_milters=THREE,
     lines=session(rcpt=('client1@xian.com', 'client2@xian.com')))
case('the second discards at the end', ADD, Script({'E': [DISCARD]}), smtpd_milters=THREE)
case('the second quarantines', ADD, Script({'E': [quarantine('two'), CONTINUE]}), smtpd_milters=THREE, differs="Debian's does not ask the third")
case('the second fails', ADD, Script({'E': [CLOSE]}), SEE, smtpd_milters=THREE, milter_default_action='accept')
case('the second fails and is held', ADD, Script({'E': [CLOSE]}), SEE, smtpd_milters=THREE, milter_default_action='quarantine',
     differs="Debian's does not ask the third")
case('the second rejects at the end', ADD, Script({'E': [REJECT]}), SEE, smtpd_milters=THREE)
case('each wants macros of its own', Script(macros={2: '{mail_addr}', 5: 'i'}), Script(macros={2: 'i j'}), smtpd_milters=THREE)

# Macros.
for stage, name in enumerate(('connect', 'helo', 'mail', 'rcpt', 'data', 'end of message', 'end of header')):
    case(f'asks for macros of {name}', Script(macros={stage: 'j i _ {client_addr} {client_name} {client_ptr} {client_port} {client_connections} '
                                                      '{daemon_addr} {daemon_port} {daemon_name} {mail_addr} {rcpt_addr} {auth_type} '
                                                      '{auth_authen} {tls_version} {cipher} {if_name} v'}))
case('asks for macros with commas', Script(macros={2: 'i, j,{mail_addr}'}))
case('asks for no macros', Script(macros={0: '', 1: '', 2: '', 3: '', 4: '', 5: '', 6: ''}))
case('asks for macros of a stage that is none', Script(macros={9: 'i'}), differs="Debian's warns of it")
ALL = 'i j v _ {auth_type} {auth_authen} {auth_author} {client_addr} {client_connections} {client_name} {client_port} {client_ptr} ' \
      '{cert_issuer} {cert_subject} {cipher_bits} {cipher} {daemon_addr} {daemon_name} {daemon_port} {mail_addr} {mail_host} {mail_mailer} ' \
      '{rcpt_addr} {rcpt_host} {rcpt_mailer} {tls_version} {unknown} b'
case('all macros everywhere', **{f'milter_{stage}_macros': ALL for stage in (
    'connect', 'helo', 'mail', 'rcpt', 'data', 'end_of_data', 'end_of_header', 'unknown_command')}, lines=ODD)
case('macros: two mails', **{f'milter_{stage}_macros': ALL for stage in ('mail', 'rcpt', 'data')},
     lines=[*session()[:-1], *session(mail=' SIZE=100 BODY=8BITMIME', rcpt=('client2@xian.com NOTIFY=NEVER', 'alias@xian.com'))[1:]])
case('macros: defaults', milter_macro_defaults='{name}=one, two=2, {{client_name} = three}, x=y, { four = 4 }',
     milter_connect_macros='{name} {two} {client_name} x {x} {four} j', milter_mail_macros='{two} x {client_name}')
case('macros: names', milter_macro_daemon_name='ORIGINATING', milter_macro_v='something $mail_name')
case('macros: odd lists', milter_mail_macros='mail_addr, {mail_host} i', milter_connect_macros='', milter_rcpt_macros='{unknown}')

# Sessions.
case('nothing but a connection', lines=['QUIT'])
case('EHLO twice', lines=session(begin=('HELO one.example', 'EHLO two.example')))
case('RSET', lines=[*session()[:3], 'RSET', *session()[1:]])
case('two mails', lines=[*session()[:-1], *session(rcpt=('client2@xian.com',))[1:]])
case('commands that are none', lines=session(begin=('EHLO client.example', 'FOO', 'BAR x y', 'VRFY client1', 'MAIL', 'HELP me', 'NOOP')))
case('no recipient', lines=['EHLO client.example', 'MAIL FROM:<a@b.example>', 'DATA', 'QUIT'])
case('unknown: reject', Script({'U': [REJECT]}), lines=ODD)
case('unknown: a reply', Script({'U': [reply('550 5.7.1 no')]}), lines=ODD)
case('unknown: discard', Script({'U': [DISCARD]}), lines=ODD, differs="Debian's drops the mail that comes next")
case('unknown: accept', Script({'U': [ACCEPT]}), lines=ODD, differs="Debian's smtpd panics")
case('a mail refused, the next not', Script({'M': ([REJECT], [CONTINUE])}), lines=session(begin=('EHLO client.example', 'MAIL FROM:<x@b.example>')))
case('a mail accepted, the next heard', Script({'M': ([ACCEPT], [CONTINUE])}), lines=[*session()[:-1], *session()[1:]])
case('a mail discarded, the next not', Script({'R': ([DISCARD], [CONTINUE])}), lines=[*session()[:-1], *session()[1:]])
case('a message refused, the next not', Script({'E': ([REJECT], [CONTINUE])}), lines=[*session()[:-1], *session()[1:]])
case('one recipient refused', Script({'R': ([REJECT], [CONTINUE])}), lines=session(rcpt=('client2@xian.com', 'client1@xian.com')))
case('one recipient discards', Script({'R': ([CONTINUE], [DISCARD])}), lines=session(rcpt=('client2@xian.com', 'client1@xian.com', 'client3@xian.com')))
case('one recipient accepts', Script({'R': ([ACCEPT], [CONTINUE])}), lines=session(rcpt=('client2@xian.com', 'client1@xian.com')))
case('parameters', lines=session(mail=' SIZE=1000 BODY=8BITMIME RET=HDRS ENVID=x', rcpt=('<client1@xian.com> NOTIFY=NEVER ORCPT=rfc822;a@b.example',)))
case('addresses in odd forms', lines=['EHLO client.example', 'MAIL FROM: A@B.example', 'RCPT TO:<"client1"@XIAN.com>', 'RCPT TO:<@a.example:client2@xian.com>',
                                      'RCPT TO:client3', *session()[3:]])
case('UTF-8', lines=session(mail=' SMTPUTF8', text=HEAD.replace('first', 'gr\u00fc\u00dfe') + '\r\n\u00fc\r\n', begin=('EHLO client.example',)))
case('the null sender', lines=['EHLO client.example', 'MAIL FROM:<>', *session()[2:]])
case('BDAT', lines=[*session()[:3], 'BDAT 14\r\nSubject: x\r\n\r\n', 'BDAT 6 LAST\r\nbody\r', 'QUIT'])
case('BDAT, refused at the end', Script({'E': [REJECT]}), lines=[*session()[:3], 'BDAT 16\r\nSubject: x\r\n\r\nb', 'BDAT 6 LAST\r\nbody\r', 'QUIT'])
case('BDAT, refused at DATA', Script({'T': [REJECT]}), lines=[*session()[:3], 'BDAT 16\r\nSubject: x\r\n\r\nb', 'BDAT 6 LAST\r\nbody\r', 'QUIT'])
case('no header', lines=session(text='only a body\r\n\r\nof two parts'))
case('no body', lines=session(text=HEAD))
case('nothing', lines=session(text=''))
case('a header that ends at once', lines=session(text='\r\nbody'))
case('a header of odd forms', lines=session(text='From a@b.example Mon\r\nSubject : space\r\nX-A:\r\n b\r\nX-B:  c \r\nNot a header\r\nX-C: d'))
case('a body of many pieces', lines=session(text=HEAD + '\r\n' + ('0123456789abcde\r\n' * 8000)))
case('a header of many lines', lines=session(text='X-Long: ' + 'word \r\n ' * 200 + 'end\r\n\r\nbody'))
case('no milters', smtpd_milters='')
case('no milters by override', receive_override_options='no_milters')
case('XCLIENT', source='192.168.58.201', lines=session(begin=(
    'EHLO proxy.example', 'XCLIENT NAME=client.b.example ADDR=192.0.2.7 PORT=4711 HELO=helo.example PROTO=ESMTP', 'EHLO client.example')))
case('XCLIENT with a login', source='192.168.58.201', milter_mail_macros='{auth_authen} {auth_type} {client_addr} {client_name} _',
     lines=session(begin=('EHLO proxy.example', 'XCLIENT ADDR=192.0.2.8 LOGIN=somebody DESTADDR=192.0.2.9 DESTPORT=26', 'EHLO client.example')))
case('a client of ours', source='192.168.58.200')

# smtpd_milter_maps
MAPS = 'inline:{{203.0.113.9=unix:@DIR@/milter2} {203.0.113.8=DISABLE} {203.0.113.7={ unix:@DIR@/milter3, default_action=reject }} {203.0.113.6=bogus}}'
for number in (9, 8, 7, 6, 5):
    case(f'smtpd_milter_maps: 203.0.113.{number}', source=f'203.0.113.{number}', smtpd_milter_maps=MAPS, differs=WORDS if number == 6 else '')
case('smtpd_milter_maps: fails', smtpd_milter_maps='fail:x', differs=WORDS)

# milter_header_checks
CHECKS = ('regexp:{{/^X-New: reject/ REJECT not here} {/^X-New: warn/ WARN seen} {/^X-New: hold/ HOLD kept} {/^X-New: ignore/ IGNORE}'
          ' {/^X-New: replace/ REPLACE X-New: replaced} {/^X-New: prepend/ PREPEND X-Before: x} {/^X-New: discard/ DISCARD gone}'
          ' {/^X-New: bcc/ BCC client2@xian.com} {/^X-New: redirect/ REDIRECT client2@xian.com} {/^X-New: filter/ FILTER discard:x}'
          ' {/^X-New: strip/ STRIP away} {/^X-New: dunno/ DUNNO} {/^X-New: info/ INFO told} {/^X-New: pass/ PASS} {/^Subject:/ WARN subject}}')
for action in re.findall(r'X-New: (\w+)/', CHECKS):
    on(f'milter_header_checks: {action}', [add_header('X-New', action), CONTINUE], milter_header_checks=CHECKS,
       differs="Debian's cannot" if action == 'prepend' else '')
on('milter_header_checks: inserted', [insert_header(1, 'X-New', 'warn'), CONTINUE], milter_header_checks=CHECKS)
on('milter_header_checks: changed', [change_header(1, 'Subject', 'warn'), CONTINUE], milter_header_checks=CHECKS)
on('milter_header_checks: folded', [add_header('X-New', 'reject\n more'), CONTINUE], milter_header_checks=CHECKS)

# sendmail(1)
for event, letter in EVENTS.items():
    for answer in ('accept', 'reject', 'tempfail', 'discard', 'reply 5xx', 'reply 4xx of several lines', 'close'):
        on(f'sendmail, {event}: {answer}', ANSWERS[answer], letter, sendmail=('-i', '-f', 'client3@xian.com', 'client1', 'client2@xian.com'),
           differs='who tells that it is tried again' if letter == 'R' and answer not in ('accept', 'discard') else '')
case('sendmail', sendmail=('-i', '-f', 'client3@xian.com', '-F', 'Full Name', 'client1', 'alias'))
for name in ('everything', 'quarantine', 'delete a recipient', 'add a recipient', 'insert at 0', 'insert at 1', 'change Received', 'change the sender to nobody'):
    on(f'sendmail, {name}', [*EDITS[name], CONTINUE], sendmail=('-i', '-f', 'client3@xian.com', 'client1@xian.com'), differs=DIFFERS.get(name, ''))
