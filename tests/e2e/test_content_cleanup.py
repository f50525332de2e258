"""cleanup beside Debian's: the same mail to both, then replies, log lines and queue files compared.

POSTERN_PREFIX is the installation, DEBIAN_POSTFIX the folder with Debian's unpacked packages.
Needs root, for the namespaces of the acceptance tests.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

import content_cases

PREFIX = os.environ.get('POSTERN_PREFIX', '')
DEBIAN = os.environ.get('DEBIAN_POSTFIX', '')
HERE = pathlib.Path(__file__).resolve().parent


def probe(case, *command, mta):
    done = subprocess.run([*command, sys.executable, str(HERE / 'content_probe.py')], input=json.dumps([case]),
                          capture_output=True, text=True, timeout=600, env={**os.environ, 'MTA': mta})
    if done.returncode:
        raise AssertionError(done.stderr[-4000:])
    return json.loads(done.stdout)[0]


@unittest.skipUnless(PREFIX and DEBIAN and os.geteuid() == 0, 'POSTERN_PREFIX, DEBIAN_POSTFIX, root')
class BesideDebian(unittest.TestCase):
    maxDiff = 3000

    def compare(self, case):
        theirs = probe(case, str(HERE.parent / 'with_postfix'), DEBIAN, mta='postfix')
        ours = probe(case, mta=PREFIX)
        for one, other in zip(theirs, ours):
            self.assertNotIn('error', one, 'Debian')
            self.assertNotIn('error', other, 'ours')
            with self.subTest(one['name']):
                for part in ('replies', 'log', 'files'):
                    self.assertEqual(one[part], other[part], part)
        self.assertEqual(len(theirs), len(ours))

    def test_rules(self):
        self.compare(content_cases.RULES)

    def test_strictness(self):
        self.compare(content_cases.STRICT)

    def test_usual_mail(self):
        self.compare(content_cases.USUAL)

    def test_maps(self):
        self.compare(content_cases.MAPS)

    def test_limits(self):
        self.compare(content_cases.LIMITS)

    def test_classes(self):
        self.compare(content_cases.CLASSES)

    def test_few(self):
        self.compare(content_cases.FEW)

    def test_attributes(self):
        self.compare(content_cases.ATTRIBUTES)


if __name__ == '__main__':
    unittest.main()
