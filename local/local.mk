# local: delivers to the users of this machine
noinst_LIBRARIES += local/liblocal.a
local_liblocal_a_SOURCES = \
	local/aliases.cc \
	local/biff.cc local/biff.h \
	local/command.cc local/command.h \
	local/delivery.cc local/delivery.h \
	local/expansion.cc \
	local/forward.cc \
	local/macros.cc local/macros.h \
	local/mailbox.cc \
	local/post.h \
	local/resubmission.cc local/resubmission.h \
	local/settings.cc local/settings.h \
	local/stop.h \
	local/strangers.cc \
	local/target.cc local/target.h \
	local/user.cc local/user.h \
	local/users_file.cc local/users_file.h \
	local/writing.cc local/writing.h

daemon_PROGRAMS += local/local
local_local_SOURCES = local/main.cc
local_local_LDADD = local/liblocal.a $(POSTERN_DELIVERY)

dist_man_MANS += doc/local.8 doc/aliases.5
