// A daemon's tables; see the header.
#include "lib/service/tables.h"

#include "lib/service/proxymap.h"

namespace postern::service {

namespace {

std::string socket_of(Daemon& daemon, std::string_view parameter) {
    return "private/" + daemon.config().text(parameter);
}

LookUp request_for(std::string table, const table::OpenOptions& options, std::string key) {
    LookUp request;
    request.table = std::move(table);
    request.fold_case = options.fold_case;
    request.utf8 = options.utf8;
    request.key = std::move(key);
    return request;
}

Task<Result<void>> put_there(Client& writer, UpdateTable request, Deadline deadline) {
    auto answer = co_await writer.call(std::move(request), deadline);
    if (!answer) co_return answer.error();
    co_return success();
}

Task<Result<bool>> remove_there(Client& writer, UpdateTable request, Deadline deadline) {
    auto answer = co_await writer.call(std::move(request), deadline);
    if (!answer) co_return answer.error();
    co_return answer->was_there;
}

Task<Result<std::optional<table::Entry>>> next_there(Client& writer, NextEntry request,
                                                     Deadline deadline) {
    auto answer = co_await writer.call(std::move(request), deadline);
    if (!answer) co_return answer.error();
    if (!answer->key) co_return std::optional<table::Entry>();
    co_return std::optional(table::Entry{*answer->key, answer->value.value_or("")});
}

}  // namespace

ProxymapBackend::ProxymapBackend(Daemon& daemon)
    : daemon_(daemon),
      reader_(daemon.loop(), socket_of(daemon, "proxymap_service_name")),
      writer_(daemon.loop(), socket_of(daemon, "proxywrite_service_name")) {}

Deadline ProxymapBackend::deadline() const {
    return daemon_.loop().in(daemon_.config().time("ipc_timeout"));
}

Answer<table::Found> ProxymapBackend::find(const std::string& table,
                                           const table::OpenOptions& options,
                                           std::string_view key) {
    return ask(table, options, std::string(key));
}

Task<table::Found> ProxymapBackend::ask(std::string table, table::OpenOptions options,
                                        std::string key) {
    auto answer = co_await reader_.call(request_for(table, options, std::move(key)), deadline());
    // Whatever went wrong, the answer is not known.
    if (!answer) co_return temporary("proxy:" + table + ": " + answer.error().text);
    co_return std::move(answer->value);
}

Answer<Result<void>> ProxymapBackend::put(const std::string& table, std::string_view key,
                                          std::string_view value) {
    return put_there(writer_, {table, std::string(key), std::string(value)}, deadline());
}

Answer<Result<bool>> ProxymapBackend::remove(const std::string& table, std::string_view key) {
    return remove_there(writer_, {table, std::string(key), std::nullopt}, deadline());
}

Answer<Result<std::optional<table::Entry>>> ProxymapBackend::next(
    const std::string& table, std::optional<std::string_view> after) {
    NextEntry request{table, std::nullopt};
    if (after) request.after = std::string(*after);
    return next_there(writer_, std::move(request), deadline());
}

Tables::Tables(Daemon& daemon)
    : daemon_(daemon),
      proxymap_(daemon),
      registry_(daemon.config(),
                {.warn = [&daemon](const std::string& text) { daemon.log().warning("{}", text); },
                 .loop = &daemon.loop(),
                 .names = &daemon.names(),
                 .proxy = &proxymap_,
                 .error = [this](const std::string& text) { report_unopened(text); },
                 .inform = [&daemon](const std::string& text) { daemon.log().info("{}", text); }}) {}

void Tables::report_unopened(const std::string& text) {
    if (daemon_.config().boolean("daemon_table_open_error_is_fatal"))
        daemon_.log().fatal("{}", text);
    daemon_.log().error("{}", text);
}

table::Maps Tables::open(std::string_view parameter, table::OpenOptions options) {
    auto maps = registry_.open_maps(parameter, daemon_.config().text(parameter), options);
    if (!maps) daemon_.log().fatal("{}", maps.error().text);
    return std::move(*maps);
}

void Tables::watch() {
    daemon_.watch(registry_.watched_files());
}

}  // namespace postern::service
