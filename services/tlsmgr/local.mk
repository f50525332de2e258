# services/tlsmgr
daemon_PROGRAMS += services/tlsmgr/tlsmgr
services_tlsmgr_tlsmgr_SOURCES = services/tlsmgr/main.cc
services_tlsmgr_tlsmgr_LDADD = $(POSTERN_SERVICE)
