// Cyrus SASL servers; see the header.
#include "lib/sasl/cyrus_server.h"

#include "lib/base/strings.h"

namespace postern::sasl {

namespace {

/// A connection of the library. Shared by an attempt, which may be given up, and the thread that
/// works for it.
class Connection {
public:
    Connection(CyrusServer::Settings settings, Peer peer, SecurityOptions demanded)
        : settings_(std::move(settings)), peer_(std::move(peer)), demanded_(demanded) {}

    Result<void> open();
    Result<std::vector<std::string>> list();
    Step start(const std::string& mechanism, const std::optional<Secret>& initial);
    Step step(const Secret& response);
    const std::string& username() const noexcept { return username_; }
    CyrusMessages& messages() noexcept { return messages_; }

private:
    Step step_of(int result, const char* text, unsigned size);

    const CyrusServer::Settings settings_;
    const Peer peer_;
    const SecurityOptions demanded_;
    CyrusMessages messages_;
    CyrusCallbacks callbacks_{messages_};
    CyrusHandle handle_;
    std::string username_;
};

Result<void> Connection::open() {
    if (handle_) return success();
    sasl_conn_t* handle = nullptr;
    const char* realm = settings_.realm.empty() ? nullptr : settings_.realm.c_str();
    const int result = ::sasl_server_new(settings_.service.c_str(), settings_.hostname.c_str(),
                                         realm, nullptr, nullptr, callbacks_.get(), 0, &handle);
    if (result != SASL_OK)
        return temporary("SASL per-connection initialization: " + cyrus_error(result));
    handle_.reset(handle);
    return secure(handle, demanded_, peer_);
}

Result<std::vector<std::string>> Connection::list() {
    if (auto opened = open(); !opened) return opened.error();
    const char* names = nullptr;
    const int result =
        ::sasl_listmech(handle_.get(), nullptr, "", " ", "", &names, nullptr, nullptr);
    if (result == SASL_NOMECH) return std::vector<std::string>();
    if (result != SASL_OK) return temporary("SASL mechanism list: " + cyrus_error(result));
    std::vector<std::string> list;
    for (const std::string_view name : split(names))
        list.push_back(upper(name));
    return list;
}

Step Connection::start(const std::string& mechanism, const std::optional<Secret>& initial) {
    if (auto opened = open(); !opened) return {Step::Kind::unavailable, opened.error().text};
    const char* text = nullptr;
    unsigned size = 0;
    const int result = ::sasl_server_start(
        handle_.get(), mechanism.c_str(), initial ? initial->text().c_str() : nullptr,
        initial ? static_cast<unsigned>(initial->text().size()) : 0, &text, &size);
    return step_of(result, text, size);
}

Step Connection::step(const Secret& response) {
    const char* text = nullptr;
    unsigned size = 0;
    const int result =
        ::sasl_server_step(handle_.get(), response.text().c_str(),
                           static_cast<unsigned>(response.text().size()), &text, &size);
    return step_of(result, text, size);
}

Step Connection::step_of(int result, const char* text, unsigned size) {
    if (result == SASL_CONTINUE)
        return {Step::Kind::challenge, text ? std::string(text, size) : std::string()};
    if (result == SASL_OK) {
        const void* name = nullptr;
        if (::sasl_getprop(handle_.get(), SASL_USERNAME, &name) != SASL_OK || !name)
            return {Step::Kind::failure, "no user name"};
        username_ = printable(static_cast<const char*>(name));
        return {Step::Kind::success, {}};
    }
    return {is_unavailable(result) ? Step::Kind::unavailable : Step::Kind::failure,
            cyrus_error(result)};
}

}  // namespace

class CyrusServer::Attempt final : public Exchange {
public:
    Attempt(CyrusServer& server, Peer peer, SecurityOptions demanded)
        : server_(server),
          connection_(std::make_shared<Connection>(server.settings_, std::move(peer), demanded)) {}

    Task<Step> start(std::string mechanism, std::optional<Secret> initial) override {
        auto step = co_await server_.pool_.offload(
            [connection = connection_, mechanism = std::move(mechanism),
             initial = std::move(initial)] { return connection->start(mechanism, initial); });
        co_return told(std::move(step));
    }
    Task<Step> step(Secret response) override {
        auto step = co_await server_.pool_.offload(
            [connection = connection_, response = std::move(response)] {
                return connection->step(response);
            });
        co_return told(std::move(step));
    }
    const std::string& username() const override { return connection_->username(); }

private:
    Step told(Step step) {
        connection_->messages().tell(server_.log_);
        return step;
    }

    CyrusServer& server_;
    std::shared_ptr<Connection> connection_;
};

CyrusServer::CyrusServer(event::Pool& pool, Settings settings, Log log)
    : pool_(pool),
      settings_(std::move(settings)),
      log_(log),
      callbacks_(messages_, settings_.config_path) {}

CyrusServer::~CyrusServer() = default;

Result<std::unique_ptr<CyrusServer>> CyrusServer::open(event::Pool& pool, Settings settings,
                                                       Log log) {
    prepare_cyrus_for_threads();
    auto server = std::unique_ptr<CyrusServer>(new CyrusServer(pool, std::move(settings), log));
    const int result =
        ::sasl_server_init(server->callbacks_.get(), server->settings_.application.c_str());
    server->messages_.tell(log);
    if (result != SASL_OK) return permanent("SASL initialization: " + cyrus_error(result));
    return server;
}

Task<Result<std::vector<std::string>>> CyrusServer::mechanisms(Peer peer,
                                                               SecurityOptions demanded) {
    const std::tuple circumstances(demanded, peer.is_encrypted ? peer.cipher_bits : 0,
                                   !peer.certificate_name.empty());
    if (const auto known = offered_.find(circumstances); known != offered_.end())
        co_return known->second;
    auto connection = std::make_shared<Connection>(settings_, std::move(peer), demanded);
    auto list = co_await pool_.offload([connection] { return connection->list(); });
    connection->messages().tell(log_);
    if (list) offered_[circumstances] = *list;
    co_return list;
}

std::unique_ptr<Exchange> CyrusServer::begin(Peer peer, SecurityOptions demanded) {
    return std::make_unique<Attempt>(*this, std::move(peer), demanded);
}

}  // namespace postern::sasl
