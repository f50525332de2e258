"""Messages that show what cleanup does with content and addresses; see content_probe.py."""

HEAD = 'From: a@stranger.example\r\nTo: client1@xian.com\r\nSubject: {}\r\nMessage-Id: <fixed@x>\r\n'
PLAIN = HEAD.format('hi')


def smtp(name, data, *rcpt, sender='sender@stranger.example', source='203.0.113.5', mail='', helo='EHLO'):
    """One SMTP session; data is the content, sent as it is."""
    rcpt = rcpt or ('client1@xian.com',)
    lines = [f'{helo} client.example', f'MAIL FROM:<{sender}>{mail}', *[f'RCPT TO:<{r}>' for r in rcpt],
             'DATA', '\x01' + data, '.', 'QUIT']
    return {'name': name, 'source': source, 'lines': lines}


def local(name, text, *argv):
    return {'name': name, 'argv': list(argv or ['client1']), 'text': text}


def nested(depth):
    return PLAIN + ''.join(f'Content-Type: multipart/mixed; boundary="b{i}z"\r\n\r\n--b{i}z\r\n'
                           for i in range(depth)) + '\r\nx\r\n'


ACTIONS = ['REJECT', 'REJECT go away', 'REJECT 5.7.9 coded', 'REJECT 4.7.9 coded', 'WARN', 'WARN watch it',
           'INFO', 'INFO look', 'HOLD', 'HOLD for now', 'DISCARD', 'DISCARD gone', 'FILTER smtp:[127.0.0.1]:1',
           'FILTER retry:', 'FILTER', 'FILTER nocolon', 'REDIRECT client2@xian.com', 'REDIRECT client2',
           'REDIRECT', 'PREPEND X-Pre: pended', 'PREPEND', 'REPLACE Subject: replaced', 'REPLACE', 'IGNORE',
           'STRIP', 'STRIP it', 'BCC client3@xian.com', 'BCC client3', 'BCC', 'DUNNO', 'OK', 'PASS',
           'PASS trusted', 'BOGUS what']

RULES = {
    'main': {'header_checks': 'regexp:@CONFIG@/fields', 'body_checks': 'regexp:@CONFIG@/lines'},
    'tables': {
        'fields': ''.join(f'/^Subject: rule{i}$/ {action}\n' for i, action in enumerate(ACTIONS)) +
                  '/^Subject: folded/ WARN folded\n/^Subject: bad/ REPLACE no header\n/^X-In/ WARN x\n'
                  '/^Content-Type: .*warnme/ WARN type\n/^Received:/ INFO received\n/^Bcc:/ INFO dropped\n',
        'lines': ''.join(f'/^rule{i}$/ {action}\n' for i, action in enumerate(ACTIONS)) +
                 '/^warn/ WARN line\n/^--/ INFO boundary\n'},
    'mail': [smtp(f'field: {action}', HEAD.format(f'rule{i}') + '\r\nbody\r\n') for i, action in enumerate(ACTIONS)] +
            # After REDIRECT, Debian's inspects no more, though header_checks(5) says that it does.
            [smtp(f'line: {action}', PLAIN + f'\r\nfirst\r\nrule{i}\r\n' +
                  ('' if action.startswith('REDIRECT c') else 'warn last\r\n'))
             for i, action in enumerate(ACTIONS)] + [
        smtp('folded', PLAIN.replace('hi', 'folded\r\n more\r\n\tand more') + '\r\nx\r\n'),
        smtp('long', PLAIN.replace('hi', 'folded ' + 'x' * 600) + '\r\nwarn ' + 'y' * 600 + '\r\n'),
        smtp('bad replacement', PLAIN.replace('hi', 'bad') + '\r\nx\r\n'),
        smtp('dropped field', PLAIN + 'Bcc: x@y.example\r\n\r\nx\r\n'),
        smtp('multipart', PLAIN + 'Content-Type: multipart/mixed; boundary=q\r\n\r\npre\r\n--q\r\n'
             'Content-Type: text/warnme\r\nX-In: part\r\n\r\nwarn\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n'
             'X-In: nested\r\nContent-Type: text/warnme\r\n\r\nwarn nested\r\n--q--\r\nwarn after\r\n'),
        smtp('null sender', PLAIN.replace('hi', 'rule4') + '\r\nx\r\n', sender=''),
        smtp('HELO', PLAIN.replace('hi', 'rule4') + '\r\nx\r\n', helo='HELO'),
        smtp('two recipients', PLAIN.replace('hi', 'rule4') + '\r\nx\r\n', 'client1@xian.com', 'client2@xian.com'),
        local('local', 'Subject: rule5\n\nwarn body\n'),
        local('sendmail -t', 'To: client1\nSubject: rule5\n\nwarn body\n', '-t'),
    ]}

