"""The queue manager under pressure: destinations that do not answer, a full active queue, probes.

POSTERN_PREFIX is the installation. Everything runs below a temporary folder, on 127.0.0.1.
"""
import os
import socket
import threading
import time
import unittest

from instance import PREFIX, Instance, free_port, until


class Silent:
    """A server that takes connections and never says a word."""

    def __init__(self, test):
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=1000)
        self.port = self.socket.getsockname()[1]
        self.clients = []
        test.addCleanup(self.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                self.clients.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self):
        self.socket.close()
        for client in self.clients:
            client.close()


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class QueueManager(unittest.TestCase):
    def start(self, **main):
        """silent.test does not answer; net.test does."""
        self.silent = Silent(self)
        self.instance = Instance(self)
        self.instance.configure(
            transport_maps=f'inline:{{ {{ silent.test = smtp:[127.0.0.1]:{self.silent.port} }}, '
                           f'{{ net.test = smtp:[127.0.0.1]:{self.instance.sink.port} }} }}', **main)
        self.instance.start()

    def test_a_destination_that_clogs_the_queue_is_named(self):
        self.start(qmgr_message_active_limit=10)
        self.instance.send(*range(15), domain='silent.test')
        self.instance.wait_log(rf'qmgr\[\d+\]: warning: mail for \[127\.0\.0\.1\]:{self.silent.port} is using up '
                               r'\d+ of 10 active queue entries')
        self.instance.wait_log('warning: qmgr_clog_warn_time = 0 turns these warnings off')

    def test_in_flow_delay_slows_down_who_sends_more_than_is_delivered(self):
        self.start(qmgr_message_active_limit=5, in_flow_delay='2s')
        self.instance.send(*range(7), domain='silent.test')
        until(lambda: len(self.instance.queued('active')) == 5, self.instance.log)
        begin = time.monotonic()
        self.instance.send(8, domain='silent.test')     # the notice of the one before said so
        self.assertGreater(time.monotonic() - begin, 1.9)

    def test_without_pressure_nobody_is_slowed_down(self):
        self.start(in_flow_delay='10s')
        for number in range(3):
            begin = time.monotonic()
            self.instance.send(number)
            self.assertLess(time.monotonic() - begin, 10)

    def test_destination_concurrency_feedback_debug_tells_of_each_step(self):
        self.start(destination_concurrency_feedback_debug='yes')
        self.instance.send(1, domain='net.test')
        self.instance.wait_log(rf'qmgr\[\d+\]: transport smtp: destination \[127\.0\.0\.1\]:{self.instance.sink.port}: '
                               r'positive feedback with \d+ deliveries under way: concurrency \d+ -> \d+')

    def test_probes_above_address_verify_pending_request_limit_are_put_off(self):
        self.start(address_verify_pending_request_limit=1, smtpd_recipient_restrictions='reject_unverified_recipient',
                   address_verify_poll_count=1, address_verify_map='',
                   unverified_recipient_tempfail_action='defer_if_permit')
        with self.instance.smtp() as client:
            client.ehlo()
            client.docmd('MAIL FROM:<sender@client.test>')
            self.assertEqual(450, client.docmd('RCPT TO:<n1@silent.test>')[0])
            until(lambda: self.instance.queued('active'), 'the first probe is active')
            until(lambda: b'too many addresses' in client.docmd('RCPT TO:<n2@silent.test>')[1],
                  lambda: self.instance.log()[-3000:])

    def test_row_34_a_silent_destination_delays_nobody_else(self):
        self.start(smtp_helo_timeout='300s', default_process_limit=100)
        self.instance.send(*range(300), domain='silent.test')
        until(lambda: self.silent.clients, 'deliveries to it are under way')
        begin = time.monotonic()
        self.instance.send(*range(1000, 1020), domain='net.test')
        until(lambda: len(self.instance.sink.received) == 20, self.instance.log)
        # Each of them would have waited for a timeout of 300 s.
        self.assertLess(time.monotonic() - begin, 60)

    def test_postfix_flush_tries_what_is_deferred(self):
        self.instance = Instance(self)
        self.instance.configure(transport_maps=f'inline:{{net.test=smtp:[127.0.0.1]:{free_port()}}}',
                                minimal_backoff_time='1000s', maximal_backoff_time='1000s', queue_run_delay='1000s',
                                transport_retry_time='1000s')
        self.instance.start()
        self.instance.send(1, domain='net.test')
        until(lambda: self.instance.queued('deferred'), self.instance.log)
        self.instance.reload(transport_maps=f'inline:{{net.test=smtp:[127.0.0.1]:{self.instance.sink.port}}}')
        self.instance.command('postfix', 'flush')
        until(lambda: self.instance.sink.received == [1], self.instance.log)


if __name__ == '__main__':
    unittest.main()
