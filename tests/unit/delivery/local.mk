# Unit tests of delivery; with the first one:
#   check_PROGRAMS += tests/unit/delivery/delivery_test
#   tests_unit_delivery_delivery_test_SOURCES = tests/unit/delivery/part_test.cc
#   tests_unit_delivery_delivery_test_LDADD = $(POSTERN_DELIVERY) $(POSTERN_TEST)
# A room's parts that a test needs go into an archive of the room (noinst_LIBRARIES), linked by
# the program and by the test.
