# lib/mail: addresses, header fields, MIME, dates, status codes
# With the first source:
#   noinst_LIBRARIES += lib/mail/libpostern_mail.a
#   lib_mail_libpostern_mail_a_SOURCES = lib/mail/part.cc lib/mail/part.h
# and the archive as the first word of the line below.
POSTERN_MAIL = $(ICU_LIBS) $(POSTERN_TABLE)
