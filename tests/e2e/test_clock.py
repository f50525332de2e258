"""Row 37 of the attack cases: somebody sets the clock, by hours or by years, forth and back, while mail is
under way. What waits goes on waiting as long as it should, nothing is lost, nothing is returned too early.
"""
import mmap
import os
import struct
import unittest

import test_faults
from instance import Instance, until
from test_disk_errors import compiled

HOUR, YEAR = 3600, 365 * 24 * 3600


class Clock(test_faults.FaultCase):
    def setUp(self):
        self.instance = Instance(self)
        path = f'{self.instance.home}/shift'
        with open(path, 'w+b') as file:
            file.write(bytes(8))
            file.flush()
            self.shared = mmap.mmap(file.fileno(), 8)
        for name, value in (('LD_PRELOAD', compiled('shifted_clock', self.instance.home)), ('CLOCK_SHIFT', path)):
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name)
        imported = self.instance.command('postconf', '-d', '-h', 'import_environment').strip()
        self.instance.configure(import_environment=f'{imported} LD_PRELOAD CLOCK_SHIFT')
        self.instance.start()

    def set_clock(self, seconds):
        """So much ahead of the machine's."""
        self.shared[:] = struct.pack('=q', seconds)

    def test_row_37_mail_goes_through_whatever_the_clock_says(self):
        shifts = (0, HOUR, -HOUR, 10 * YEAR, -10 * YEAR, 0)
        for number, shift in enumerate(shifts, 1):
            self.set_clock(shift)
            self.instance.send(number)
        self.instance.drain()
        self.assertEqual({number: 1 for number in range(1, len(shifts) + 1)}, dict(self.instance.delivered()))
        self.assertNotIn('status=bounced', self.instance.log())

    def test_row_37_a_session_is_not_ended_by_the_clock(self):
        client = self.instance.conversation()
        client.reply()
        for shift in (HOUR, -HOUR, 10 * YEAR, 0):
            self.set_clock(shift)
            self.assertEqual('250', client.ask('NOOP')[:3])

    def defer(self, number):
        self.instance.reload(defer_transports='virtual')
        self.instance.send(number)
        until(lambda: self.instance.queued('deferred'), self.instance.log)

    def test_row_37_deferred_mail_does_not_wait_for_a_clock_that_was_set_back(self):
        self.set_clock(10 * YEAR)
        self.defer(1)
        self.set_clock(0)
        self.instance.reload(defer_transports='')
        until(lambda: self.instance.delivered()[1], self.instance.log)

    def test_row_37_deferred_mail_is_tried_before_a_clock_that_was_set_forward_returns_it(self):
        self.defer(1)
        # While nobody can try it: the next attempt is what comes after the jump.
        self.instance.stop()
        self.set_clock(10 * YEAR)
        self.instance.configure(defer_transports='')
        self.instance.start()
        until(lambda: self.instance.delivered()[1], self.instance.log)
        self.assertNotIn('status=bounced', self.instance.log())


if __name__ == '__main__':
    unittest.main()
