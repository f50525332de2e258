# postconf: shows and changes the configuration
noinst_LIBRARIES += postconf/libpostconf.a
postconf_libpostconf_a_SOURCES = \
	postconf/edit_services.cc \
	postconf/main_cf.cc postconf/main_cf.h \
	postconf/master_cf.cc postconf/master_cf.h \
	postconf/options.cc postconf/options.h \
	postconf/print.cc postconf/print.h \
	postconf/service.cc postconf/service.h \
	postconf/sources.cc postconf/sources.h \
	postconf/warnings.cc postconf/warnings.h

sbin_PROGRAMS += postconf/postconf
postconf_postconf_SOURCES = postconf/main.cc postconf/features.cc postconf/features.h
postconf_postconf_LDADD = postconf/libpostconf.a $(POSTERN_TABLE) $(SSL_LIBS)
dist_man_MANS += doc/postconf.1 doc/postconf.5
