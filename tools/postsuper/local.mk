# tools/postsuper: with the first source:
#   sbin_PROGRAMS += tools/postsuper/postsuper
#   tools_postsuper_postsuper_SOURCES = tools/postsuper/main.cc
#   tools_postsuper_postsuper_LDADD = $(POSTERN_SERVICE)
