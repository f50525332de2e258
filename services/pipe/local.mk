# pipe: gives messages to commands outside of the mail system
noinst_LIBRARIES += services/pipe/libpipe.a
services_pipe_libpipe_a_SOURCES = \
	services/pipe/arguments.cc services/pipe/arguments.h \
	services/pipe/attributes.cc services/pipe/attributes.h \
	services/pipe/content.cc services/pipe/content.h \
	services/pipe/delivery.cc services/pipe/delivery.h

daemon_PROGRAMS += services/pipe/pipe
services_pipe_pipe_SOURCES = services/pipe/main.cc
services_pipe_pipe_LDADD = services/pipe/libpipe.a $(POSTERN_DELIVERY)


dist_man_MANS += doc/pipe.8
