# tools/postcat: shows the contents of queue files
noinst_LIBRARIES += tools/postcat/libpostcat.a
tools_postcat_libpostcat_a_SOURCES = \
	tools/postcat/files.cc tools/postcat/files.h \
	tools/postcat/options.cc tools/postcat/options.h \
	tools/postcat/printer.cc tools/postcat/printer.h

sbin_PROGRAMS += tools/postcat/postcat
tools_postcat_postcat_SOURCES = tools/postcat/main.cc
tools_postcat_postcat_LDADD = tools/postcat/libpostcat.a $(POSTERN_SERVICE)

dist_man_MANS += doc/postcat.1
