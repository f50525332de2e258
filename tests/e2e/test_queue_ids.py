"""When the SMTP server knows the queue id of a message: what policy services are told, and log lines.

Ours and Debian's Postfix see the same dialogue. POSTERN_PREFIX is the installation, DEBIAN_POSTFIX
the folder with Debian's unpacked packages.
"""
import os
import re
import socketserver
import threading
import unittest

from instance import HAS_DEBIAN, OURS, PREFIX, THEIRS, Instance, until


class Policy(socketserver.ThreadingTCPServer):
    """A policy service that permits all but bad@, and remembers what it was asked."""
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), PolicySession)
        self.port = self.server_address[1]
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class PolicySession(socketserver.StreamRequestHandler):
    def handle(self):
        while request := self.request_attributes():
            self.server.asked.append(request)
            answer = 'REJECT no' if request['recipient'].startswith('bad@') else 'DUNNO'
            self.wfile.write(f'action={answer}\n\n'.encode())

    def request_attributes(self):
        attributes = {}
        while (line := self.rfile.readline().decode().rstrip('\n')) and '=' in line:
            name, _, value = line.partition('=')
            attributes[name] = value
        return attributes


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class QueueIds(unittest.TestCase):
    systems = (OURS, THEIRS) if HAS_DEBIAN else (OURS,)

    def instance_with_policy(self, **main):
        policy = Policy()
        self.addCleanup(policy.server_close)
        self.addCleanup(policy.shutdown)
        service = f'check_policy_service inet:127.0.0.1:{policy.port}'
        instance = Instance(self, smtpd_recipient_restrictions=service, smtpd_data_restrictions=service,
                            smtpd_end_of_data_restrictions=service,
                            smtpd_relay_restrictions='permit_mynetworks, reject', **main)
        return instance, policy

    def dialogue(self, client, *recipients):
        """A message to them; the queue id of the final reply."""
        client.ehlo()
        client.docmd('MAIL FROM:<sender@client.test>')
        for recipient in recipients:
            client.docmd(f'RCPT TO:<{recipient}>')
        code, _ = client.docmd('DATA')
        self.assertEqual(354, code)
        client.send(b'Subject: 1\r\n\r\ntext\r\n.\r\n')
        code, text = client.getreply()
        self.assertEqual(250, code, text)
        return re.search(r'queued as (\w+)', text.decode())[1]

    def test_a_policy_service_hears_the_queue_id_once_there_is_a_recipient(self):
        for system in self.systems:
            with self.subTest(system):
                instance, policy = self.instance_with_policy()
                instance.start(system)
                policy.asked.clear()
                with instance.smtp() as client:
                    queue_id = self.dialogue(client, 'n1@box.test', 'n2@box.test', 'bad@box.test')
                self.assertEqual([('RCPT', ''), ('RCPT', queue_id), ('RCPT', queue_id), ('DATA', queue_id),
                                  ('END-OF-MESSAGE', queue_id)],
                                 [(asked['protocol_state'], asked['queue_id']) for asked in policy.asked])
                instance.stop()

    def test_a_refusal_after_an_accepted_recipient_is_logged_under_the_queue_id(self):
        for system in self.systems:
            with self.subTest(system):
                instance, _ = self.instance_with_policy()
                instance.start(system)
                with instance.smtp() as client:
                    queue_id = self.dialogue(client, 'bad@box.test', 'n1@box.test', 'bad@box.test')
                instance.wait_log(f'{queue_id}: removed')
                refusals = re.findall(r'smtpd\[\d+\]: (\w+): reject: RCPT', instance.log())
                self.assertEqual(['NOQUEUE', queue_id], refusals)
                lines = re.findall(rf'smtpd\[\d+\]: {queue_id}: (.*)', instance.log())
                self.assertRegex(lines[0], '^client=')
                self.assertEqual(1, sum('client=' in line for line in lines))
                instance.stop()

    def test_a_message_that_is_broken_off_leaves_nothing(self):
        for system in self.systems:
            with self.subTest(system):
                instance, _ = self.instance_with_policy()
                instance.start(system)
                client = instance.smtp()
                client.ehlo()
                client.docmd('MAIL FROM:<sender@client.test>')
                client.docmd('RCPT TO:<n1@box.test>')
                client.docmd('RCPT TO:<n2@box.test>')
                queue_id = instance.wait_log(r'(\w+): client=')[1]
                self.assertTrue(self.files(instance))
                client.docmd('RSET')
                until(lambda: not self.files(instance), f'{queue_id} goes')
                client.quit()
                instance.stop()

    @staticmethod
    def files(instance):
        return [name for _, _, names in os.walk(f'{instance.queue}/incoming') for name in names]

    def test_smtpd_delay_open_until_valid_rcpt_no_begins_the_message_with_mail(self):
        for system in self.systems:
            with self.subTest(system):
                instance, policy = self.instance_with_policy(smtpd_delay_open_until_valid_rcpt='no')
                instance.start(system)
                policy.asked.clear()
                with instance.smtp() as client:
                    queue_id = self.dialogue(client, 'n1@box.test')
                self.assertEqual(('RCPT', queue_id),
                                 (policy.asked[0]['protocol_state'], policy.asked[0]['queue_id']))
                instance.stop()

    def test_a_held_message_that_began_early_lies_in_hold(self):
        instance, _ = self.instance_with_policy()
        instance.configure(smtpd_sender_restrictions='check_sender_access inline:{sender@client.test=HOLD}')
        instance.start(OURS)
        with instance.smtp() as client:
            queue_id = self.dialogue(client, 'n1@box.test', 'n2@box.test')
        self.assertEqual([f'hold/{queue_id}'], instance.queued('hold', 'incoming', 'active', 'deferred'))
        instance.command('postsuper', '-H', 'ALL')
        instance.drain()
        self.assertIn(queue_id, instance.log())

    def test_bdat_goes_on_with_a_message_that_began_early(self):
        instance, _ = self.instance_with_policy()
        instance.start(OURS)
        with instance.smtp() as client:
            client.ehlo()
            client.docmd('MAIL FROM:<sender@client.test>')
            client.docmd('RCPT TO:<n1@box.test>')
            client.docmd('RCPT TO:<n2@box.test>')
            queue_id = instance.wait_log(r'(\w+): client=')[1]
            client.send(b'BDAT 6\r\nline\r\nBDAT 4 LAST\r\nend\n')
            client.getreply()
            code, text = client.getreply()
        self.assertEqual((250, True), (code, queue_id in text.decode()), text)
        instance.drain()


if __name__ == '__main__':
    unittest.main()
