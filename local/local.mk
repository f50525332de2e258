# local: delivers to the users of this machine
noinst_LIBRARIES += local/liblocal.a
local_liblocal_a_SOURCES = \
	local/delivery.cc local/delivery.h \
	local/endpoints.cc \
	local/settings.cc local/settings.h \
	local/target.cc local/target.h \
	local/user.cc local/user.h

daemon_PROGRAMS += local/local
local_local_SOURCES = local/main.cc
local_local_LDADD = local/liblocal.a $(POSTERN_DELIVERY)

dist_man_MANS += doc/local.8 doc/aliases.5
