"""REQUIRETLS and TLS-Required (RFC 8689) from the client to the queue file, and through a filter before
the queue. Run as the acceptance tests are run; POSTERN_PREFIX is the installation.
"""
import unittest

from lab import STRANGER, Certificates, MailCase, client_tls, only_ours

from sinks import SmtpSink


@only_ours
class RequireTls(MailCase):
    master = ('@IP@:2501 inet n - n - - smtpd -o requiretls_enable=no\n'
              '@IP@:2502 inet n - n - - smtpd -o smtpd_discard_ehlo_keywords=requiretls\n'
              '@IP@:2503 inet n - n - - smtpd -o smtpd_proxy_filter=127.0.0.1:10027\n'
              '@IP@:2504 inet n - n - - smtpd -o smtpd_proxy_filter=127.0.0.1:10027 -o requiretls_esmtp_header=no\n'
              '@IP@:2505 inet n - n - - smtpd -o cleanup_service_name=clean\n'
              'clean unix n - n - 0 cleanup -o requiretls_esmtp_header=no -o tls_required_enable=no\n')
    main = {'smtpd_tls_security_level': 'may', 'local_recipient_maps': '',
            'header_checks': 'regexp:{{/^X-Hold:/ HOLD}}'}

    @classmethod
    def configure(cls):
        cls.mta.main['smtpd_tls_chain_files'], ca = Certificates.get('mail.xian.com')
        cls.context = client_tls(ca)
        cls.context.check_hostname = False

    def client(self, port=25):
        client = self.mta.smtp(STRANGER, port)
        self.addCleanup(client.close)
        client.ehlo()
        client.starttls(context=self.context)
        client.ehlo()
        return client

    def held(self, port=25, options=(), headers=''):
        """The attributes of the queue file of a message."""
        client = self.client(port)
        client.sendmail('a@b.example', ['client1@xian.com'], self.text(headers='X-Hold: yes\r\n' + headers), options)
        entry, = self.mta.queue()
        envelope = self.mta.run('postcat', '-qev', entry['queue_id']).stdout
        content = self.mta.run('postcat', '-qh', entry['queue_id']).stdout
        self.mta.run('postsuper', '-d', 'ALL')
        wishes = {name: value for name in ('requiretls', 'tls_required') for value in ('yes', 'no')
                  if f'{name}={value}' in envelope}
        return wishes, content

    def test_it_is_announced_in_encrypted_sessions_only(self):
        with self.mta.smtp(STRANGER) as client:
            client.ehlo()
            self.assertFalse(client.has_extn('requiretls'))
            self.assertEqual(client.docmd('MAIL FROM:<a@b.example> REQUIRETLS')[0], 555)
        client = self.client()
        self.assertTrue(client.has_extn('requiretls'))
        self.assertEqual(client.docmd('MAIL FROM:<a@b.example> REQUIRETLS=yes')[0], 555)
        self.assertEqual(client.docmd('MAIL FROM:<a@b.example> requiretls')[0], 250)

    def test_it_can_be_turned_off(self):
        for port in (2501, 2502):
            with self.subTest(port):
                client = self.client(port)
                self.assertFalse(client.has_extn('requiretls'))
                self.assertEqual(client.docmd('MAIL FROM:<a@b.example> REQUIRETLS')[0], 555)

    def test_the_queue_file_has_it(self):
        wishes, content = self.held(options=['REQUIRETLS'])
        self.assertEqual(wishes, {'requiretls': 'yes'})
        self.assertIn('Require-TLS-ESMTP: yes\n', content)
        self.assertEqual(self.held()[0], {})

    def test_it_wins_over_tls_required(self):
        self.assertEqual(self.held(options=['REQUIRETLS'], headers='TLS-Required: No\r\n')[0], {'requiretls': 'yes'})

    def test_header_fields(self):
        self.assertEqual(self.held(headers='TLS-Required: No\r\n')[0], {'tls_required': 'no'})
        self.assertEqual(self.held(headers='Require-TLS-ESMTP: yes\r\n')[0], {'requiretls': 'yes'})
        self.assertEqual(self.held(2505, headers='TLS-Required: No\r\nRequire-TLS-ESMTP: yes\r\n')[0], {})

    def test_header_field_off(self):
        wishes, content = self.held(2505, options=['REQUIRETLS'])
        self.assertEqual(wishes, {'requiretls': 'yes'})
        self.assertNotIn('Require-TLS-ESMTP', content)

    def test_through_a_filter_before_the_queue(self):
        scanner = SmtpSink(('127.0.0.1', 10027))
        self.addCleanup(scanner.close)
        for port, fields in ((2503, 1), (2504, 0)):
            with self.subTest(port):
                self.token = f'{self.token}x{port}'
                self.client(port).sendmail('a@b.example', ['client1@xian.com'], self.text(), ['REQUIRETLS', 'RET=HDRS'])
                mail = scanner.wait(self.token)
                self.assertNotIn('REQUIRETLS', mail.sender_options)
                self.assertIn('RET=HDRS', mail.sender_options)
                self.assertEqual(mail.text.count('Require-TLS-ESMTP: yes\r\n'), fields)


if __name__ == '__main__':
    unittest.main()
