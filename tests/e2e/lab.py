"""The mail system of tests/acceptance, in its own network, for end-to-end tests: importing this makes
the process enter that network.

POSTERN_PREFIX is the installation; MTA, where it is set, says what is tested (tests/acceptance).
"""
import os
import pathlib
import sys
import unittest

if 'MTA' not in os.environ:
    if not os.environ.get('POSTERN_PREFIX'):
        raise unittest.SkipTest('neither MTA nor POSTERN_PREFIX is set')
    os.environ['MTA'] = os.environ['POSTERN_PREFIX']
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'acceptance'))

from case import Certificates, MailCase, Raw, client_tls, server_tls    # noqa: E402, F401
from mta import run, until                                              # noqa: E402, F401

STRANGER = '203.0.113.9'
