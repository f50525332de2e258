# Unit tests of lib/delivery
check_PROGRAMS += tests/unit/delivery/delivery_test
tests_unit_delivery_delivery_test_SOURCES = \
	tests/unit/delivery/lab.h \
	tests/unit/delivery/command_test.cc \
	tests/unit/delivery/lock_holder_test.cc \
	tests/unit/delivery/loop_check_test.cc \
	tests/unit/delivery/maildir_test.cc \
	tests/unit/delivery/mbox_test.cc \
	tests/unit/delivery/user_threads_test.cc
tests_unit_delivery_delivery_test_LDADD = $(POSTERN_DELIVERY) $(POSTERN_TEST)
