// Milters; see the header.
#include "smtpd/milters.h"

#include "lib/base/strings.h"
#include "smtpd/milter_macros.h"

namespace postern::smtpd {

namespace {

/// Stands for the milters of a client whose entry in smtpd_milter_maps is none.
milter::MilterSettings unusable_milter() {
    milter::MilterSettings settings;
    settings.is_usable = false;
    return settings;
}

}  // namespace

MilterList::MilterList(service::Daemon& daemon, service::Tables& tables)
    : config_(daemon.config()),
      surroundings_{daemon.loop(), daemon.names(), milter::macro_lists(daemon.config()), daemon.log()},
      defaults_(milter::milter_defaults(daemon.config())),
      maps_(tables.open("smtpd_milter_maps")),
      macro_v_(daemon.config().text("milter_macro_v")),
      macro_daemon_name_(daemon.config().text("milter_macro_daemon_name")),
      myhostname_(daemon.config().text("myhostname")) {
    auto milters = milter::parse_milters(config_.text("smtpd_milters"), defaults_);
    if (!milters) daemon.log().fatal("{}", config_.error_in("smtpd_milters", milters.error().text).text);
    milters_ = std::move(*milters);
}

std::optional<std::string> MilterList::macro(const Session& session, std::string_view name) const {
    if (name == "j") return myhostname_;
    if (name == "v") return macro_v_;
    if (name == "{daemon_name}") return macro_daemon_name_;
    return session_macro(session, name);
}

Task<std::unique_ptr<milter::Milters>> MilterList::of(Session& session) const {
    std::vector<milter::MilterSettings> milters = milters_;
    if (!maps_.empty()) {
        auto found = co_await maps_.find(session.client.address);
        // What is to be filtered is filtered: a table that is down turns nothing off.
        if (!found) session.reporter.log().warning("smtpd_milter_maps: {}", found.error().text);
        if (found && *found && same(trim(**found), "DISABLE")) co_return nullptr;
        if (found && *found) {
            auto parsed = milter::parse_milters(**found, defaults_);
            if (!parsed) session.reporter.log().warning("smtpd_milter_maps: {}", parsed.error().text);
            milters = parsed ? std::move(*parsed) : std::vector{unusable_milter()};
        }
    }
    if (milters.empty()) co_return nullptr;
    auto source = milter::with_defaults(
        [this, &session](std::string_view name) { return macro(session, name); }, config_);
    co_return std::make_unique<milter::Milters>(surroundings_, milters, std::move(source));
}

}  // namespace postern::smtpd
