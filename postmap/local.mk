# postmap: with the first source:
#   sbin_PROGRAMS += postmap/postmap
#   postmap_postmap_SOURCES = postmap/main.cc
#   postmap_postmap_LDADD = $(POSTERN_TABLE)
