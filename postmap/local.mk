# postmap: makes and queries lookup tables
sbin_PROGRAMS += postmap/postmap
postmap_postmap_SOURCES = \
	postmap/main.cc \
	postmap/map_source.cc postmap/map_source.h \
	postmap/message_keys.cc postmap/message_keys.h
postmap_postmap_LDADD = $(POSTERN_SERVICE)
dist_man_MANS += doc/postmap.1
