// Caches behind proxywrite; see the header.
#include "lib/service/writer_backend.h"

#include "lib/service/client_of.h"
#include "lib/service/proxymap.h"

namespace postern::service {

WriterBackend::WriterBackend(event::Loop& loop, const config::Config& config)
    : loop_(loop),
      timeout_(config.time("ipc_timeout")),
      updates_(loop, config),
      writer_(private_client(loop, config, "proxywrite_service_name")) {}

Answer<table::Found> WriterBackend::find(const std::string& table, const table::OpenOptions& options,
                                         std::string_view key) {
    return ask(table, options, std::string(key));
}

Task<table::Found> WriterBackend::ask(std::string table, table::OpenOptions options, std::string key) {
    LookUp request{table, options.fold_case, options.utf8, std::move(key)};
    auto answer = co_await writer_.call(std::move(request), loop_.in(timeout_));
    // Whatever went wrong, the answer is not known.
    if (!answer) co_return temporary(answer.error().text);
    co_return std::move(answer->value);
}

}  // namespace postern::service
