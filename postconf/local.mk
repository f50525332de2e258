# postconf: with the first source:
#   sbin_PROGRAMS += postconf/postconf
#   postconf_postconf_SOURCES = postconf/main.cc
#   postconf_postconf_LDADD = $(POSTERN_TABLE)
