# Unit tests of dns; with the first one:
#   check_PROGRAMS += tests/unit/dns/dns_test
#   tests_unit_dns_dns_test_SOURCES = tests/unit/dns/part_test.cc
#   tests_unit_dns_dns_test_LDADD = $(POSTERN_DNS) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
