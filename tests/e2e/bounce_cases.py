"""Messages whose senders or postmasters are told something; see test_bounce_reports.py."""

# What is the same for all: where mail goes, and what becomes of it there.
MAIN = {
    'notify_classes': '', 'myorigin': 'xian.com', 'recipient_delimiter': '+',
    'transport_maps': 'inline:{{fail.example=error:5.2.1 closed}, {wait.example=retry:4.3.2 later},'
                      ' other.example=smtp:[198.51.100.5], remote.example=smtp:[198.51.100.4],'
                      ' refuse.example=smtp:[198.51.100.6], drop.example=discard:quietly}',
    'virtual_alias_maps': 'inline:{{many@xian.com=a@other.example b@fail.example},'
                          ' one@xian.com=a@other.example, away@xian.com=a@remote.example}',
    'local_recipient_maps': '', 'smtpd_reject_unlisted_recipient': 'no',
}

VARIANTS = {
    'usual': {},
    'copies': {'notify_classes': 'bounce 2bounce delay', 'bounce_notice_recipient': 'pm@remote.example',
               '2bounce_notice_recipient': 'pm2@remote.example', 'delay_notice_recipient': 'pm3@remote.example',
               'delay_warning_time': '1s'},
    'small': {'bounce_size_limit': '300'},
    'ascii': {'smtputf8_enable': 'no'},
    'threads': {'enable_threaded_bounces': 'yes', 'double_bounce_sender': 'noone'},
    'words': {'bounce_template_file': '@CONFIG@/words', 'delay_warning_time': '1s'},
}

WORDS = """\
failure_template = <<EOF
Charset: us-ascii
From: Robot <robot@xian.com>
Subject: It failed
Postmaster-Subject: Copy: it failed

Sorry, $myhostname could not,
in ${bounce_size_limit} bytes.
EOF
delay_template = <<END
Charset: iso-8859-1
From: robot
Subject: It waits

Waiting $delay_warning_time_seconds of $maximal_queue_lifetime_days
END
"""

TEXT = 'From: a@remote.example\r\nTo: b@other.example\r\nSubject: hi\r\nMessage-Id: <one@remote.example>\r\n\r\nbody\r\n'
BIG = TEXT + ('x' * 70 + '\r\n') * 20
EIGHT = TEXT.replace('hi', 'h\xc3\xa9') + 'b\xc3\xb6dy\r\n'


def case(name, *rcpt, sender='a@remote.example', mail='', text=TEXT, variant='usual', differs=''):
    """`rcpt`: "address OPTIONS"; `differs`: why Postern does not do as Postfix 3.7."""
    return {'name': name, 'sender': sender, 'mail': mail, 'rcpt': rcpt or ['b@fail.example'],
            'text': text, 'variant': variant, 'differs': differs}


RFC_6533 = 'addresses that are not ASCII have the type utf-8 (RFC 6533), and are shown as they are'
ALL = 'NOTIFY=SUCCESS,FAILURE,DELAY'
CASES = [
    case('one recipient'),
    case('two recipients', 'b@fail.example', 'c@fail.example'),
    case('a reply of another server', 'reject@other.example'),
    case('a reply of several lines', 'lines@other.example'),
    case('a reply without an enhanced code', 'plain@other.example'),
    case('a reply that is long', 'long@other.example'),
    case('a reply to the content', 'b@refuse.example'),
    case('an unknown user', 'nosuch@xian.com'),
    case('an unknown user, quoted', '"no body"@xian.com'),
    case('an extension', 'nosuch+ext@xian.com'),
    case('RET=HDRS', mail=' RET=HDRS ENVID=id+3D1'),
    case('RET=FULL', mail=' RET=FULL ENVID=x+2By'),
    case('NOTIFY=NEVER', 'b@fail.example NOTIFY=NEVER'),
    case('NOTIFY=SUCCESS only', 'b@fail.example NOTIFY=SUCCESS'),
    case('NOTIFY of two', 'b@fail.example NOTIFY=NEVER', 'c@fail.example NOTIFY=FAILURE'),
    case('ORCPT', 'b@fail.example ORCPT=rfc822;orig+2Bx@x.example', mail=' ENVID=e'),
    case('relayed', f'b@other.example {ALL}'),
    case('relayed with ORCPT', 'b@other.example NOTIFY=SUCCESS ORCPT=rfc822;o@x.example', mail=' RET=HDRS ENVID=e'),
    case('passed on', f'b@remote.example {ALL}'),
    case('delivered here', f'client1@xian.com {ALL}'),
    case('discarded', f'b@drop.example {ALL}'),
    case('a virtual alias', f'one@xian.com {ALL}'),
    case('a virtual alias of two', f'many@xian.com {ALL}'),
    case('a virtual alias passed on', f'away@xian.com {ALL}'),
    case('an alias', f'team@xian.com {ALL}'),
    case('an alias, not asked for', 'team@xian.com'),
    case('an alias of an unknown user', f'half@xian.com {ALL}'),
    case('from nobody', sender=''),
    case('8-bit content', text=EIGHT, mail=' BODY=8BITMIME'),
    case('SMTPUTF8', 'b\xc3\xa9@fail.example', sender='\xc3\xa4@remote.example', text=EIGHT, mail=' SMTPUTF8',
         differs=RFC_6533),
    case('SMTPUTF8, headers', 'b\xc3\xa9@fail.example', mail=' SMTPUTF8 RET=HDRS', text=EIGHT, differs=RFC_6533),
    case('SMTPUTF8 wanted, not needed', mail=' SMTPUTF8'),
    case('a quoted sender', sender='"a b"@remote.example',
         differs='ORCPT has the address as RFC 5321 writes it, in quotes'),
    case('big', text=BIG, variant='small'),
    case('big, from nobody', text=BIG, variant='small', sender=''),
    case('ASCII', variant='ascii'),
    case('8-bit content, no SMTPUTF8', text=EIGHT, mail=' BODY=8BITMIME', variant='ascii'),
    case('a thread', variant='threads'),
    case('no thread', text='Subject: x\r\n\r\nb\r\n', variant='threads'),
    case('copy', 'b@fail.example', 'reject@other.example', variant='copies'),
    case('copy of NOTIFY=NEVER', 'b@fail.example NOTIFY=NEVER', variant='copies'),
    case('copy for nobody', sender='', variant='copies'),
    case('copy for nobody, headers', sender='', mail=' RET=HDRS', variant='copies'),
    case('from double-bounce', sender='double-bounce@xian.com', variant='copies'),
    case('a delay', f'b@wait.example {ALL}', variant='copies'),
    case('a delay, from nobody', 'b@wait.example', sender='', variant='copies'),
    case('a delay that is not to be told', 'b@wait.example NOTIFY=FAILURE', variant='copies'),
    case('own words', variant='words'),
    case('own words of a delay', 'b@wait.example', variant='words'),
]
