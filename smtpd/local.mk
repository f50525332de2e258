# smtpd: with the first source:
#   daemon_PROGRAMS += smtpd/smtpd
#   smtpd_smtpd_SOURCES = smtpd/main.cc
#   smtpd_smtpd_LDADD = $(POSTERN_SERVICE)
