// Requests to proxymap; see the header.
#include "lib/service/proxymap_backend.h"

#include "lib/service/client_of.h"
#include "lib/service/proxymap.h"

namespace postern::service {

namespace {

std::string socket_of(const config::Config& config, const std::string& queue_directory,
                      std::string_view parameter) {
    const std::string folder = queue_directory.empty() ? "" : queue_directory + "/";
    return folder + private_socket(config, parameter);
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

ProxymapBackend::ProxymapBackend(event::Loop& loop, const config::Config& config,
                                 const std::string& queue_directory)
    : loop_(loop),
      timeout_(config.time("ipc_timeout")),
      reader_(loop, socket_of(config, queue_directory, "proxymap_service_name"), kept_as(config)),
      writer_(loop, socket_of(config, queue_directory, "proxywrite_service_name"), kept_as(config)) {}

Deadline ProxymapBackend::deadline() const { return loop_.in(timeout_); }

Answer<table::Found> ProxymapBackend::find(const std::string& table,
                                           const table::OpenOptions& options,
                                           std::string_view key) {
    return ask(table, options, std::string(key));
}

Task<table::Found> ProxymapBackend::ask(std::string table, table::OpenOptions options,
                                        std::string key) {
    auto answer = co_await reader_.call(request_for(table, options, std::move(key)), deadline());
    // Whatever went wrong, the answer is not known.
    if (!answer) co_return temporary(answer.error().text);
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

}  // namespace postern::service
