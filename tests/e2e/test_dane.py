"""DANE (RFC 7672) with zones that are really signed: what smtp makes of each kind of TLSA record, of
names on whose way somebody does not sign, and of answers that do not validate. The same for Debian's
Postfix:

    MTA=postfix python3 -m unittest test_dane    # below tests/with_postfix
"""
import hashlib
import os
import ssl
import unittest

from lab import IS_OURS, Certificates, MailCase, run, server_tls

from signed_dns import BOGUS, PLAIN, SIGNED, SignedDns
from sinks import SmtpSink

if not os.path.exists('/usr/sbin/unbound'):
    raise unittest.SkipTest('needs unbound')

# Hosts by what their servers have.
OWN, WITH_AUTHORITY, EXPIRED, CLEAR = '198.51.100.11', '198.51.100.12', '198.51.100.13', '198.51.100.14'
HOSTS = {'ee': OWN, 'full': OWN, 'other': OWN, 'none': OWN, 'pkix': OWN, 'rollover': OWN, 'lost': OWN,
         'ta': WITH_AUTHORITY, 'ta-other': WITH_AUTHORITY, 'expired': EXPIRED, 'clear': CLEAR}
SENT, DEFERRED = 'sent', 'deferred'
VERIFIED, UNTRUSTED, TRUSTED = 'Verified', 'Untrusted', 'Trusted'
# Of a host that somebody named who does not sign, Postfix does not say that it is the right one.
LED = VERIFIED if IS_OURS else TRUSTED
NO_LOOKUP = r'TLSA lookup error for mx\.lost\.signed\.example:25'
NOT_OFFERED = r'TLS is required, but was not offered by host mx\.clear\.signed\.example'
NOT_VERIFIED = 'Server certificate not verified'
NO_HOST = 'Host or domain name not found'

# What comes of mail to a domain: whether it is sent, and how far the server was trusted, or why not.
OPTIONAL = {
    'ee.signed.example': (SENT, VERIFIED),
    'full.signed.example': (SENT, VERIFIED),
    'ta.signed.example': (SENT, VERIFIED),
    'expired.signed.example': (SENT, VERIFIED),
    'rollover.signed.example': (SENT, VERIFIED),
    'other.signed.example': (DEFERRED, NOT_VERIFIED),
    'ta-other.signed.example': (DEFERRED, NOT_VERIFIED),
    'pkix.signed.example': (SENT, UNTRUSTED),
    'none.signed.example': (SENT, UNTRUSTED),
    'lost.signed.example': (DEFERRED, NO_LOOKUP),
    'clear.signed.example': (DEFERRED, NOT_OFFERED),
    'ee.plain.example': (SENT, UNTRUSTED),
    'crossing.signed.example': (SENT, UNTRUSTED),
    'led.plain.example': (SENT, LED),
    'ee.bogus.example': (DEFERRED, NO_HOST),
}
ONLY = {
    **OPTIONAL,
    'pkix.signed.example': (DEFERRED, 'TLSA records unusable'),
    'none.signed.example': (DEFERRED, 'no TLSA records found'),
    'ee.plain.example': (DEFERRED, 'non DNSSEC destination'),
    'crossing.signed.example': (DEFERRED, 'no TLSA records found'),
    'led.plain.example': (DEFERRED, 'non DNSSEC destination'),
}


def digests(file):
    """TLSA data of a certificate file: by selector and matching type."""
    pem = run('openssl', 'x509', '-in', file).stdout
    key = run('openssl', 'x509', '-in', file, '-pubkey', '-noout').stdout
    body = key.replace('-----BEGIN PUBLIC KEY-----', ssl.PEM_HEADER).replace('-----END PUBLIC KEY-----', ssl.PEM_FOOTER)
    data = {0: ssl.PEM_cert_to_DER_cert(pem), 1: ssl.PEM_cert_to_DER_cert(body)}
    return {(selector, kind): hashlib.new(name, der).hexdigest() for selector, der in data.items()
            for kind, name in ((1, 'sha256'), (2, 'sha512'))}


def expired(name):
    """A key and a certificate of yesterday."""
    path = f'{Certificates.folder}/expired.pem'
    run('sh', '-c', f'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN={name} '
                    f'-keyout {path}.key -out {path}.csr && '
                    f'openssl x509 -req -in {path}.csr -signkey {path}.key -days -1 -out {path}.crt && '
                    f'cat {path}.key {path}.crt > {path}')
    return path


def with_authority(*names):
    """A chain that the certificate of its authority ends."""
    own, authority = Certificates.get(*names, authority='anchor')
    path = f'{own}.chain'
    run('sh', '-c', f'cat {own} {authority} > {path}')
    return path, authority


