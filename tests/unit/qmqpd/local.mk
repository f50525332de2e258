# Unit tests of qmqpd
check_PROGRAMS += tests/unit/qmqpd/qmqpd_test
tests_unit_qmqpd_qmqpd_test_SOURCES = tests/unit/qmqpd/message_test.cc
tests_unit_qmqpd_qmqpd_test_LDADD = services/qmqpd/libqmqpd.a $(POSTERN_SERVICE) $(POSTERN_TEST)
