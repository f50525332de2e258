# qshape: shows the ages of queued mail, by domain
noinst_LIBRARIES += tools/qshape/libqshape.a
tools_qshape_libqshape_a_SOURCES = \
	tools/qshape/distribution.cc tools/qshape/distribution.h \
	tools/qshape/options.cc tools/qshape/options.h \
	tools/qshape/queue_files.cc tools/qshape/queue_files.h \
	tools/qshape/table.cc tools/qshape/table.h

sbin_PROGRAMS += tools/qshape/qshape
tools_qshape_qshape_SOURCES = tools/qshape/main.cc
tools_qshape_qshape_LDADD = tools/qshape/libqshape.a $(POSTERN_SERVICE)
dist_man_MANS += doc/qshape.1
