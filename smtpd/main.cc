// smtpd: accepts mail from the network (RFC 5321) and from authenticated users (RFC 6409).
#include "lib/report/session_numbers.h"
#include "lib/service/daemon.h"
#include "smtpd/address_book.h"
#include "smtpd/client_names.h"
#include "smtpd/dialogue.h"
#include "smtpd/free_space.h"
#include "smtpd/lists.h"
#include "smtpd/rates.h"
#include "smtpd/rules/rulebook.h"

#include <unistd.h>

namespace {

using namespace postern;

/// Counts a session while it lives.
class Counted {
public:
    explicit Counted(std::size_t& open) : open_(++open) {}
    ~Counted() { --open_; }
    Counted(const Counted&) = delete;

private:
    std::size_t& open_;
};

/// One session, from its connection to its end.
Task<void> serve(const smtpd::House& house, service::Session accepted, Reporter reporter,
                 std::size_t& open, const std::function<bool()>& is_stressed) {
    const Counted counted(open);
    smtpd::Dialogue dialogue(house, std::move(accepted), reporter, is_stressed);
    co_await dialogue.run();
}

}  // namespace

int main(int argc, char** argv) {
    service::Daemon daemon("smtpd", argc, argv);
    const config::Config& config = daemon.config();

    const smtpd::Settings settings(config);
    const smtpd::RateLimits limits(config);
    service::Tables tables(daemon);
    const smtpd::Lists lists(daemon, tables);
    const smtpd::Rulebook rules(config, tables.registry(), daemon.log());
    tables.watch();
    daemon.drop_privileges();

    service::Client rewrite(daemon.loop(), "private/" + config.text("rewrite_service_name"));
    service::Client cleanup(daemon.loop(), "public/" + config.text("cleanup_service_name"));
    service::Client flush(daemon.loop(), "public/" + config.text("flush_service_name"));
    service::Client anvil(daemon.loop(), "private/anvil");
    smtpd::AddressBook addresses(settings, lists, rewrite);
    smtpd::ClientNames names(daemon.loop(), daemon.names());
    smtpd::Rates rates(limits, lists, anvil, daemon.tasks());
    smtpd::FreeSpace queue_space(daemon.loop(), settings.queue_minfree);
    const smtpd::House house{settings, lists,   rules, addresses,     names, rates,
                             queue_space, cleanup, flush, daemon.loop()};

    report::SessionNumbers numbers(static_cast<std::uint64_t>(::getpid()));
    std::size_t open = 0;
    const std::function<bool()> is_stressed = [&] { return open >= daemon.session_limit(); };
    return daemon.serve_sessions([&](service::Session accepted) {
        return serve(house, std::move(accepted), daemon.reporter().numbered(numbers.next()), open,
                     is_stressed);
    });
}
