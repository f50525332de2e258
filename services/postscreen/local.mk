# services/postscreen: keeps robots away from smtpd; all but main in an archive, for the tests
noinst_LIBRARIES += services/postscreen/libpostscreen.a
services_postscreen_libpostscreen_a_SOURCES = \
	services/postscreen/access_list.cc services/postscreen/access_list.h \
	services/postscreen/block_lists.cc services/postscreen/block_lists.h \
	services/postscreen/cache.cc services/postscreen/cache.h \
	services/postscreen/client_record.cc services/postscreen/client_record.h \
	services/postscreen/crowd.cc services/postscreen/crowd.h \
	services/postscreen/dialogue.cc services/postscreen/dialogue.h \
	services/postscreen/early_tests.cc services/postscreen/early_tests.h \
	services/postscreen/lists.cc services/postscreen/lists.h \
	services/postscreen/replies.cc services/postscreen/replies.h \
	services/postscreen/screening.cc services/postscreen/screening.h \
	services/postscreen/settings.cc services/postscreen/settings.h \
	services/postscreen/starttls.cc services/postscreen/starttls.h \
	services/postscreen/verbs.cc \
	services/postscreen/visit.cc services/postscreen/visit.h
daemon_PROGRAMS += services/postscreen/postscreen
services_postscreen_postscreen_SOURCES = services/postscreen/main.cc
services_postscreen_postscreen_LDADD = services/postscreen/libpostscreen.a $(POSTERN_TLS) $(POSTERN_SERVICE)
dist_man_MANS += doc/postscreen.8
