# postmulti: manages the instances of the mail system on one machine
sbin_PROGRAMS += tools/postmulti/postmulti
tools_postmulti_postmulti_SOURCES = tools/postmulti/main.cc
tools_postmulti_postmulti_LDADD = tools/postmulti/libpostmulti.a $(POSTERN_SERVICE)

noinst_LIBRARIES += tools/postmulti/libpostmulti.a
tools_postmulti_libpostmulti_a_SOURCES = \
	tools/postmulti/instances.cc tools/postmulti/instances.h \
	tools/postmulti/iteration.cc tools/postmulti/iteration.h \
	tools/postmulti/life_cycle.cc tools/postmulti/life_cycle.h \
	tools/postmulti/list_edit.cc tools/postmulti/list_edit.h \
	tools/postmulti/options.cc tools/postmulti/options.h \
	tools/postmulti/removal.cc tools/postmulti/removal.h
dist_man_MANS += doc/postmulti.1
