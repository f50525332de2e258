# tools/postmulti: with the first source:
#   sbin_PROGRAMS += tools/postmulti/postmulti
#   tools_postmulti_postmulti_SOURCES = tools/postmulti/main.cc
#   tools_postmulti_postmulti_LDADD = $(POSTERN_SERVICE)
