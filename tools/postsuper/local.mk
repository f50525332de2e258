# tools/postsuper: the superintendent of the queue
noinst_LIBRARIES += tools/postsuper/libpostsuper.a
tools_postsuper_libpostsuper_a_SOURCES = \
	tools/postsuper/messages.cc tools/postsuper/messages.h \
	tools/postsuper/options.cc tools/postsuper/options.h \
	tools/postsuper/structure.cc tools/postsuper/structure.h

sbin_PROGRAMS += tools/postsuper/postsuper
tools_postsuper_postsuper_SOURCES = tools/postsuper/main.cc
tools_postsuper_postsuper_LDADD = tools/postsuper/libpostsuper.a $(POSTERN_SERVICE)

dist_man_MANS += doc/postsuper.1
