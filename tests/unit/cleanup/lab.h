// A message in the making with tables, a log and a queue file that a test can read.
#pragma once

#include "cleanup/content.h"
#include "lib/config/config.h"
#include "lib/event/loop.h"
#include "lib/report/counters.h"
#include "tests/unit/collected_lines.h"
#include "tests/unit/queue/scratch_spool.h"

#include <map>
#include <memory>
#include <string>

namespace postern::cleanup {

/// Rules by the whole text; "DOWN" as a value is a table that cannot tell.
class FakeRules final : public table::Table {
public:
    explicit FakeRules(std::map<std::string, std::string, std::less<>> rules)
        : rules_(std::move(rules)) {}
    Answer<table::Found> find(std::string_view key) override {
        ++lookups;
        const auto found = rules_.find(key);
        if (found == rules_.end()) return table::Found(std::optional<std::string>());
        if (found->second == "DOWN") return table::Found(temporary("table is down"));
        return table::Found(std::optional(found->second));
    }
    const std::string& name() const override { return name_; }
    int lookups = 0;

private:
    const std::string name_ = "fake:rules";
    const std::map<std::string, std::string, std::less<>> rules_;
};

inline config::Config config_of(const std::string& main_cf = "") {
    auto config = config::Config::from_text("compatibility_level = 3.6\nmyhostname = mx.example\n"
                                            "mydomain = example\n" + main_cf);
    REQUIRE(config);
    return std::move(*config);
}

/// The same rules for fields of all kinds, others for lines.
inline mail::ContentChecks checks_of(std::shared_ptr<FakeRules> fields,
                                     std::shared_ptr<FakeRules> lines) {
    const auto maps = [](const std::shared_ptr<FakeRules>& rules) {
        return rules ? table::Maps({rules}) : table::Maps();
    };
    return {{"header_checks", maps(fields)},
            {"mime_header_checks", maps(fields)},
            {"nested_header_checks", maps(fields)},
            {"body_checks", maps(lines)}};
}

inline Origin some_origin() {
    Origin origin;
    origin.queue_id = "4CFB1";
    origin.client_name = "mail.example";
    origin.client_address = "192.0.2.1";
    origin.protocol = "ESMTP";
    origin.helo = "mail.example";
    origin.sender = "a@b.example";
    origin.recipient = "c@d.example";
    return origin;
}

/// What log lines of such a message say after the content.
inline const std::string from_there =
    " from mail.example[192.0.2.1]; from=<a@b.example> to=<c@d.example> proto=ESMTP "
    "helo=<mail.example>";

struct Reports {
    CollectedLines lines;
    report::Wording wording;
    report::Counters counters;
    Reporter reporter{lines.log(), wording, counters};
};

}  // namespace postern::cleanup
