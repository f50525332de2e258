# tools/postqueue: with the first source:
#   sbin_PROGRAMS += tools/postqueue/postqueue
#   tools_postqueue_postqueue_SOURCES = tools/postqueue/main.cc
#   tools_postqueue_postqueue_LDADD = $(POSTERN_SERVICE)
