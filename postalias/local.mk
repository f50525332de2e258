# postalias: makes and queries alias databases
noinst_LIBRARIES += postalias/libpostern_postalias.a
postalias_libpostern_postalias_a_SOURCES = postalias/alias_source.cc postalias/alias_source.h

sbin_PROGRAMS += postalias/postalias
postalias_postalias_SOURCES = postalias/main.cc
postalias_postalias_LDADD = postalias/libpostern_postalias.a $(POSTERN_SERVICE)
dist_man_MANS += doc/postalias.1
