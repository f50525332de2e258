# local: with the first source:
#   daemon_PROGRAMS += local/local
#   local_local_SOURCES = local/main.cc
#   local_local_LDADD = $(POSTERN_DELIVERY)
