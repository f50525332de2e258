# services/pipe: with the first source:
#   daemon_PROGRAMS += services/pipe/pipe
#   services_pipe_pipe_SOURCES = services/pipe/main.cc
#   services_pipe_pipe_LDADD = $(POSTERN_DELIVERY)
