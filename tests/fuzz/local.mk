# Fuzz targets, by libFuzzer: `make fuzz` builds them and runs each for FUZZ_SECONDS.
FUZZ_TARGETS = command content proxy xclient policy
FUZZ_SECONDS = 5
FUZZ_FLAGS = -O1 -g1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
# What of smtpd the targets need; all else of it comes as it is.
smtpd_libsmtpd_fuzzed = smtpd/data_scanner.cc smtpd/xattributes.cc smtpd/rules/policy_service.cc

EXTRA_DIST += tests/fuzz
CLEANFILES += $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%)

tests/fuzz/fuzz_%: $(top_srcdir)/tests/fuzz/%.cc smtpd/libsmtpd.a
	@$(MKDIR_P) tests/fuzz
	$(AM_V_CXXLD)$(CXX) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CXXFLAGS) \
		$(FUZZ_FLAGS) -o $@ $< $(smtpd_libsmtpd_fuzzed:%=$(top_srcdir)/%) smtpd/libsmtpd.a \
		$(POSTERN_TLS) $(POSTERN_SASL) $(POSTERN_SERVICE) $(LDFLAGS) $(LIBS)

.PHONY: fuzz
fuzz: $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%)
	@set -e; for target in $(FUZZ_TARGETS); do \
		echo "== $$target"; \
		$(MKDIR_P) tests/fuzz/found/$$target; \
		tests/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
			-artifact_prefix=tests/fuzz/found/ tests/fuzz/found/$$target \
			$(top_srcdir)/tests/fuzz/corpus/$$target 2>&1 | tail -n 8; \
	done
