# postkick: sends a request to a service
sbin_PROGRAMS += tools/postkick/postkick
tools_postkick_postkick_SOURCES = tools/postkick/main.cc
tools_postkick_postkick_LDADD = $(POSTERN_SERVICE)
dist_man_MANS += doc/postkick.1