class Dane(MailCase):
    """Each test sends to all domains at one level."""

    main = {'smtp_dns_support_level': 'dnssec', 'smtp_tls_loglevel': '1', 'inet_protocols': 'ipv4',
            'smtp_connection_cache_on_demand': 'no', 'smtp_host_lookup': 'dns', 'maximal_backoff_time': '1000s',
            'minimal_backoff_time': '1000s'}

    @classmethod
    def configure(cls):
        own, _ = Certificates.get('anybody.example')
        chain, authority = with_authority('mx.ta.signed.example', 'mx.ta-other.signed.example')
        old = expired('mx.expired.signed.example')
        cls.dns = SignedDns(cls.zones(digests(own), digests(authority), digests(old))).start()
        cls.sinks = [SmtpSink(OWN, tls=server_tls(own)), SmtpSink(WITH_AUTHORITY, tls=server_tls(chain)),
                     SmtpSink(EXPIRED, tls=server_tls(old)), SmtpSink(CLEAR)]
        for sink in cls.sinks:
            cls.addClassCleanup(sink.close)

    @staticmethod
    def zones(own, authority, old):
        hosts = ''.join(f'{name} MX 10 mx.{name}\nmx.{name} A {address}\n' for name, address in HOSTS.items())
        wrong = '0' * 64
        tlsa = {'ee': f'3 1 1 {own[1, 1]}', 'full': f'3 0 2 {own[0, 2]}', 'other': f'3 1 1 {wrong}',
                'ta': f'2 0 1 {authority[0, 1]}', 'ta-other': f'2 0 1 {wrong}', 'pkix': f'1 1 1 {own[1, 1]}',
                'expired': f'3 1 1 {old[1, 1]}', 'clear': f'3 1 1 {own[1, 1]}', 'rollover': f'3 1 1 {own[1, 1]}'}
        records = ''.join(f'_25._tcp.mx.{name} TLSA {data}\n' for name, data in tlsa.items())
        records += f'_25._tcp.mx.rollover TLSA 3 1 1 {wrong}\n'          # the next key
        records += 'crossing MX 10 mx.ee.plain.example.\n'
        plain = f'ee MX 10 mx.ee\nmx.ee A {OWN}\n_25._tcp.mx.ee TLSA 3 1 1 {wrong}\nled MX 10 mx.ee.signed.example.\n'
        bogus = f'ee MX 10 mx.ee\nmx.ee A {OWN}\n'
        lost = '_tcp.mx.lost.signed.example'
        return {'signed.example': (SIGNED, hosts + records + f'{lost}. NS ns.dns.example.\n{lost}. DS 1 13 2 {wrong}\n'),
                'plain.example': (PLAIN, plain), 'bogus.example': (BOGUS, bogus)}

    def outcome(self, domain):
        """What the log says of mail to a domain: its status, and how far the server was trusted."""
        line = self.status(f'user@{domain}', 40)
        status = line.partition('status=')[2].split()[0]
        if status == DEFERRED:
            return status, line.partition('status=')[2]
        host = line.partition('relay=')[2].partition('[')[0]
        trust = [word for word in (VERIFIED, TRUSTED, UNTRUSTED)
                 if f' {word} TLS connection established to {host}[' in self.mta.log()]
        return status, ' '.join(trust)

    def check(self, expected, **settings):
        self.mta.set(**settings)
        for domain, (status, word) in expected.items():
            with self.subTest(domain=domain):
                self.mta.remember()
                self.submit(f'user@{domain}')
                found, words = self.outcome(domain)
                self.assertEqual(found, status, words)
                self.assertRegex(words, word)
        self.mta.run('postsuper', '-d', 'ALL')

    def test_where_it_is_optional(self):
        self.check(OPTIONAL, smtp_tls_security_level='dane', smtp_tls_dane_insecure_mx_policy='dane')

    def test_where_it_is_demanded(self):
        self.check(ONLY, smtp_tls_security_level='dane-only', smtp_tls_dane_insecure_mx_policy='may')

    def test_a_host_that_somebody_led_to_who_does_not_sign(self):
        for policy, trust in (('dane', LED), ('encrypt', UNTRUSTED), ('may', UNTRUSTED)):
            with self.subTest(policy=policy):
                self.check({'led.plain.example': (SENT, trust)}, smtp_tls_security_level='dane',
                           smtp_tls_dane_insecure_mx_policy=policy)


if __name__ == '__main__':
    unittest.main()
