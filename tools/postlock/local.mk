# tools/postlock: with the first source:
#   sbin_PROGRAMS += tools/postlock/postlock
#   tools_postlock_postlock_SOURCES = tools/postlock/main.cc
#   tools_postlock_postlock_LDADD = $(POSTERN_SERVICE)
