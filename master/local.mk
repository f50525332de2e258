# master: with the first source:
#   daemon_PROGRAMS += master/master
#   master_master_SOURCES = master/main.cc
#   master_master_LDADD = $(POSTERN_SERVICE)
