"""TLSRPT (RFC 8460): what smtp tells a collector of its handshakes, for the domains whose DNS asks for
reports. The collector here takes what tlsrpt-collectd takes: one JSON object in each datagram."""
import contextlib
import json
import os
import queue
import socket
import threading
import unittest

from lab import Certificates, MailCase, only_ours, server_tls

from signed_dns import SIGNED, SignedDns
from sinks import SmtpSink
from test_dane import digests

if not os.path.exists('/usr/sbin/unbound'):
    raise unittest.SkipTest('needs unbound')

OWN, OTHER, EXPIRED, CLEAR, SELF_SIGNED = (f'198.51.100.{number}' for number in range(21, 26))
HOSTS = {'ok': OWN, 'mute': OWN, 'sts': OWN, 'broken-sts': OWN, 'wrong-name': OTHER, 'old': EXPIRED, 'clear': CLEAR,
         'self': SELF_SIGNED, 'ee': OWN, 'pkix': OWN, 'none': OWN, 'lost': OWN}
RECORD = 'v=TLSRPTv1;rua=mailto:reports@{}.signed.example'
NO_POLICY, STS, TLSA = 9, 2, 1
POLICIES = {
    'wrong-name': 'secure match=hostname', 'old': 'secure match=hostname', 'self': 'secure match=hostname',
    'sts': 'secure match=hostname servername=hostname policy_type=sts policy_domain=sts.signed.example '
           '{ policy_string = version: STSv1 } { policy_string = mode: enforce } mx_host_pattern=*.sts.signed.example',
    'broken-sts': 'secure match=hostname policy_type=sts policy_failure=sts-policy-invalid',
    **{name: 'dane-only' for name in ('ee', 'pkix', 'none', 'lost')},
}


class Collector:
    """A socket that takes datagrams, and those that came."""

    def __init__(self, path):
        self.path, self.came = path, queue.Queue()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        with contextlib.suppress(OSError):
            while datagram := self.socket.recv(100000):
                self.came.put(json.loads(datagram))

    def next(self):
        return self.came.get(timeout=30)

    def close(self):
        self.socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


