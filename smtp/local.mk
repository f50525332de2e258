# smtp: with the first source:
#   daemon_PROGRAMS += smtp/smtp
#   smtp_smtp_SOURCES = smtp/main.cc
#   smtp_smtp_LDADD = $(POSTERN_DELIVERY)
