# lib/service: what every daemon is: start under master, frames, one client per service
POSTERN_SERVICE = lib/service/libpostern_service.a $(POSTERN_DNS)

noinst_LIBRARIES += lib/service/libpostern_service.a
lib_service_libpostern_service_a_SOURCES = \
	lib/service/anvil.h \
	lib/service/authorized_users.cc lib/service/authorized_users.h \
	lib/service/bounce.h \
	lib/service/cache_file.cc lib/service/cache_file.h \
	lib/service/cleanup.h \
	lib/service/client.cc lib/service/client.h \
	lib/service/client_of.cc lib/service/client_of.h \
	lib/service/codec.cc lib/service/codec.h \
	lib/service/command.cc lib/service/command.h \
	lib/service/daemon.cc lib/service/daemon.h lib/service/daemon_serving.cc \
	lib/service/debugger.cc lib/service/debugger.h \
	lib/service/delivery.h \
	lib/service/dnsblog.h \
	lib/service/file_watcher.cc lib/service/file_watcher.h \
	lib/service/flush.h \
	lib/service/frame.cc lib/service/frame.h \
	lib/service/frame_stream.cc lib/service/frame_stream.h \
	lib/service/heap.cc lib/service/heap.h \
	lib/service/hello.h \
	lib/service/identity.cc lib/service/identity.h lib/service/thread_identity.h \
	lib/service/link_to_master.cc lib/service/link_to_master.h \
	lib/service/log_settings.cc lib/service/log_settings.h \
	lib/service/log_timer.h \
	lib/service/master_link.cc lib/service/master_link.h \
	lib/service/passed_client.cc lib/service/passed_client.h \
	lib/service/postdrop.cc lib/service/postdrop.h \
	lib/service/program.cc lib/service/program.h \
	lib/service/proxymap.h \
	lib/service/proxymap_backend.cc lib/service/proxymap_backend.h \
	lib/service/qmgr.h \
	lib/service/rewrite.h \
	lib/service/run_program.cc lib/service/run_program.h \
	lib/service/scache.h \
	lib/service/server.cc lib/service/server.h \
	lib/service/showq.cc lib/service/showq.h \
	lib/service/spool_of.cc lib/service/spool_of.h \
	lib/service/start_options.cc lib/service/start_options.h \
	lib/service/table_command.cc lib/service/table_command.h \
	lib/service/tables.cc lib/service/tables.h \
	lib/service/tls_sessions.cc lib/service/tls_sessions.h \
	lib/service/tlsmgr.h \
	lib/service/verify.h \
	lib/service/wording_of.cc lib/service/wording_of.h \
	lib/service/writer_backend.cc lib/service/writer_backend.h
