# tools/postkick: with the first source:
#   sbin_PROGRAMS += tools/postkick/postkick
#   tools_postkick_postkick_SOURCES = tools/postkick/main.cc
#   tools_postkick_postkick_LDADD = $(POSTERN_SERVICE)
