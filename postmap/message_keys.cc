// Keys from a message.
#include "postmap/message_keys.h"

#include "lib/mail/mime_reader.h"

#include <istream>

namespace postern::postmap {

namespace {

class Keys final : public mail::MimeReceiver {
public:
    Keys(table::Maintenance& tables, const table::CommandOptions& options)
        : tables_(tables), options_(options) {}

    void header(mail::HeaderPlace, std::string_view field) override {
        if (options_.queries_header) look_up(field);
    }
    void header_end(mail::HeaderPlace, const mail::ContentType&, mail::TransferEncoding) override {}
    void body(std::string_view line, bool) override {
        if (options_.queries_body) look_up(line);
    }

    const std::optional<Error>& failure() const noexcept { return failure_; }
    bool has_found() const noexcept { return has_found_; }

private:
    void look_up(std::string_view key) {
        if (failure_) return;
        auto found = tables_.query_and_show(key);
        if (!found)
            failure_ = found.error();
        else
            has_found_ = has_found_ || *found;
    }

    table::Maintenance& tables_;
    const table::CommandOptions& options_;
    std::optional<Error> failure_;
    bool has_found_ = false;
};

}  // namespace

Result<bool> query_message(table::Maintenance& tables, const table::CommandOptions& options,
                           std::istream& message) {
    Keys keys(tables, options);
    mail::MimeReader reader(keys, {.disabled = !options.parses_mime});
    for (std::string line; !keys.failure() && std::getline(message, line);) reader.line(line);
    if (!keys.failure()) reader.finish();
    if (keys.failure()) return *keys.failure();
    return keys.has_found();
}

}  // namespace postern::postmap