STRICT = {
    'main': {'strict_8bitmime': 'yes', 'strict_mime_encoding_domain': 'yes', 'mime_nesting_limit': '3',
             'message_reject_characters': '\\001', 'message_strip_characters': '\\002q',
             'header_size_limit': '500'},
    'mail': [
        smtp('8-bit header', PLAIN.replace('hi', 'h\xe9') + '\r\nx\r\n'),
        smtp('8-bit body', PLAIN + '\r\nb\xe9\r\n'),
        smtp('8-bit part', PLAIN + 'Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\n\xe9\r\n--z--\r\n'),
        smtp('coded multipart', PLAIN + 'Content-Type: multipart/mixed; boundary=z\r\n'
             'Content-Transfer-Encoding: base64\r\n\r\n--z\r\n\r\nx\r\n--z--\r\n'),
        smtp('nested 5', nested(5)), smtp('nested 6', nested(6)),
        smtp('character', PLAIN.replace('hi', 'a\x01b') + '\r\nx\r\n'),
        smtp('stripped', PLAIN.replace('hi', 'aqb') + '\r\na\x02b\r\n'),
        smtp('long field', PLAIN + 'X-Long: ' + 'y' * 3500 + '\r\n folded\r\nX-After: z\r\n\r\nb\r\n'),
    ]}

USUAL = {'mail': [
    smtp('stray CR', PLAIN.replace('hi', 'a\rb') + '\r\nx\ry\r\n'),
    smtp('no empty line', PLAIN + 'this is no header\r\nbody\r\n'),
    smtp('no header', 'no header at all\r\nsecond\r\n'),
    smtp('empty', ''), smtp('header only', PLAIN), smtp('empty line first', '\r\n' + PLAIN + '\r\nx\r\n'),
    smtp('From line', 'From someone\r\n' + PLAIN + '\r\nx\r\n'),
    smtp('8bit field', PLAIN + 'Content-Transfer-Encoding: 8bit\r\n\r\n\xe9\r\n'),
    smtp('8BITMIME', PLAIN + '\r\n\xe9\r\n', mail=' BODY=8BITMIME'),
    smtp('7bit field', PLAIN + 'Content-Transfer-Encoding: 7bit\r\n\r\ne\r\n', mail=' BODY=8BITMIME'),
    smtp('other encoding', PLAIN + 'Content-Transfer-Encoding: bogus\r\n\r\ne\r\n'),
    smtp('dropped', PLAIN + 'Bcc: x@y\r\nReturn-Path: <a@b>\r\nContent-Length: 5\r\nResent-Bcc: q@w\r\n\r\nx\r\n'),
    smtp('48 hops', 'Received: by x\r\n' * 48 + PLAIN + '\r\nx\r\n'),
    smtp('49 hops', 'Received: by x\r\n' * 49 + PLAIN + '\r\nx\r\n'),
    smtp('no colon', PLAIN + 'X-Bad header\r\nX-Other: x\r\n\r\nx\r\n'),
    smtp('blank colon', PLAIN + 'X-Sp : v\r\n\r\nx\r\n'),
    smtp('two of all', PLAIN + PLAIN + '\r\nx\r\n'),
    smtp('long lines', PLAIN + 'X-L: ' + 'z' * 5000 + '\r\n\r\n' + 'z' * 5000 + '\r\nx\r\n'),
    smtp('again', PLAIN + '\r\nx\r\n', 'client1@xian.com', 'Client1@xian.com', 'client1@XIAN.com', 'client2@xian.com'),
    smtp('quoted', PLAIN + '\r\nx\r\n', '"a b"@xian.com'),
    smtp('DSN', PLAIN + '\r\nx\r\n', 'client1@xian.com', sender='a@b.example', mail=' RET=HDRS ENVID=abc'),
    local('missing', 'X-Foo: bar\n\nbody\n'), local('no header at all', 'body without header\n'),
    local('incomplete', 'From: foo\nTo: bar, baz@host, "q r"@xian.com, "a@b"\nReply-To: z!y, u%v@w\n\nbody\n'),
    local('resent', 'Resent-To: foo\nFrom: a\nSubject: s\n\nbody\n'),
    local('UTF-8 header', 'From: foo\nSubject: \xc3\xa9\n\nbody\n'),
    local('full name', 'Subject: x\n\nbody\n', '-F', 'Full Name', '-f', 'client3', 'client1', 'client2', 'client1'),
    local('8bit', 'Subject: x\n\nbody \xe9\n', '-B', '8BITMIME', 'client1'),
    local('DSN options', 'Subject: x\n\nbody\n', '-V', 'env1', '-R', 'hdrs', '-N', 'never', 'client1'),
    local('VERP', 'Subject: x\n\nbody\n', '-XV', '-f', 'own@xian.com', 'client1', 'client2'),
    local('from header', 'To: client1, Foo <client2@xian.com>\nBcc: client3\nSubject: x\n\nb\n', '-t'),
    local('from resent header', 'To: client1\nResent-To: client2\nSubject: x\n\nb\n', '-t'),
]}

