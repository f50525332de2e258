# postlock: runs a command while a mailbox is locked
sbin_PROGRAMS += tools/postlock/postlock
tools_postlock_postlock_SOURCES = tools/postlock/main.cc
tools_postlock_postlock_LDADD = $(POSTERN_DELIVERY)
dist_man_MANS += doc/postlock.1
