// Cyrus SASL; see the header.
#include "lib/sasl/cyrus_library.h"

#include <cstdlib>
#include <cstring>
#include <mutex>

namespace postern::sasl {

namespace {

void* make_lock() {
    return new std::mutex;
}
int take_lock(void* lock) {
    static_cast<std::mutex*>(lock)->lock();
    return SASL_OK;
}
int release_lock(void* lock) {
    static_cast<std::mutex*>(lock)->unlock();
    return SASL_OK;
}
void drop_lock(void* lock) {
    delete static_cast<std::mutex*>(lock);
}

int take_message(void* messages, int level, const char* text) {
    if (text) static_cast<CyrusMessages*>(messages)->add(level, text);
    return SASL_OK;
}

/// The library frees what it gets.
int give_config_path(void* path, char** result) {
    *result = ::strdup(static_cast<std::string*>(path)->c_str());
    return *result ? SASL_OK : SASL_NOMEM;
}

constexpr struct {
    unsigned property, flag;
} forbidding[] = {
    {plaintext, SASL_SEC_NOPLAINTEXT},
    {active, SASL_SEC_NOACTIVE},
    {dictionary, SASL_SEC_NODICTIONARY},
    {anonymous, SASL_SEC_NOANONYMOUS},
};

unsigned flags_of(const SecurityOptions& demanded) {
    unsigned flags = 0;
    for (const auto& one : forbidding)
        if (demanded.forbidden & one.property) flags |= one.flag;
    if (demanded.needed & forward_secrecy) flags |= SASL_SEC_FORWARD_SECRECY;
    if (demanded.needed & mutual_auth) flags |= SASL_SEC_MUTUAL_AUTH;
    return flags;
}

Result<void> done(int result) {
    if (result == SASL_OK) return success();
    return temporary("SASL: " + cyrus_error(result));
}

}  // namespace

void prepare_cyrus_for_threads() {
    ::sasl_set_mutex(make_lock, take_lock, release_lock, drop_lock);
}

void CyrusMessages::add(int level, std::string_view text) {
    // Above that level are traces, the last of which have passwords in them.
    if (level == SASL_LOG_NONE || level > SASL_LOG_WARN) return;
    messages_.push_back({level != SASL_LOG_WARN, std::string(text)});
}

void CyrusMessages::tell(const Log& log) {
    for (const Message& message : messages_) {
        if (message.is_warning)
            log.warning("SASL authentication failure: {}", message.text);
        else
            log.verbose(1, "SASL authentication: {}", message.text);
    }
    messages_.clear();
}

CyrusCallbacks::CyrusCallbacks(CyrusMessages& messages, std::string config_path)
    : list_{{SASL_CB_LIST_END, nullptr, nullptr}}, config_path_(std::move(config_path)) {
    add(SASL_CB_LOG, take_message, &messages);
    if (!config_path_.empty()) add(SASL_CB_GETCONFPATH, give_config_path, &config_path_);
}

Result<void> secure(sasl_conn_t* connection, const SecurityOptions& demanded, const Peer& peer) {
    sasl_security_properties_t properties{};
    // The layers that mechanisms can put over a connection are not used: TLS protects it, or
    // nothing does.
    properties.max_ssf = 0;
    properties.security_flags = flags_of(demanded);
    if (auto set = done(::sasl_setprop(connection, SASL_SEC_PROPS, &properties)); !set) return set;
    if (!peer.is_encrypted) return success();
    const sasl_ssf_t bits = peer.cipher_bits;
    if (auto set = done(::sasl_setprop(connection, SASL_SSF_EXTERNAL, &bits)); !set) return set;
    if (peer.certificate_name.empty()) return success();
    return done(::sasl_setprop(connection, SASL_AUTH_EXTERNAL, peer.certificate_name.c_str()));
}

bool is_unavailable(int result) noexcept {
    // SASL_FAIL: a password check that could not be made, such as a saslauthd that is down.
    return result == SASL_FAIL || result == SASL_NOMEM || result == SASL_UNAVAIL ||
           result == SASL_TRYAGAIN;
}

std::string cyrus_error(int result) {
    const char* text = ::sasl_errstring(result, nullptr, nullptr);
    return text ? text : "unknown error";
}

}  // namespace postern::sasl
