# discard: throws messages away
daemon_PROGRAMS += services/discard/discard
services_discard_discard_SOURCES = services/discard/main.cc
services_discard_discard_LDADD = $(POSTERN_DELIVERY)
dist_man_MANS += doc/discard.8
