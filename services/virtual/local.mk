# virtual: delivers to mailboxes that tables name
daemon_PROGRAMS += services/virtual/virtual
services_virtual_virtual_SOURCES = \
	services/virtual/mailbox.cc services/virtual/mailbox.h \
	services/virtual/main.cc
services_virtual_virtual_LDADD = $(POSTERN_DELIVERY)

dist_man_MANS += doc/virtual.8