OURS = '192.168.58.200'
MAPS = {
    'main': {
        'canonical_maps': 'texthash:@CONFIG@/canonical', 'recipient_delimiter': '+',
        'sender_canonical_maps': 'inline:{s@xian.com=sc@xian.com, @dom.example=@dom2.example}',
        'recipient_canonical_maps': 'inline:{r@xian.com=rc@xian.com}',
        'virtual_alias_maps': 'texthash:@CONFIG@/virtual', 'virtual_alias_domains': 'virtual.example',
        'masquerade_domains': '!nomask.xian.com xian.com masked.example', 'masquerade_exceptions': 'root',
        'always_bcc': 'archive', 'sender_bcc_maps': 'inline:{sb@xian.com=sbcc}',
        'recipient_bcc_maps': 'inline:{info@virtual.example=rbcc@xian.com}',
        'local_header_rewrite_clients': 'static:all', 'mydestination': 'mail.xian.com localhost pcre:@CONFIG@/ours'},
    'tables': {
        'canonical': 'old@xian.com new@xian.com\nloop1@xian.com loop2@xian.com\nloop2@xian.com loop1@xian.com\n'
                     'bare barenew\nplus plusnew@xian.com\n',
        'virtual': 'info@virtual.example one, two@remote.example\n@virtual.example catch+all@xian.com\n'
                   'self@xian.com self@xian.com, other@xian.com\nchain1@xian.com chain2@xian.com\n'
                   'chain2@xian.com chain3@xian.com\nl1@xian.com l2@xian.com\nl2@xian.com l1@xian.com\n'
                   'barev x@remote.example\n@cat.example @dog.example\n',
        'ours': '/^xian\\.com$/ x\n'},
    'mail': [
        smtp('canonical', PLAIN.replace('a@stranger.example', 'old@xian.com') + 'Cc: bare, x@host.masked.example, '
             'root@h.xian.com, u@h.nomask.xian.com, plus+ext\r\n\r\nx\r\n', 'old@xian.com', 'bare@xian.com',
             'plus+e@xian.com', 'loop1@xian.com', sender='old@xian.com', source=OURS),
        smtp('sender', PLAIN.replace('a@stranger.example', 's@xian.com') + 'To: r@xian.com, s@xian.com\r\n\r\nx\r\n',
             'r@xian.com', 's@xian.com', 't@dom.example', sender='s@xian.com', source=OURS),
        smtp('sender bcc', PLAIN + '\r\nx\r\n', 'r@xian.com', sender='sb@xian.com', source=OURS),
        smtp('virtual', PLAIN + '\r\nx\r\n', 'info@virtual.example', 'any+x@virtual.example', 'self@xian.com',
             'chain1@xian.com', 'barev@xian.com', 'u@cat.example', 'two@remote.example', source=OURS),
        smtp('virtual loop', PLAIN + '\r\nx\r\n', 'l1@xian.com', source=OURS),
        smtp('masquerade', PLAIN + 'Reply-To: x@a.b.masked.example\r\n\r\nx\r\n', 'z@h.masked.example',
             sender='y@c.masked.example', source=OURS),
        smtp('exception', PLAIN + '\r\nx\r\n', 'z@h.masked.example', sender='root@c.masked.example', source=OURS),
        local('local', 'To: bare\nFrom: "x y"@host\n\nx\n', '-f', 's@xian.com', 'info@virtual.example', 'bare'),
    ]}

