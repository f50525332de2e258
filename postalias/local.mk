# postalias: with the first source:
#   sbin_PROGRAMS += postalias/postalias
#   postalias_postalias_SOURCES = postalias/main.cc
#   postalias_postalias_LDADD = $(POSTERN_TABLE)
