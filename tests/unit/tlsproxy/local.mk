# Unit tests of tlsproxy
check_PROGRAMS += tests/unit/tlsproxy/tlsproxy_test
tests_unit_tlsproxy_tlsproxy_test_SOURCES = tests/unit/tlsproxy/relay_test.cc
tests_unit_tlsproxy_tlsproxy_test_LDADD = services/tlsproxy/libtlsproxy.a $(POSTERN_SERVICE) $(POSTERN_TEST)
