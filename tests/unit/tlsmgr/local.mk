# Unit tests of tlsmgr
check_PROGRAMS += tests/unit/tlsmgr/tlsmgr_test
tests_unit_tlsmgr_tlsmgr_test_SOURCES = \
	tests/unit/tlsmgr/randomness_test.cc \
	tests/unit/tlsmgr/session_cache_test.cc \
	tests/unit/tlsmgr/ticket_key_ring_test.cc
tests_unit_tlsmgr_tlsmgr_test_LDADD = services/tlsmgr/libtlsmgr.a $(POSTERN_TLS) $(POSTERN_SERVICE) $(POSTERN_TEST)
