import unittest, os
class T(unittest.TestCase):
    def test_a(self): pass
    def test_b(self): self.fail('no')
    @unittest.skip('x')
    def test_c(self): pass
    def test_p(self): self.assertTrue(os.environ['POSTERN_PREFIX'])
