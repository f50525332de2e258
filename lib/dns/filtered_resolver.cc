// The filter on DNS answers; see the header.
#include "lib/dns/filtered_resolver.h"

#include "lib/base/strings.h"

namespace postern::dns {

Task<Result<Response>> FilteredResolver::look_up(std::string name, Type type, Deadline deadline) {
    auto response = co_await resolver_.look_up(std::move(name), type, deadline);
    if (!response || filter_.empty()) co_return response;
    std::vector<Record> wanted;
    for (Record& record : response->records) {
        const std::string text = record.text();
        auto action = co_await filter_.find(text);
        if (!action) {
            log_.warning("{}: {}", parameter_, action.error().text);
            co_return temporary(std::string(invalid_filter));
        }
        if (*action && same(trim(**action), "IGNORE")) {
            log_.info("ignoring DNS RR: {}", text);
            continue;
        }
        if (*action) {
            log_.warning("{}: unknown DNS filter action: \"{}\"", parameter_, **action);
            co_return temporary(std::string(invalid_filter));
        }
        wanted.push_back(std::move(record));
    }
    response->records = std::move(wanted);
    co_return response;
}

}  // namespace postern::dns
