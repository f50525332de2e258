# Fuzz targets, by libFuzzer: `make fuzz` builds them and runs each for FUZZ_SECONDS. What is found
# stays in tests/fuzz/found/TARGET (inputs that reach more), and as crash-* beside them.
FUZZ_TARGETS = chunk command config content dns dovecot frame message_log milter mime policy proxy \
	queue_file xclient
FUZZ_SECONDS = 5
FUZZ_FLAGS = -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined

# The sources that hostile input reaches, compiled once more so that libFuzzer sees their branches
# and the sanitizers their memory; all else comes from the archives as it is.
fuzzed_sources = \
	lib/base/base64.cc lib/base/strings.cc \
	lib/config/expansion.cc lib/config/logical_lines.cc lib/config/main_cf.cc lib/config/master_cf.cc \
	lib/config/value_syntax.cc \
	lib/dns/message.cc lib/dns/record.cc \
	lib/mail/address.cc lib/mail/address_header.cc lib/mail/content_type.cc lib/mail/downgrade.cc \
	lib/mail/dsn.cc lib/mail/header_field.cc lib/mail/mime_reader.cc lib/mail/proxy_header.cc \
	lib/mail/reply.cc lib/mail/smtp_path.cc lib/mail/token.cc \
	lib/milter/draft.cc lib/milter/milter.cc lib/milter/protocol.cc \
	lib/queue/content.cc lib/queue/envelope.cc lib/queue/envelope_reader.cc lib/queue/message_log.cc \
	lib/queue/record.cc lib/queue/sizes.cc \
	lib/sasl/dovecot_line.cc \
	lib/service/codec.cc lib/service/frame.cc \
	smtpd/chunk_scanner.cc smtpd/data_scanner.cc smtpd/rules/policy_service.cc smtpd/xattributes.cc
fuzzed_objects = $(fuzzed_sources:%.cc=tests/fuzz/fuzzed/%.o)
fuzz_compile = $(CXX) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CXXFLAGS) $(FUZZ_FLAGS) -MMD -MP
-include $(fuzzed_objects:.o=.d) $(FUZZ_TARGETS:%=tests/fuzz/%.fuzz.d)

EXTRA_DIST += tests/fuzz
CLEANFILES += $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%) $(fuzzed_objects)

tests/fuzz/fuzzed/%.o: $(top_srcdir)/%.cc
	@$(MKDIR_P) $(@D)
	$(AM_V_CXX)$(fuzz_compile) -fsanitize=fuzzer-no-link -c -o $@ $<

tests/fuzz/%.fuzz.o: $(top_srcdir)/tests/fuzz/%.cc $(top_srcdir)/tests/fuzz/input.h
	@$(MKDIR_P) $(@D)
	$(AM_V_CXX)$(fuzz_compile) -fsanitize=fuzzer-no-link -c -o $@ $<

# The objects come as an archive, so that a target takes those that it needs.
tests/fuzz/libfuzzed.a: $(fuzzed_objects)
	$(AM_V_AR)rm -f $@ && $(AR) cr $@ $(fuzzed_objects)

tests/fuzz/fuzz_%: tests/fuzz/%.fuzz.o tests/fuzz/libfuzzed.a $(noinst_LIBRARIES)
	$(AM_V_CXXLD)$(CXX) $(AM_CXXFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< tests/fuzz/libfuzzed.a \
		smtpd/libsmtpd.a $(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_MILTER) $(POSTERN_SERVICE) $(LDFLAGS) $(LIBS)

.PHONY: fuzz
fuzz: $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%)
	@status=0; for target in $(FUZZ_TARGETS); do \
		$(MKDIR_P) tests/fuzz/found/$$target; \
		if tests/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -rss_limit_mb=512 \
			-artifact_prefix=tests/fuzz/found/ tests/fuzz/found/$$target \
			$(top_srcdir)/tests/fuzz/corpus/$$target >tests/fuzz/found/$$target.log 2>&1; \
		then sed -n "s/^stat::number_of_executed_units: */$$target: nothing found, inputs tried: /p" \
			tests/fuzz/found/$$target.log; \
		else echo "$$target: FAILED"; tail -n 40 tests/fuzz/found/$$target.log; status=1; fi; \
	done; exit $$status
