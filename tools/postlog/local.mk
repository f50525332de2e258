# tools/postlog: writes log lines for scripts
sbin_PROGRAMS += tools/postlog/postlog
tools_postlog_postlog_SOURCES = tools/postlog/main.cc
tools_postlog_postlog_LDADD = $(POSTERN_SERVICE)
dist_man_MANS += doc/postlog.1
