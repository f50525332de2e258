# cleanup: with the first source:
#   daemon_PROGRAMS += cleanup/cleanup
#   cleanup_cleanup_SOURCES = cleanup/main.cc
#   cleanup_cleanup_LDADD = $(POSTERN_SERVICE)
