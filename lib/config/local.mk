# lib/config: main.cf and master.cf, the catalogue of parameters
POSTERN_CONFIG = lib/config/libpostern_config.a $(POSTERN_EVENT) $(ICU_LIBS)

noinst_LIBRARIES += lib/config/libpostern_config.a
lib_config_libpostern_config_a_SOURCES = \
	lib/config/catalogue.cc lib/config/catalogue.h \
	lib/config/catalogue/access.h lib/config/catalogue/addresses.h \
	lib/config/catalogue/content.h lib/config/catalogue/delivery.h \
	lib/config/catalogue/installation.h lib/config/catalogue/lmtp.h \
	lib/config/catalogue/obsolete.h lib/config/catalogue/postern.h \
	lib/config/catalogue/postscreen.h lib/config/catalogue/queue.h \
	lib/config/catalogue/smtp.h lib/config/catalogue/smtpd.h \
	lib/config/catalogue/tables.h lib/config/catalogue/tls.h \
	lib/config/compatibility.cc lib/config/compatibility.h \
	lib/config/config.cc lib/config/config.h \
	lib/config/contents.cc lib/config/contents.h \
	lib/config/deprecated.cc lib/config/deprecated.h \
	lib/config/directory.cc lib/config/directory.h \
	lib/config/edit.cc lib/config/edit.h \
	lib/config/environment.cc lib/config/environment.h \
	lib/config/expansion.cc lib/config/expansion.h \
	lib/config/idna.cc lib/config/idna.h \
	lib/config/installation.cc lib/config/installation.h \
	lib/config/logical_lines.cc lib/config/logical_lines.h \
	lib/config/main_cf.cc lib/config/main_cf.h \
	lib/config/master_cf.cc lib/config/master_cf.h \
	lib/config/names_in_use.cc lib/config/names_in_use.h \
	lib/config/networks.cc lib/config/networks.h \
	lib/config/parameter.h \
	lib/config/value_syntax.cc lib/config/value_syntax.h

# Only this object knows the prefix, so that ccache finds all others whatever the prefix is.
lib/config/installation.$(OBJEXT): AM_CPPFLAGS += $(POSTERN_PATHS)
lib/config/installation.$(OBJEXT): config.status
