# rewrite: trivial-rewrite
noinst_LIBRARIES += rewrite/librewrite.a
rewrite_librewrite_a_SOURCES = \
	rewrite/requests.cc rewrite/requests.h \
	rewrite/resolver.cc rewrite/resolver.h \
	rewrite/settings.cc rewrite/settings.h \
	rewrite/standard_form.cc rewrite/standard_form.h \
	rewrite/tables.cc rewrite/tables.h \
	rewrite/target.cc rewrite/target.h

daemon_PROGRAMS += rewrite/trivial-rewrite
rewrite_trivial_rewrite_SOURCES = rewrite/main.cc
rewrite_trivial_rewrite_LDADD = rewrite/librewrite.a $(POSTERN_SERVICE)

dist_man_MANS += doc/trivial-rewrite.8 doc/transport.5 doc/relocated.5