LIMITS = {
    'main': {'virtual_alias_maps': 'texthash:@CONFIG@/virtual', 'virtual_alias_expansion_limit': '3',
             'virtual_alias_recursion_limit': '3', 'virtual_alias_address_length_limit': '30',
             'duplicate_filter_limit': '2', 'enable_original_recipient': 'no', 'always_add_missing_headers': 'yes',
             'undisclosed_recipients_header': 'To: undisclosed-recipients:;'},
    'tables': {'virtual': 'exp@xian.com a@x.example b@x.example c@x.example d@x.example\n'
                          'three@xian.com a@x.example b@x.example c@x.example\n'
                          'r1@xian.com r2@xian.com\nr2@xian.com r3@xian.com\nr3@xian.com r4@xian.com\n'
                          'r4@xian.com r5@xian.com\nlen@xian.com llllllllllllllllllllllllllllllllll@xian.com\n'},
    'mail': [smtp(address, PLAIN + '\r\nx\r\n', f'{address}@xian.com')
             for address in ('exp', 'three', 'r1', 'r2', 'r3', 'len')] + [
        smtp('duplicates', PLAIN + '\r\nx\r\n', *[f'client{i}@xian.com' for i in (1, 1, 2, 2, 3, 3, 1)]),
        smtp('missing', 'Subject: x\r\n\r\nx\r\n'), smtp('only Bcc', 'Subject: x\r\nBcc: foo@bar\r\n\r\nx\r\n'),
    ]}

CLASSES = {
    'main': {
        'canonical_maps': 'inline:{a@xian.com=all@xian.com}', 'canonical_classes': 'envelope_recipient, header_sender',
        'sender_canonical_maps': 'inline:{b@xian.com=sender@xian.com}', 'sender_canonical_classes': 'header_sender',
        'recipient_canonical_maps': 'inline:{c@xian.com=recipient@xian.com}',
        'recipient_canonical_classes': 'header_recipient',
        'masquerade_domains': 'masked.example', 'masquerade_classes': 'envelope_recipient header_recipient',
        'masquerade_exceptions': 'root, admin', 'local_header_rewrite_clients': 'permit_inet_interfaces',
        'remote_header_rewrite_domain': 'domain.invalid', 'message_drop_headers': 'x-drop, bcc',
        'detect_8bit_encoding_header': 'no', 'propagate_unmatched_extensions': ''},
    'mail': [
        smtp(f'{who}, everywhere', f'From: {who}@xian.com\r\nTo: {who}@xian.com\r\nMessage-Id: <fixed@x>\r\n\r\nx\r\n',
             f'{who}@xian.com', sender=f'{who}@xian.com', source=source)
        for source in (OURS, '203.0.113.5') for who in 'abc'] + [
        smtp('masked', PLAIN + 'Reply-To: u@h.masked.example\r\nCc: root@h.masked.example, u@i.masked.example\r\n\r\nx\r\n',
             'u@h.masked.example', 'admin@h.masked.example', sender='u@j.masked.example', source=OURS),
        smtp('of a stranger', 'From: some body\r\nTo: u, v@host, w@host.example\r\nMessage-Id: <fixed@x>\r\n\r\nx\r\n'),
        smtp('dropped', PLAIN + 'X-Drop: a\r\n b\r\nX-Keep: c\r\nBcc: d\r\nReturn-Path: <e@f>\r\n\r\nx\r\n'),
        smtp('8bit', PLAIN + 'Content-Transfer-Encoding: 8bit\r\n\r\n\xe9\r\n'),
    ]}

FEW = {
    'main': {'hopcount_limit': '3',
             'undisclosed_recipients_header': '', 'always_add_missing_headers': 'yes',
             'local_header_rewrite_clients': 'static:all'},
    'mail': [
        smtp('2 hops', 'Received: by x\r\n' + PLAIN + '\r\nx\r\n'),
        smtp('3 hops', 'Received: by x\r\n' * 2 + PLAIN + '\r\nx\r\n'),
        smtp('no recipients', 'Subject: x\r\nMessage-Id: <fixed@x>\r\nDate: x\r\n\r\nx\r\n'),
        smtp('long lines', PLAIN + 'X-Long: ' + 'y' * 60 + '\r\n\r\n' + 'z' * 60 + '\r\n'),
    ]}

ATTRIBUTES = {
    'main': {'queue_file_attribute_count_limit': '5'},
    'mail': [smtp('many attributes', PLAIN + '\r\nx\r\n'),
             local('few attributes', 'Subject: x\nMessage-Id: <fixed@x>\n\nx\n')]}
