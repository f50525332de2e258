// regexp:/file: POSIX regular expressions (regexp_table(5)).
#include "lib/table/regex_table.h"
#include "lib/table/types.h"

#include <regex.h>

namespace postern::table {

namespace {

class PosixRegex final : public Regex {
public:
    static Result<std::unique_ptr<Regex>> compile(const std::string& pattern, unsigned flags) {
        auto regex = std::make_unique<PosixRegex>();
        if (const int code = ::regcomp(&regex->compiled_, pattern.c_str(), static_cast<int>(flags)))
            return permanent(regex->describe(code));
        regex->is_compiled_ = true;
        return regex;
    }
    ~PosixRegex() override {
        if (is_compiled_) ::regfree(&compiled_);
    }

    Result<std::optional<Captures>> match(std::string_view subject) const override {
        std::vector<regmatch_t> places(groups() + 1);
        places[0] = {0, static_cast<regoff_t>(subject.size())};
        const int code =
            ::regexec(&compiled_, subject.data(), places.size(), places.data(), REG_STARTEND);
        if (code == REG_NOMATCH) return std::optional<Captures>();
        if (code) return temporary(describe(code));
        Captures captures;
        for (const auto& [start, end] : places)
            captures.push_back(start < 0 ? std::string_view()
                                         : subject.substr(static_cast<std::size_t>(start),
                                                          static_cast<std::size_t>(end - start)));
        return std::optional(std::move(captures));
    }
    std::size_t groups() const override { return compiled_.re_nsub; }

private:
    std::string describe(int code) const {
        char text[256];
        ::regerror(code, &compiled_, text, sizeof text);
        return text;
    }

    regex_t compiled_{};
    bool is_compiled_ = false;
};

std::optional<unsigned> flag_of(char letter) {
    switch (letter) {
    case 'i': return REG_ICASE;
    case 'm': return REG_NEWLINE;
    case 'x': return REG_EXTENDED;
    default: return std::nullopt;
    }
}

constexpr RegexDialect posix{"regexp", REG_EXTENDED | REG_ICASE, flag_of, PosixRegex::compile};

}  // namespace

OpenedDictionary open_regexp(const Opening& opening) { return open_regex_table(opening, posix); }

}  // namespace postern::table
