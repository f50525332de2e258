# error: gives every recipient back to the sender, or defers it
daemon_PROGRAMS += services/error/error
services_error_error_SOURCES = services/error/main.cc
services_error_error_LDADD = $(POSTERN_DELIVERY)
dist_man_MANS += doc/error.8
