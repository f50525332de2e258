# services/anvil: counts and rates of clients
noinst_LIBRARIES += services/anvil/libanvil.a
services_anvil_libanvil_a_SOURCES = \
	services/anvil/rates.cc services/anvil/rates.h \
	services/anvil/statistics.cc services/anvil/statistics.h
daemon_PROGRAMS += services/anvil/anvil
services_anvil_anvil_SOURCES = services/anvil/main.cc
services_anvil_anvil_LDADD = services/anvil/libanvil.a $(POSTERN_SERVICE)
dist_man_MANS += doc/anvil.8
