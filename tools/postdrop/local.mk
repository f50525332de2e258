# tools/postdrop: puts messages into maildrop/
noinst_LIBRARIES += tools/postdrop/libpostdrop.a
tools_postdrop_libpostdrop_a_SOURCES = \
	tools/postdrop/input.cc tools/postdrop/input.h \
	tools/postdrop/login_senders.cc tools/postdrop/login_senders.h \
	tools/postdrop/maildrop_file.cc tools/postdrop/maildrop_file.h \
	tools/postdrop/submission.cc tools/postdrop/submission.h

sbin_PROGRAMS += tools/postdrop/postdrop
tools_postdrop_postdrop_SOURCES = tools/postdrop/main.cc
tools_postdrop_postdrop_LDADD = tools/postdrop/libpostdrop.a $(POSTERN_SERVICE)
dist_man_MANS += doc/postdrop.1
