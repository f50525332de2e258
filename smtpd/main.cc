// smtpd: accepts mail from the network (RFC 5321) and from authenticated users (RFC 6409).
#include "lib/dns/filtered_resolver.h"
#include "lib/dns/name_servers.h"
#include "lib/report/session_numbers.h"
#include "lib/service/client_of.h"
#include "lib/service/daemon.h"
#include "lib/service/spool_of.h"
#include "smtpd/address_book.h"
#include "smtpd/client_names.h"
#include "smtpd/dialogue.h"
#include "smtpd/free_space.h"
#include "smtpd/lists.h"
#include "smtpd/milters.h"
#include "smtpd/notices.h"
#include "smtpd/proxy_filter.h"
#include "smtpd/rates.h"
#include "smtpd/rules/dns_list.h"
#include "smtpd/rules/rulebook.h"
#include "smtpd/sasl.h"
#include "smtpd/stand_alone.h"
#include "smtpd/tls.h"

#include <unistd.h>

#include <algorithm>
#include <memory>

namespace {

using namespace postern;

/// postconf(5), queue_minfree: room for a message and a half. speed_adjust keeps one more.
std::uint64_t least_free_space(const smtpd::Settings& settings, const smtpd::ProxyFilter& filter) {
    const std::uint64_t message = settings.message_size_limit;
    const std::uint64_t extra = filter.is_used() && filter.waits_for_content() ? message : 0;
    return std::max<std::uint64_t>(settings.queue_minfree, message + message / 2) + extra;
}

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
Task<void> serve(std::unique_ptr<smtpd::Dialogue> dialogue, std::size_t& open) {
    const Counted counted(open);
    co_await dialogue->run();
}

}  // namespace

int main(int argc, char** argv) {
    auto standard_files = smtpd::is_stand_alone(argc, argv)
                              ? std::optional(smtpd::standard_files_as_socket())
                              : std::nullopt;
    service::Daemon daemon("smtpd", argc, argv);
    const config::Config& config = daemon.config();

    const smtpd::Settings settings(config);
    if (auto known = smtpd::check_proxy_protocol(config); !known)
        daemon.log().fatal("{}", known.error().text);
    const smtpd::RateLimits limits(config);
    service::Tables tables(daemon);
    const smtpd::Lists lists(daemon, tables);
    const smtpd::Rulebook rules(config, tables.registry(), daemon.log());
    if (!standard_files && !rules.has_relay_control())
        daemon.log().fatal(
            "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at "
            "least "
            "one working instance of: reject_unauth_destination, defer_unauth_destination, reject, "
            "defer, or defer_if_permit");
    const table::Maps dns_filter = tables.open("smtpd_dns_reply_filter");
    dns::NameServers name_servers(daemon.loop(), dns::NameServerSettings());
    // A library that waits for another program must not hold up what else waits.
    postern::event::Pool authentication_threads(daemon.loop(), 32);
    std::optional<smtpd::Authentication> authentication;
    if (config.boolean("smtpd_sasl_auth_enable") && !standard_files)
        authentication.emplace(daemon, tables, authentication_threads);
    const smtpd::Tls tls(daemon, tables);
    const smtpd::MilterList milters(daemon, tables);
    const smtpd::ProxyFilter proxy_filter(daemon);
    std::optional<smtpd::StandAlone> stand_alone;
    if (standard_files) stand_alone = smtpd::stand_alone_for_caller(config);
    tables.watch();
    // Whoever runs it stand-alone stays who he is.
    if (!stand_alone) daemon.drop_privileges();

    const auto spool = service::spool_here(config);
    if (!spool) daemon.log().fatal("{}", spool.error().text);
    service::Client rewrite = service::private_client(daemon.loop(), config, "rewrite_service_name");
    service::Client cleanup = service::public_client(daemon.loop(), config, "cleanup_service_name");
    service::Client flush = service::public_client(daemon.loop(), config, "flush_service_name");
    service::Client verify =
        service::private_client(daemon.loop(), config, "address_verify_service_name");
    service::Client anvil(daemon.loop(), "private/anvil", service::kept_as(config));
    smtpd::AddressBook addresses(settings, lists, rewrite);
    smtpd::ClientNames names(daemon.loop(), daemon.names());
    smtpd::Rates rates(limits, lists, anvil, daemon.tasks());
    dns::FilteredResolver resolver(name_servers, "smtpd_dns_reply_filter", dns_filter, daemon.log());
    smtpd::DnsLists dns_lists(daemon.loop(), resolver);
    smtpd::Notices notices(settings, cleanup, daemon.loop(), daemon.tasks());
    smtpd::FreeSpace queue_space(daemon.loop(), least_free_space(settings, proxy_filter));
    const smtpd::House house{settings,
                             lists,
                             rules,
                             addresses,
                             names,
                             rates,
                             queue_space,
                             cleanup,
                             flush,
                             verify,
                             resolver,
                             dns_lists,
                             notices,
                             daemon.loop(),
                             milters.empty() || stand_alone ? nullptr : &milters,
                             &*spool,
                             authentication ? &*authentication : nullptr,
                             stand_alone ? &*stand_alone : nullptr,
                             proxy_filter.is_used() && !stand_alone ? &proxy_filter : nullptr,
                             stand_alone ? nullptr : &tls,
                             stand_alone ? nullptr : &daemon};

    report::SessionNumbers numbers(static_cast<std::uint64_t>(::getpid()));
    std::size_t open = 0;
    const std::function<bool()> is_stressed = [&] { return open >= daemon.session_limit(); };
    const auto session = [&](service::Session accepted, Reporter reporter) {
        return std::make_unique<smtpd::Dialogue>(house, std::move(accepted), reporter, is_stressed);
    };
    if (standard_files) {
        if (!*standard_files) daemon.log().fatal("{}", standard_files->error().text);
        service::Session caller{std::move(**standard_files), {}, {}};
        daemon.loop().run(serve(session(std::move(caller), daemon.reporter()), open));
        return 0;
    }
    return daemon.serve_sessions([&](service::Session accepted) {
        return serve(session(std::move(accepted), daemon.reporter().numbered(numbers.next())), open);
    });
}
