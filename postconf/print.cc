// Lines for people and for programs.
#include "postconf/print.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::postconf {

namespace {

constexpr std::size_t line_width = 80;
constexpr std::string_view margin = "    ";

std::string json_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += fmt::format("\\{}", c);
        else if (static_cast<unsigned char>(c) < 32) quoted += fmt::format("\\u{:04x}", c);
        else quoted += c;
    }
    return quoted + "\"";
}

}  // namespace

std::string json_line(std::string_view name, std::string_view value) {
    return fmt::format("{{{}: {}}}\n", json_text(name), json_text(value));
}

std::string fill(std::string start, const std::vector<Word>& words, bool folds) {
    std::string out;
    std::string line = std::move(start);
    for (const auto& word : words) {
        const bool overflows = !line.empty() && line.size() + 1 + word.text.size() > line_width;
        if (folds && !line.empty() && (overflows || word.starts_line)) {
            out += line + "\n";
            line = margin;
        } else if (!line.empty()) {
            line += ' ';
        }
        line += word.text;
    }
    return out + line + "\n";
}

std::string line_of(const Options& options, std::string_view name, std::string_view value) {
    if (options.hides_values) return std::string(name) + "\n";
    std::vector<Word> words;
    for (const auto word : split(value, " \t\r\n"))
        words.push_back({std::string(word)});
    if (options.as_json) {
        auto text = fill("", words, false);
        text.pop_back();
        return json_line(name, text);
    }
    return fill(options.hides_names ? "" : fmt::format("{} =", name), words, options.folds);
}

}  // namespace postern::postconf
