"""Policy delegation (SMTPD_POLICY_README): what a service is told at each moment, and how its
connections are kept; as Debian's Postfix does it: run with MTA=postfix or MTA=/prefix.
"""
import threading
import unittest

from lab import MailCase, Raw

from sinks import PolicyServer

STRANGER = '203.0.113.5'        # stranger.example


class Counting(PolicyServer):
    """Knows over how many connections it was asked."""

    def __init__(self, where, decide=lambda request: 'DUNNO'):
        self.connections, self.lock = 0, threading.Lock()
        super().__init__(where, decide)

    def serve(self, handler):
        with self.lock:
            self.connections += 1
        super().serve(handler)


class Policy(MailCase):
    master = ''.join(f'@IP@:{port} inet n - n - 1 smtpd {options}\n' for port, options in [
        (2501, '-o { smtpd_recipient_restrictions = check_policy_service { unix:@DIR@/kept, policy_context=first } }'
               ' -o smtpd_client_restrictions= -o smtpd_helo_restrictions= -o smtpd_sender_restrictions='
               ' -o smtpd_data_restrictions= -o smtpd_end_of_data_restrictions='),
        (2502, '-o { smtpd_recipient_restrictions = check_policy_service { unix:@DIR@/once, request_limit=1 } }'
               ' -o smtpd_client_restrictions= -o smtpd_helo_restrictions= -o smtpd_sender_restrictions='
               ' -o smtpd_data_restrictions= -o smtpd_end_of_data_restrictions='),
        (2503, '-o smtpd_delay_reject=no'),
        (2504, '-o { smtpd_recipient_restrictions = check_policy_service { unix:@DIR@/none, try_limit=2,'
               ' { default_action = 450 4.7.9 try later }, retry_delay=1s, timeout=2s } }'
               ' -o smtpd_client_restrictions= -o smtpd_helo_restrictions= -o smtpd_sender_restrictions='),
    ])
    main = {'local_recipient_maps': '', 'smtpd_client_port_logging': 'no',
            **{f'smtpd_{name}_restrictions': 'check_policy_service unix:@DIR@/policy' for name in
               ('client', 'helo', 'sender', 'recipient', 'data', 'end_of_data', 'etrn')}}

    @classmethod
    def configure(cls):
        cls.policy = Counting(f'{cls.mta.dir}/policy')
        cls.kept, cls.once = Counting(f'{cls.mta.dir}/kept'), Counting(f'{cls.mta.dir}/once')
        for server in (cls.policy, cls.kept, cls.once):
            cls.addClassCleanup(server.close)

    def talk(self, *commands, port=25):
        with Raw(self.mta.ip, port, source=STRANGER) as client:
            client.socket.settimeout(60)
            client.reply()
            return [client.ask(command) for command in commands]

    def told(self, *commands, port=25):
        """What the service was told: the attributes that are not empty, without those of every request."""
        self.policy.requests.clear()
        self.talk(*commands, port=port)
        same = {'request': 'smtpd_access_policy', 'client_address': STRANGER, 'client_name': 'stranger.example',
                'reverse_client_name': 'stranger.example', 'server_address': self.mta.ip}
        requests = []
        for request in self.policy.requests:
            request = dict(request)
            for name, value in same.items():
                self.assertEqual(request.pop(name), value, name)
            self.assertRegex(request.pop('client_port'), r'^\d+$')
            has_mail = request['protocol_state'] in ('RCPT', 'DATA', 'END-OF-MESSAGE')
            instance = request.pop('instance')
            if has_mail:
                self.assertRegex(instance, r'^[0-9a-f]+\.[0-9a-f]+\.[0-9a-f]+\.\d+$')
            for name in ('queue_id', 'mail_version', 'compatibility_level'):
                request.pop(name, None)
            requests.append({name: value for name, value in request.items() if value not in ('', '0')})
        return requests

    def test_a_message(self):
        mail = {'protocol_name': 'ESMTP', 'helo_name': 'me.example', 'sender': 'a@b.example', 'server_port': '25',
                'size': '77'}
        first, second = {'recipient': 'client1@xian.com'}, {'recipient': 'client2@xian.com'}
        got = self.told('EHLO me.example', 'MAIL FROM:<a@b.example> SIZE=77', 'RCPT TO:<client1@xian.com>',
                        'RCPT TO:<client2@xian.com>', 'DATA', 'Subject: x\r\n\r\nbody\r\n.')
        rcpt = {**mail, 'protocol_state': 'RCPT'}
        self.assertEqual(got, [{**rcpt, **first}] * 4 + [{**rcpt, **second}] * 4 + [
            {**mail, 'protocol_state': 'DATA', 'recipient_count': '2'},
            {**mail, 'protocol_state': 'END-OF-MESSAGE', 'recipient_count': '2', 'size': '20'}])

    def test_one_recipient_is_told_to_the_end(self):
        got = self.told('EHLO me.example', 'MAIL FROM:<>', 'RCPT TO:<client1@xian.com>', 'DATA', '.')
        self.assertEqual([(one['protocol_state'], one.get('recipient'), one.get('recipient_count')) for one in got[-2:]],
                         [('DATA', 'client1@xian.com', '1'), ('END-OF-MESSAGE', 'client1@xian.com', '1')])

    def test_other_commands(self):
        got = self.told('HELO me.example', 'VRFY client1@xian.com', 'ETRN remote.example')
        self.assertEqual({(one['protocol_state'], one['protocol_name'], one.get('recipient'), one.get('etrn_domain'))
                          for one in got},
                         {('VRFY', 'SMTP', 'client1@xian.com', None), ('ETRN', 'SMTP', None, 'remote.example')})

    def test_not_delayed(self):
        got = self.told('EHLO me.example', 'MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', port=2503)
        self.assertEqual([one['protocol_state'] for one in got], ['CONNECT', 'EHLO', 'MAIL', 'RCPT'])

    def test_a_connection_is_kept(self):
        for _ in range(5):
            self.assertEqual(self.talk('MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', port=2501)[1], '250 2.1.5 Ok')
        self.assertEqual((self.kept.connections, len(self.kept.requests)), (1, 5))
        self.assertEqual(self.kept.requests[0]['policy_context'], 'first')

    def test_a_connection_serves_so_many_requests(self):
        for _ in range(3):
            self.talk('MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', port=2502)
        self.assertEqual((self.once.connections, len(self.once.requests)), (3, 3))

    def test_nobody_listens(self):
        self.assertEqual(self.talk('MAIL FROM:<a@b.example>', 'RCPT TO:<client1@xian.com>', port=2504)[1],
                         '450 4.7.9 <client1@xian.com>: Recipient address rejected: try later')
        for what in ('connect to', 'problem talking to server'):
            self.mta.wait_log(rf'warning: {what} {self.mta.dir}/none: No such file or directory')


if __name__ == '__main__':
    unittest.main()
