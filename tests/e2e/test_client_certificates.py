"""What smtpd makes of a client's certificate: whether it asks for one and insists on it, what the
restrictions allow for it, and what Received: and the log say of it. The same for Debian's Postfix:

    MTA=postfix python3 -m unittest test_client_certificates    # below tests/with_postfix
"""
import hashlib
import smtplib
import ssl

from lab import STRANGER, Certificates, MailCase, client_tls, run

RECIPIENT = 'client1@xian.com'
ELSEWHERE = 'someone@remote.example'
PLAIN = 25
ASKING, ACCESS, KEYS_ONLY, LISTED, ANY, MUTE, DEMANDING, WRAPPED, LENIENT, BY_MD5 = range(2601, 2611)
ASKS = 'smtpd_tls_security_level=may -o smtpd_tls_ask_ccert=yes'
DEMANDS = 'smtpd_tls_req_ccert=yes -o smtpd_tls_ask_ccert=yes'
RULES = 'smtpd_recipient_restrictions'
SERVICES = {
    ASKING: ASKS,
    ACCESS: f'{ASKS} -o {RULES}=$by_certificate',
    KEYS_ONLY: f'{ASKS} -o {RULES}=$by_key',
    LISTED: f'{ASKS} -o smtpd_relay_restrictions=permit_tls_clientcerts,reject',
    ANY: f'{ASKS} -o smtpd_relay_restrictions=permit_tls_all_clientcerts,reject',
    MUTE: 'smtpd_relay_restrictions=permit_tls_clientcerts,reject',
    DEMANDING: f'smtpd_tls_security_level=encrypt -o {DEMANDS}',
    WRAPPED: f'smtpd_tls_wrappermode=yes -o {DEMANDS}',
    LENIENT: f'smtpd_tls_security_level=may -o {DEMANDS}',
    BY_MD5: f'{ASKS} -o {RULES}=$by_certificate -o smtpd_tls_fingerprint_digest=md5',
}
ANONYMOUS, LIKED, KNOWN, STRANGE = '', 'liked.example', 'known.example', 'strange.example'
SELF_SIGNED = 'self.example'


def colons(digest):
    return ':'.join(digest[at:at + 2] for at in range(0, len(digest), 2)).upper()


def der(file, what):
    """The certificate of a file, or the public key in it."""
    pem = run('openssl', 'x509', '-in', file, *(['-pubkey', '-noout'] if what == 'key' else [])).stdout
    head = 'PUBLIC KEY' if what == 'key' else 'CERTIFICATE'
    body = pem.partition(f'-----BEGIN {head}-----')[2].partition('-----END')[0]
    return ssl.PEM_cert_to_DER_cert(f'{ssl.PEM_HEADER}\n{body.strip()}\n{ssl.PEM_FOOTER}')


def fingerprint(file, what='certificate', digest='sha256'):
    return colons(hashlib.new(digest, der(file, what)).hexdigest())


