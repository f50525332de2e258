# postfix: starts, stops, checks and maintains the mail system
sbin_PROGRAMS += tools/postfix/postfix
tools_postfix_postfix_SOURCES = tools/postfix/main.cc
tools_postfix_postfix_LDADD = tools/postfix/libpostfix.a $(POSTERN_SERVICE)

noinst_LIBRARIES += tools/postfix/libpostfix.a
tools_postfix_libpostfix_a_SOURCES = \
	tools/postfix/accounts.cc tools/postfix/accounts.h \
	tools/postfix/check.cc tools/postfix/check.h \
	tools/postfix/chroot_files.cc tools/postfix/chroot_files.h \
	tools/postfix/control.cc tools/postfix/control.h \
	tools/postfix/file_list.cc tools/postfix/file_list.h \
	tools/postfix/findings.h \
	tools/postfix/installed_files.cc tools/postfix/installed_files.h \
	tools/postfix/instance.cc tools/postfix/instance.h \
	tools/postfix/key_files.cc tools/postfix/key_files.h \
	tools/postfix/maintenance.cc tools/postfix/maintenance.h \
	tools/postfix/non_bdb.cc tools/postfix/non_bdb.h \
	tools/postfix/options.cc tools/postfix/options.h \
	tools/postfix/owned_tree.cc tools/postfix/owned_tree.h \
	tools/postfix/parameters_read.cc tools/postfix/parameters_read.h \
	tools/postfix/permissions.cc tools/postfix/permissions.h \
	tools/postfix/required_services.cc tools/postfix/required_services.h \
	tools/postfix/tls.cc tools/postfix/tls.h \
	tools/postfix/watched_folders.cc tools/postfix/watched_folders.h \
	tools/postfix/without_effect.cc tools/postfix/without_effect.h
dist_man_MANS += doc/postfix.1

# The table follows the sources of all rooms; it changes, and is compiled, only when they read others.
# (`make all X_test` are two makes at once, and both may write here: each a file of its own first.)
EXTRA_DIST += build-aux/parameters_read.py
CLEANFILES += tools/postfix/parameters_read.inc
tools/postfix/parameters_read.$(OBJEXT): tools/postfix/parameters_read.inc
tools/postfix/parameters_read.inc: always-look
	$(AM_V_GEN)$(MKDIR_P) tools/postfix && \
	$(PYTHON) "$(srcdir)/build-aux/parameters_read.py" "$(srcdir)" >$@.$$$$ && \
	if cmp -s $@.$$$$ $@; then rm -f $@.$$$$; else mv $@.$$$$ $@; fi

# The list of what is installed, for a folder that has none.
CLEANFILES += tools/postfix/postfix_files.inc
tools/postfix/installed_files.$(OBJEXT): tools/postfix/postfix_files.inc
tools/postfix/postfix_files.inc: conf/postfix-files
	$(AM_V_GEN)$(MKDIR_P) tools/postfix && \
	{ printf 'R"files('; cat conf/postfix-files; printf ')files"\n'; } >$@.$$$$ && mv $@.$$$$ $@

always-look:
.PHONY: always-look
