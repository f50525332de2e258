# tools/postcat: shows the contents of queue files
sbin_PROGRAMS += tools/postcat/postcat
tools_postcat_postcat_SOURCES = \
	tools/postcat/files.cc tools/postcat/files.h \
	tools/postcat/main.cc \
	tools/postcat/options.cc tools/postcat/options.h \
	tools/postcat/printer.cc tools/postcat/printer.h
tools_postcat_postcat_LDADD = $(POSTERN_SERVICE)