class ClientCertificates(MailCase):
    master = ''.join(f'@IP@:{port} inet n - n - - smtpd -o {options}\n' for port, options in SERVICES.items())
    main = {'smtpd_tls_security_level': 'may', 'smtpd_tls_received_header': 'yes', 'smtpd_tls_loglevel': '1', 'smtpd_peername_lookup': 'no',
            'by_certificate': 'check_ccert_access hash:@CONFIG@/ccerts,permit_mynetworks,reject_unauth_destination',
            'by_key': 'check_ccert_access {hash:@CONFIG@/ccerts,{search_order=pubkey_fingerprint}},'
                      'permit_mynetworks,reject_unauth_destination'}

    @classmethod
    def configure(cls):
        cls.mta.main['smtpd_tls_chain_files'], authority = Certificates.get('mail.xian.com')
        cls.mta.main['smtpd_tls_CAfile'] = authority
        cls.files = {name: Certificates.get(name)[0] for name in (LIKED, KNOWN)}
        cls.files[STRANGE] = Certificates.get(STRANGE, authority='another')[0]
        cls.files[SELF_SIGNED] = Certificates.get('unused', authority='self.example')[1]
        alone = f'{Certificates.folder}/alone.pem'
        run('sh', '-c', f'cat {cls.files[SELF_SIGNED]}.key {cls.files[SELF_SIGNED]} > {alone}')
        cls.files[SELF_SIGNED] = alone
        liked, strange = cls.files[LIKED], cls.files[STRANGE]
        cls.mta.table('ccerts', f'{fingerprint(liked)} REJECT by its certificate\n'
                                f'{fingerprint(strange, "key")} REJECT by its key\n'
                                f'{fingerprint(liked, digest="md5")} REJECT by md5\n')
        cls.mta.main['relay_clientcerts'] = cls.mta.table(
            'relays', f'{fingerprint(liked, "key")} liked\n{fingerprint(strange)} strange\n')

    def client(self, port, name=ANONYMOUS):
        """A client in an encrypted session; what EHLO was answered there is in `greeting`."""
        context = client_tls()
        if name:
            context.load_cert_chain(self.files[name])
        if port == WRAPPED:
            client = self.mta.smtp(STRANGER, port, tls=context)
        else:
            client = self.mta.smtp(STRANGER, port)
            self.addCleanup(client.close)
            client.ehlo()
            client.starttls(context=context)
        self.addCleanup(client.close)
        client.greeting = client.ehlo()
        return client

    def answers(self, port, name=ANONYMOUS, recipient=RECIPIENT):
        """The reply to RCPT."""
        client = self.client(port, name)
        client.mail('a@b.example')
        code, text = client.rcpt(recipient)
        client.close()
        return code, text.decode()

    def assert_refused(self, port, name, reason, recipient=RECIPIENT):
        code, text = self.answers(port, name, recipient)
        self.assertEqual(code, 554, text)
        self.assertIn(reason, text)

    def received(self, port, name=ANONYMOUS):
        self.client(port, name).sendmail('a@b.example', [RECIPIENT], self.text())
        return ' '.join(self.mail('client1')['Received'].split())

    def test_received_tells_whose_certificate_it_is(self):
        for port, name, words in ((PLAIN, LIKED, '(No client certificate requested)'),
                                  (ASKING, ANONYMOUS, '(Client did not present a certificate)'),
                                  (ASKING, LIKED, '(Client CN "liked.example", Issuer "ca" (verified OK))'),
                                  (ASKING, STRANGE, '(Client CN "strange.example", Issuer "another" (not verified))'),
                                  (ASKING, SELF_SIGNED, '(Client CN "self.example", Issuer "self.example" (not verified))')):
            with self.subTest(name=name, words=words):
                self.token += 'x'           # one message each
                self.assertIn(words, self.received(port, name))

    def test_received_tells_the_signature_of_the_client(self):
        self.assertIn('client-signature ECDSA (prime256v1) client-digest SHA256', self.received(ASKING, LIKED))

    def test_the_log_tells_whether_it_is_trusted(self):
        for name, trust in ((LIKED, 'Trusted'), (STRANGE, 'Untrusted'), (ANONYMOUS, 'Anonymous')):
            self.mta.remember()
            self.client(ASKING, name)
            self.mta.wait_log(rf'{trust} TLS connection established from unknown\[{STRANGER}\]: TLSv1\.3')

    def test_an_access_table_knows_certificates(self):
        self.assert_refused(ACCESS, LIKED, 'Client certificate rejected: by its certificate')

    def test_an_access_table_knows_keys_of_certificates_that_nobody_trusts(self):
        self.assert_refused(ACCESS, STRANGE, 'Client certificate rejected: by its key')

    def test_an_access_table_says_nothing_of_others(self):
        self.assertEqual(self.answers(ACCESS, KNOWN)[0], 250)
        self.assertEqual(self.answers(ACCESS)[0], 250)
        with self.mta.smtp(STRANGER, ACCESS) as client:
            client.ehlo()
            client.mail('a@b.example')
            self.assertEqual(client.rcpt(RECIPIENT)[0], 250)

    def test_a_search_order_leaves_certificates_out(self):
        self.assertEqual(self.answers(KEYS_ONLY, LIKED)[0], 250)
        self.assert_refused(KEYS_ONLY, STRANGE, 'by its key')

    def test_fingerprints_are_of_the_digest_that_is_configured(self):
        self.assert_refused(BY_MD5, LIKED, 'by md5')
        self.assertEqual(self.answers(BY_MD5, STRANGE)[0], 250)

    def test_listed_certificates_may_relay(self):
        """By the fingerprint of the certificate or of its key, whoever signed it."""
        for name in (LIKED, STRANGE):
            self.assertEqual(self.answers(LISTED, name, ELSEWHERE)[0], 250)
        for name in (KNOWN, SELF_SIGNED, ANONYMOUS):
            self.assert_refused(LISTED, name, 'Access denied', ELSEWHERE)

    def test_trusted_certificates_may_relay(self):
        """And, where all that are trusted may, those that are listed may as well."""
        for name in (LIKED, KNOWN, STRANGE):
            with self.subTest(name=name):
                self.assertEqual(self.answers(ANY, name, ELSEWHERE)[0], 250)
        for name in (SELF_SIGNED, ANONYMOUS):
            self.assert_refused(ANY, name, 'Access denied', ELSEWHERE)

    def test_without_being_asked_a_client_shows_none(self):
        self.assert_refused(MUTE, LIKED, 'Access denied', ELSEWHERE)

    def test_a_demanded_certificate_is_trusted_or_the_session_ends(self):
        self.assertEqual(self.answers(DEMANDING, LIKED)[0], 250)
        for name, reason in ((ANONYMOUS, 'No client certificate presented'),
                             (STRANGE, 'Client certificate not trusted'),
                             (SELF_SIGNED, 'Client certificate not trusted')):
            with self.subTest(name=name):
                client = self.client(DEMANDING, name)
                self.assertEqual(client.greeting, (421, f'4.7.1 mail.xian.com Error: {reason}'.encode()))
                self.assertEqual(client.sock.recv(1) if client.sock else b'', b'')
                self.mta.wait_log(f'NOQUEUE: abort: TLS from .*{STRANGER}.*: {reason}')

    def test_with_implicit_tls_too(self):
        self.assertEqual(self.answers(WRAPPED, LIKED)[0], 250)
        for name in (ANONYMOUS, STRANGE):
            with self.subTest(name=name), self.assertRaises((smtplib.SMTPException, OSError)):
                self.client(WRAPPED, name).mail('a@b.example')

    def test_where_tls_may_be_left_out_none_is_demanded(self):
        self.assertEqual(self.answers(LENIENT)[0], 250)
        self.mta.wait_log("warning: Can't require client certs unless TLS is required")
