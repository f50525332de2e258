// pcre:/file: Perl-compatible regular expressions (pcre_table(5)), by PCRE2.
#include "lib/table/regex_table.h"
#include "lib/table/types.h"

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8   // the library's own way to choose its character
#include <pcre2.h>

namespace postern::table {

namespace {

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

std::string describe(int code) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(code, text, sizeof text);
    return reinterpret_cast<const char*>(text);
}

class PerlRegex final : public Regex {
public:
    static Result<std::unique_ptr<Regex>> compile(const std::string& pattern, unsigned flags) {
        int code = 0;
        PCRE2_SIZE offset = 0;
        const auto* bytes = reinterpret_cast<PCRE2_SPTR>(pattern.data());
        pcre2_code* compiled =
            pcre2_compile(bytes, pattern.size(), flags, &code, &offset, nullptr);
        if (!compiled)
            return permanent(fmt::format("error in regex at offset {}: {}", offset, describe(code)));
        // Where there is no just-in-time compiler, matching is only slower.
        std::ignore = pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
        return std::make_unique<PerlRegex>(compiled);
    }

    explicit PerlRegex(pcre2_code* compiled)
        : compiled_(compiled), matched_(pcre2_match_data_create_from_pattern(compiled, nullptr)) {
        std::uint32_t count = 0;
        pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &count);
        groups_ = count;
    }

    Result<std::optional<Captures>> match(std::string_view subject) const override {
        const auto* bytes = reinterpret_cast<PCRE2_SPTR>(subject.data());
        const int code = pcre2_match(compiled_.get(), bytes, subject.size(), 0, 0, matched_.get(),
                                     nullptr);
        if (code == PCRE2_ERROR_NOMATCH) return std::optional<Captures>();
        if (code < 0) return temporary(describe(code));
        const PCRE2_SIZE* places = pcre2_get_ovector_pointer(matched_.get());
        Captures captures;
        for (std::size_t group = 0; group <= groups_; ++group) {
            const auto start = places[2 * group], end = places[2 * group + 1];
            captures.push_back(start == PCRE2_UNSET ? std::string_view()
                                                    : subject.substr(start, end - start));
        }
        return std::optional(std::move(captures));
    }
    std::size_t groups() const override { return groups_; }

private:
    const std::unique_ptr<pcre2_code, Free> compiled_;
    const std::unique_ptr<pcre2_match_data, Free> matched_;   // scratch space of match()
    std::size_t groups_ = 0;
};

std::optional<unsigned> flag_of(char letter) {
    switch (letter) {
    case 'i': return PCRE2_CASELESS;
    case 'm': return PCRE2_MULTILINE;
    case 's': return PCRE2_DOTALL;
    case 'x': return PCRE2_EXTENDED;
    case 'A': return PCRE2_ANCHORED;
    case 'E': return PCRE2_DOLLAR_ENDONLY;
    case 'U': return PCRE2_UNGREEDY;
    case 'X': return 0;   // of the first PCRE
    default: return std::nullopt;
    }
}

constexpr RegexDialect perl{"pcre", PCRE2_CASELESS | PCRE2_DOTALL, flag_of, PerlRegex::compile};

}  // namespace

OpenedDictionary open_pcre(const Opening& opening) { return open_regex_table(opening, perl); }

}  // namespace postern::table
