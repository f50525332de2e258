# tools/posttls_finger: shows what TLS a server speaks
noinst_LIBRARIES += tools/posttls_finger/libposttls_finger.a
tools_posttls_finger_libposttls_finger_a_SOURCES = \
	tools/posttls_finger/options.cc tools/posttls_finger/options.h \
	tools/posttls_finger/policy.cc tools/posttls_finger/policy.h \
	tools/posttls_finger/probe.cc tools/posttls_finger/probe.h

sbin_PROGRAMS += tools/posttls_finger/posttls-finger
tools_posttls_finger_posttls_finger_SOURCES = tools/posttls_finger/main.cc
tools_posttls_finger_posttls_finger_LDADD = tools/posttls_finger/libposttls_finger.a $(POSTERN_NEXTHOP) $(POSTERN_TLS) $(POSTERN_SERVICE)

dist_man_MANS += doc/posttls-finger.1
