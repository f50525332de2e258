// Reads the source of a lookup table.
#include "postmap/map_source.h"

#include "lib/base/base64.h"
#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <fmt/format.h>

namespace postern::postmap {

namespace {

/// With -F the value names files: what they contain, a line end between them, in base64.
Result<std::string> content_of(std::string_view names) {
    std::string content;
    for (auto name : split(names)) {
        auto text = read_file(std::string(name));
        if (!text) return text.error();
        if (!content.empty()) content += '\n';
        content += *text;
    }
    return base64_encoded(content);
}

}  // namespace

Result<void> MapSource::read(std::string_view content, const std::string& file, const Put& put) {
    const bool utf8 = registry_.settings().smtputf8_enable && !options_.without_utf8;
    const table::EntryReader reader(file, utf8, "",
                                    [this](const std::string& text) { registry_.warn(text); });
    return reader.read(content, [&](std::size_t line, table::KeyValue entry) -> Result<void> {
        if (!options_.has_file_values) return put(entry.key, entry.value);
        auto value = content_of(entry.value);
        if (value) return put(entry.key, *value);
        reader.warn(line, fmt::format("{}: skipping this entry", value.error().text));
        return success();
    });
}

}  // namespace postern::postmap
