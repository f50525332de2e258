# tools/postdrop: with the first source:
#   sbin_PROGRAMS += tools/postdrop/postdrop
#   tools_postdrop_postdrop_SOURCES = tools/postdrop/main.cc
#   tools_postdrop_postdrop_LDADD = $(POSTERN_SERVICE)
