# tools/postcat: with the first source:
#   sbin_PROGRAMS += tools/postcat/postcat
#   tools_postcat_postcat_SOURCES = tools/postcat/main.cc
#   tools_postcat_postcat_LDADD = $(POSTERN_SERVICE)
