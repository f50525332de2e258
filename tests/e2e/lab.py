"""The mail system of tests/acceptance, in its own network, for end-to-end tests: importing this makes
the process enter that network, and its modules (dns, sinks...) known.

POSTERN_PREFIX is the installation; MTA, where it is set, says what is tested (tests/acceptance).
"""
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
if os.geteuid() != 0:
    raise unittest.SkipTest('needs root')
if 'MTA' not in os.environ:
    if not os.environ.get('POSTERN_PREFIX'):
        raise unittest.SkipTest('neither MTA nor POSTERN_PREFIX is set')
    os.environ['MTA'] = os.environ['POSTERN_PREFIX']
sys.path.insert(0, str(HERE.parent / 'acceptance'))

from case import Certificates, MailCase, Raw, client_tls, server_tls    # noqa: E402, F401
from isolate import PREFIX                                              # noqa: E402
from mta import MASTER, Mta, run                                        # noqa: E402, F401
from programs import until                                              # noqa: E402, F401

STRANGER = '203.0.113.9'
IS_OURS = bool(PREFIX)
only_ours = unittest.skipUnless(IS_OURS, 'Postfix is not asked for it')
