# qmgr: with the first source:
#   daemon_PROGRAMS += qmgr/qmgr
#   qmgr_qmgr_SOURCES = qmgr/main.cc
#   qmgr_qmgr_LDADD = $(POSTERN_SERVICE)
