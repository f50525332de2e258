# rewrite: with the first source:
#   daemon_PROGRAMS += rewrite/trivial-rewrite
#   rewrite_trivial_rewrite_SOURCES = rewrite/main.cc
#   rewrite_trivial_rewrite_LDADD = $(POSTERN_SERVICE)
