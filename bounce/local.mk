# bounce: with the first source:
#   daemon_PROGRAMS += bounce/bounce
#   bounce_bounce_SOURCES = bounce/main.cc
#   bounce_bounce_LDADD = $(POSTERN_SERVICE)
