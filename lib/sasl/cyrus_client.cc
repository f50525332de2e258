// Cyrus SASL clients; see the header.
#include "lib/sasl/cyrus_client.h"

#include "lib/base/strings.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>

namespace postern::sasl {

namespace {

/// The password as the library wants it: a structure with the text behind it.
class LibrarySecret {
public:
    explicit LibrarySecret(const Secret& password)
        : memory_(std::string(sizeof(sasl_secret_t), '\0') + password.text()),
          size_(password.text().size()) {}

    sasl_secret_t* get() {
        auto* secret = reinterpret_cast<sasl_secret_t*>(memory_.text().data());
        secret->len = size_;
        std::memmove(secret->data, memory_.text().data() + sizeof(sasl_secret_t), size_);
        return secret;
    }

private:
    Secret memory_;
    std::size_t size_;
};

/// A connection of the library. Shared by an attempt, which may be given up, and the thread that
/// works for it.
class Connection {
public:
    Connection(CyrusClient::Settings settings, std::string host, Credentials credentials,
               SecurityOptions demanded, bool is_encrypted);

    Result<ClientExchange::Start> start(const std::vector<std::string>& mechanisms);
    Result<Secret> respond(const std::string& challenge);
    CyrusMessages& messages() noexcept { return messages_; }

private:
    static int give_name(void* self, int id, const char** result, unsigned* size);
    static int give_password(sasl_conn_t*, void* self, int id, sasl_secret_t** result);
    Result<void> open();

    const CyrusClient::Settings settings_;
    const std::string host_;
    Credentials credentials_;
    LibrarySecret password_;
    const SecurityOptions demanded_;
    const bool is_encrypted_;
    CyrusMessages messages_;
    CyrusCallbacks callbacks_{messages_};
    CyrusHandle handle_;
};

Connection::Connection(CyrusClient::Settings settings, std::string host, Credentials credentials,
                       SecurityOptions demanded, bool is_encrypted)
    : settings_(std::move(settings)),
      host_(std::move(host)),
      credentials_(std::move(credentials)),
      password_(credentials_.password),
      demanded_(demanded),
      is_encrypted_(is_encrypted) {
    callbacks_.add(SASL_CB_USER, give_name, this);
    callbacks_.add(SASL_CB_AUTHNAME, give_name, this);
    callbacks_.add(SASL_CB_PASS, give_password, this);
}

/// SASL_CB_USER is on whose behalf: nobody else's, unless main.cf wants it said.
int Connection::give_name(void* self, int id, const char** result, unsigned* size) {
    const auto& connection = *static_cast<Connection*>(self);
    const bool says_so = id == SASL_CB_AUTHNAME || connection.settings_.sends_authzid;
    *result = says_so ? connection.credentials_.username.c_str() : "";
    if (size) *size = static_cast<unsigned>(std::strlen(*result));
    return SASL_OK;
}

int Connection::give_password(sasl_conn_t*, void* self, int, sasl_secret_t** result) {
    *result = static_cast<Connection*>(self)->password_.get();
    return SASL_OK;
}

Result<void> Connection::open() {
    sasl_conn_t* handle = nullptr;
    const int result = ::sasl_client_new(settings_.service.c_str(), host_.c_str(), nullptr, nullptr,
                                         callbacks_.get(), 0, &handle);
    if (result != SASL_OK)
        return temporary("SASL per-connection initialization: " + cyrus_error(result));
    handle_.reset(handle);
    Peer peer;
    peer.is_encrypted = is_encrypted_;
    return secure(handle, demanded_, peer);
}

Result<ClientExchange::Start> Connection::start(const std::vector<std::string>& mechanisms) {
    if (auto opened = open(); !opened) return opened.error();
    const char *text = nullptr, *mechanism = nullptr;
    unsigned size = 0;
    const int result = ::sasl_client_start(handle_.get(), join(mechanisms, " ").c_str(), nullptr,
                                           &text, &size, &mechanism);
    if (result != SASL_OK && result != SASL_CONTINUE) return permanent(cyrus_error(result));
    ClientExchange::Start start{mechanism, std::nullopt};
    if (text) start.initial.emplace(std::string(text, size));
    return start;
}

Result<Secret> Connection::respond(const std::string& challenge) {
    const char* text = nullptr;
    unsigned size = 0;
    const int result =
        ::sasl_client_step(handle_.get(), challenge.data(), static_cast<unsigned>(challenge.size()),
                           nullptr, &text, &size);
    if (result != SASL_OK && result != SASL_CONTINUE) return permanent(cyrus_error(result));
    return Secret(text ? std::string(text, size) : std::string());
}

}  // namespace

class CyrusClient::Attempt final : public ClientExchange {
public:
    Attempt(CyrusClient& client, std::string host, Credentials credentials,
            SecurityOptions demanded, bool is_encrypted)
        : client_(client),
          connection_(std::make_shared<Connection>(
              client.settings_, std::move(host), std::move(credentials), demanded, is_encrypted)) {}

    Task<Result<Start>> start(std::vector<std::string> mechanisms) override {
        auto started = co_await client_.pool_.offload(
            [connection = connection_, mechanisms = std::move(mechanisms)] {
                return connection->start(mechanisms);
            });
        connection_->messages().tell(client_.log_);
        co_return started;
    }
    Task<Result<Secret>> respond(std::string challenge) override {
        auto response = co_await client_.pool_.offload(
            [connection = connection_, challenge = std::move(challenge)] {
                return connection->respond(challenge);
            });
        connection_->messages().tell(client_.log_);
        co_return response;
    }

private:
    CyrusClient& client_;
    std::shared_ptr<Connection> connection_;
};

CyrusClient::CyrusClient(event::Pool& pool, Settings settings, Log log)
    : pool_(pool),
      settings_(std::move(settings)),
      log_(log),
      callbacks_(messages_, settings_.config_path) {}

Result<std::unique_ptr<CyrusClient>> CyrusClient::open(event::Pool& pool, Settings settings,
                                                       Log log) {
    prepare_cyrus_for_threads();
    auto client = std::unique_ptr<CyrusClient>(new CyrusClient(pool, std::move(settings), log));
    const int result = ::sasl_client_init(client->callbacks_.get());
    client->messages_.tell(log);
    if (result != SASL_OK) return permanent("SASL client initialization: " + cyrus_error(result));
    return client;
}

std::unique_ptr<ClientExchange> CyrusClient::begin(std::string host, Credentials credentials,
                                                   SecurityOptions demanded, bool is_encrypted) {
    return std::make_unique<Attempt>(*this, std::move(host), std::move(credentials), demanded,
                                     is_encrypted);
}

}  // namespace postern::sasl
