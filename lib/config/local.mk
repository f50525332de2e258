# lib/config: main.cf and master.cf, the catalogue of parameters
# With the first source:
#   noinst_LIBRARIES += lib/config/libpostern_config.a
#   lib_config_libpostern_config_a_SOURCES = lib/config/part.cc lib/config/part.h
# and the archive as the first word of the line below.
POSTERN_CONFIG = $(POSTERN_EVENT)
# The source that knows where Postern is installed is compiled with $(POSTERN_PATHS) (Makefile.am):
#   lib/config/installation.$(OBJEXT): AM_CPPFLAGS += $(POSTERN_PATHS)
#   lib/config/installation.$(OBJEXT): config.status
