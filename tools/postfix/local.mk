# postfix: starts, stops, checks and maintains the mail system
sbin_PROGRAMS += tools/postfix/postfix
tools_postfix_postfix_SOURCES = tools/postfix/main.cc
tools_postfix_postfix_LDADD = tools/postfix/libpostfix.a $(POSTERN_SERVICE)

noinst_LIBRARIES += tools/postfix/libpostfix.a
tools_postfix_libpostfix_a_SOURCES = \
	tools/postfix/check.cc tools/postfix/check.h \
	tools/postfix/chroot_files.cc tools/postfix/chroot_files.h \
	tools/postfix/control.cc tools/postfix/control.h \
	tools/postfix/folders.cc tools/postfix/folders.h \
	tools/postfix/instance.cc tools/postfix/instance.h \
	tools/postfix/maintenance.cc tools/postfix/maintenance.h \
	tools/postfix/options.cc tools/postfix/options.h \
	tools/postfix/program.cc tools/postfix/program.h \
	tools/postfix/required_services.cc tools/postfix/required_services.h
dist_man_MANS += doc/postfix.1
