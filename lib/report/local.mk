# lib/report: typed events and their renderings
# With the first source:
#   noinst_LIBRARIES += lib/report/libpostern_report.a
#   lib_report_libpostern_report_a_SOURCES = lib/report/part.cc lib/report/part.h
# and the archive as the first word of the line below.
POSTERN_REPORT = $(POSTERN_QUEUE)
