// .forward: where users want their mail to go.
#include "lib/base/strings.h"
#include "local/delivery.h"
#include "local/macros.h"
#include "local/users_file.h"

#include <fmt/format.h>

namespace postern::local {

using delivery::Settlement;

namespace {

/// require_home_directory: one that is not mounted now must not lose the user's .forward file.
Task<Result<void>> check_home(const Post& post, User user) {
    const auto home = co_await post.threads.run_as(
        user.identity, [path = user.home] { return status_of_path(path); });
    if (home && *home) co_return success();
    co_return temporary(fmt::format("cannot access home directory {}: {}", user.home,
                                    home ? "No such file or directory" : home.error().text));
}

}  // namespace

Task<void> Delivery::deliver_user(Stop stop) {
    // Before the user is looked up: a list may name one a hundred thousand times.
    const bool is_own = !stop.forwarder.empty() && stop.forwarder == stop.user;
    if (stop.resubmits && !is_own) co_return forward(stop);
    if (!is_own && !is_first("user:" + lower(stop.address))) co_return;
    auto user = co_await post_.names.offload([name = stop.user] { return find_user(name); });
    if (!user) co_return co_await settle(stop, Settlement::failed({4, 3, 0}, "user lookup error"));
    if (*user) {
        if (post_.settings.require_home_directory)
            if (auto home = co_await check_home(post_, **user); !home)
                co_return co_await settle(stop, Settlement::failed({4, 3, 0}, home.error().text));
        if (!is_own) {
            auto done = co_await deliver_forward(stop, **user);
            if (!done)
                co_return co_await settle(stop, Settlement::failed({4, 3, 0}, done.error().text));
            if (*done) co_return;
        }
    }
    auto elsewhere = co_await deliver_elsewhere(post_.mailbox_transport_maps,
                                                post_.settings.mailbox_transport, stop);
    if (!elsewhere) co_return co_await settle_table_trouble(stop, elsewhere.error());
    if (*elsewhere) co_return;
    if (*user)
        co_await deliver_mailbox(std::move(stop), std::move(**user));
    else
        co_await deliver_stranger(std::move(stop));
}

Task<Result<bool>> Delivery::deliver_forward(Stop stop, User user) {
    for (const std::string_view path : split(post_.settings.forward_path)) {
        if (names_extension(path) && stop.extension.empty()) continue;
        const auto file = expand_macros(path, stop, &user, post_.settings.forward_filter);
        if (!file) post_.log.warning("forward_path: {}", file.error().text);
        if (!file || !file->starts_with('/')) continue;
        auto content = co_await post_.threads.run_as(
            user.identity, [path = *file, user] { return read_forward_file(path, user); });
        if (!content) {
            if (!content.error().is_permanent()) co_return content.error();
            post_.log.warning("{}", content.error().text);
            continue;
        }
        if (!*content) continue;
        auto targets = parse_targets(**content);
        if (targets.empty()) co_return false;  // "do not forward"
        if (names_extension(path) || !post_.settings.propagates_forward) stop.unmatched.clear();
        stop.forwarder = user.name;
        stop.run_as = std::move(user);
        stop.resubmits = true;
        ++stop.depth;
        report_expansion(stop);
        co_await deliver_targets(std::move(targets), std::move(stop), Origin::forward);
        co_return true;
    }
    co_return false;
}

}  // namespace postern::local