@only_ours
class TlsReports(MailCase):
    main = {'smtp_dns_support_level': 'dnssec', 'smtp_tls_security_level': 'may', 'smtp_host_lookup': 'dns',
            'smtp_connection_cache_on_demand': 'no', 'smtp_tls_loglevel': '1',
            'minimal_backoff_time': '1000s', 'maximal_backoff_time': '1000s', 'smtp_tls_dane_insecure_mx_policy': 'may',
            'smtp_tlsrpt_enable': 'yes', 'smtp_tlsrpt_socket_name': 'tlsrpt.socket',
            'smtp_tlsrpt_skip_reused_handshakes': 'no',
            'smtp_tls_session_cache_database': 'btree:${data_directory}/smtp_scache'}

    @classmethod
    def configure(cls):
        own, authority = Certificates.get(*(f'mx.{name}.signed.example' for name in HOSTS))
        other, _ = Certificates.get('mx.somebody.example')
        Certificates.get('alone', authority='alone')
        old = cls.of_yesterday(authority)
        single = f'{Certificates.folder}/single.pem'
        with open(single, 'w') as file:     # the authority of its own: self-signed
            file.write(open(f'{Certificates.folder}/alone.pem.key').read() + open(f'{Certificates.folder}/alone.pem').read())
        cls.dns = SignedDns({'signed.example': (SIGNED, cls.zone(digests(own)))}).start()
        for address, certificate in ((OWN, own), (OTHER, other), (EXPIRED, old), (SELF_SIGNED, single), (CLEAR, None)):
            sink = SmtpSink(address, tls=certificate and server_tls(certificate))
            cls.addClassCleanup(sink.close)
        policies = ''.join(f'{name}.signed.example {policy}\n' for name, policy in POLICIES.items())
        cls.mta.main.update(smtp_tls_CAfile=authority, smtp_tls_policy_maps=cls.mta.table('policies', policies))

    @staticmethod
    def of_yesterday(authority):
        """A certificate of the authority that is good no longer."""
        path = f'{Certificates.folder}/yesterday.pem'
        Certificates.openssl('req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc '
                             f'-subj /CN=mx.old.signed.example -keyout {path}.key -out {path}.csr')
        Certificates.openssl(f'x509 -req -in {path}.csr -CA {authority} -CAkey {authority}.key -days -1 -out {path}.crt')
        with open(path, 'w') as file:
            file.write(open(f'{path}.key').read() + open(f'{path}.crt').read())
        return path

    @staticmethod
    def zone(own):
        lines = [f'{name} MX 10 mx.{name}\nmx.{name} A {address}\n' for name, address in HOSTS.items()]
        lines += [f'_smtp._tls.{name} TXT "{RECORD.format(name)}"\n' for name in HOSTS if name != 'mute']
        lines += ['_smtp._tls.mute TXT "v=TLSRPTv1;rua=mailto:a@x.example"\n',    # two are none
                  '_smtp._tls.mute TXT "v=TLSRPTv1;rua=mailto:b@x.example"\n']
        lines += [f'_25._tcp.mx.ee TLSA 3 1 1 {own[1, 1]}\n', f'_25._tcp.mx.pkix TLSA 1 1 1 {own[1, 1]}\n']
        lost = '_tcp.mx.lost.signed.example'
        return ''.join(lines) + f'{lost}. NS ns.dns.example.\n{lost}. DS 1 13 2 {"0" * 64}\n'

    def setUp(self):
        self.collector = Collector(f'{self.mta.queue_dir}/tlsrpt.socket')
        self.addCleanup(self.collector.close)
        self.addCleanup(self.mta.run, 'postsuper', '-d', 'ALL')

    def deliver(self, name, status='sent'):
        self.mta.remember()
        self.submit(f'user@{name}.signed.example')
        self.assertIn(f'status={status}', self.status(f'user@{name}.signed.example', 40))

    def told(self, name, log):
        """What the collector was told of a domain, and the log with it: its policy."""
        domain = f'{name}.signed.example'
        report = self.collector.next()
        self.assertEqual('1', report['dpv'])
        self.assertEqual(domain, report['d'])
        self.assertEqual(RECORD.format(name), report['pr'])
        self.mta.wait_log(rf'TLSRPT: status={log}'.format(
            f'domain={domain}, receiving_mx=mx.{domain}\\[{HOSTS[name]}\\]'))
        policy, = report['policies']
        return policy

    def fails(self, name, code, log, status='deferred', connects=True):
        self.deliver(name, status)
        policy = self.told(name, f'failure, {{}}, failure_type={log}')
        self.assertEqual((1, 1), (policy['f'], policy['t']))
        failure, = policy['failure-details']
        self.assertEqual((code, f'mx.{name}.signed.example', HOSTS[name]), (failure['c'], failure['n'], failure['r']))
        self.assertEqual(connects, 's' in failure)
        return policy

    def test_a_success(self):
        self.deliver('ok')
        self.assertEqual({'policy-type': NO_POLICY, 'policy-domain': 'ok.signed.example', 't': 0, 'f': 0},
                         self.told('ok', r'success, {}\n'))

    def test_a_server_without_starttls(self):
        policy = self.fails('clear', 201, 'starttls_not_supported', status='sent')
        self.assertEqual(NO_POLICY, policy['policy-type'])

    def test_certificates_that_do_not_do(self):
        self.fails('wrong-name', 202, 'certificate_host_mismatch, failure_reason=hostname_mismatch')
        self.fails('old', 204, 'certificate_expired, failure_reason=certificate_has_expired')
        policy = self.fails('self', 205, 'validation_failure, failure_reason=self-signed_certificate')
        self.assertEqual('self-signed certificate', policy['failure-details'][0]['f'])

    def test_dane(self):
        self.deliver('ee')
        policy = self.told('ee', 'success, {}')
        self.assertEqual((TLSA, 'mx.ee.signed.example', 0), (policy['policy-type'], policy['policy-domain'], policy['f']))
        self.assertRegex(policy['policy-string'][0], r'^3 1 1 [0-9A-F]{64}$')
        self.fails('none', 306, 'dane_required', connects=False)
        self.fails('pkix', 304, 'tlsa_invalid', connects=False)
        policy = self.fails('lost', 305, 'dnssec_invalid', connects=False)
        self.assertEqual(TLSA, policy['policy-type'])

    def test_a_policy_of_mta_sts(self):
        self.deliver('sts')
        self.assertEqual({'policy-type': STS, 'policy-domain': 'sts.signed.example', 't': 0, 'f': 0,
                          'policy-string': ['version: STSv1', 'mode: enforce'], 'mx-host': ['*.sts.signed.example']},
                         self.told('sts', 'success, {}'))
        self.fails('broken-sts', 302, 'sts_policy_invalid')
        self.mta.wait_log(r'certificate verification failed for mx\.broken-sts\.signed\.example\S+: sts-policy-invalid')

    def test_a_domain_that_wishes_for_no_reports(self):
        self.deliver('mute')
        self.deliver('ok')
        self.told('ok', 'success, {}')
        self.assertNotIn('domain=mute', self.mta.log())

    def test_resumed_sessions(self):
        self.deliver('ok')
        self.told('ok', 'success, {}')
        self.deliver('ok')
        self.told('ok', 'success, {}')
        self.mta.set(smtp_tlsrpt_skip_reused_handshakes='yes')
        self.addCleanup(self.mta.set, smtp_tlsrpt_skip_reused_handshakes='no')
        self.deliver('ok')
        self.deliver('clear')
        self.told('clear', 'failure, {}, failure_type=starttls_not_supported')

    def test_without_a_collector_mail_goes_on(self):
        self.collector.close()
        self.deliver('ok')
        self.mta.wait_log('warning: TLSRPT: the collector cannot be told: sendto: No such file or directory')
        self.collector = Collector(self.collector.path)
        self.deliver('ok')
        self.told('ok', 'success, {}')

    def test_without_its_socket_nothing_is_reported(self):
        self.mta.set(smtp_tlsrpt_socket_name='')
        self.addCleanup(self.mta.set, smtp_tlsrpt_socket_name='tlsrpt.socket')
        self.deliver('ok')
        self.mta.wait_log('warning: TLSRPT is disabled: no socket of a collector is configured')

    def test_without_dns_nothing_is_reported_and_nobody_asked(self):
        self.mta.set(smtp_dns_support_level='disabled')
        self.addCleanup(self.mta.set, smtp_dns_support_level='dnssec')
        self.mta.remember()
        self.submit('user@ok.signed.example')
        self.mta.wait_log('warning: TLSRPT is disabled: DNS lookups are, by smtp_dns_support_level')
