// Lists of what is built in.
#include "postconf/features.h"

#include "lib/config/config.h"
#include "lib/table/registry.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::postconf {

namespace {

void print_lines(std::initializer_list<std::string_view> lines) {
    for (const auto line : lines)
        fmt::print("{}\n", line);
}

void show_table_types() {
    for (const auto& name : table::Registry::type_names())
        fmt::print("{}\n", name);
}

void show_key_algorithms() {
    constexpr std::array<std::pair<int, std::string_view>, 5> algorithms{{
        {EVP_PKEY_DSA, "dsa"}, {EVP_PKEY_EC, "ecdsa"}, {EVP_PKEY_RSA, "rsa"},
        {EVP_PKEY_ED25519, "ed25519"}, {EVP_PKEY_ED448, "ed448"},
    }};
    for (const auto& [id, name] : algorithms)
        if (EVP_PKEY_asn1_find(nullptr, id)) fmt::print("{}\n", name);
}

struct TlsMode {
    std::string_view name;
    void (*show)();
};
constexpr std::array<TlsMode, 3> tls_modes{{
    {"compile-version", [] { print_lines({OPENSSL_VERSION_TEXT}); }},
    {"run-version", [] { print_lines({OpenSSL_version(OPENSSL_VERSION)}); }},
    {"public-key-algorithms", show_key_algorithms},
}};

Result<void> show_tls(const std::string& mode) {
    const auto known = std::find_if(tls_modes.begin(), tls_modes.end(),
                                    [&](const TlsMode& m) { return m.name == mode; });
    if (known == tls_modes.end())
        return permanent(fmt::format("unknown 'postconf -T' mode: {}", mode));
    known->show();
    return {};
}

}  // namespace

Result<void> show_features(const Options& options) {
    switch (options.subject) {
    case Subject::table_types: show_table_types(); break;
    case Subject::lock_types: print_lines({"flock", "fcntl", "dotlock"}); break;
    case Subject::server_sasl_types: print_lines({"cyrus", "dovecot"}); break;
    case Subject::client_sasl_types: print_lines({"cyrus"}); break;
    default: return show_tls(options.tls_mode);
    }
    return {};
}

Result<void> show_bounce_templates(const Options& options) {
    const auto config = config::Config::load_unchecked({.directory = options.directory});
    if (!config) return config.error();
    std::vector<std::string> words{
        "bounce", options.subject == Subject::bounce_texts ? "-SVnexpand_templates"
                                                           : "-SVndump_templates"};
    if (!options.arguments.empty()) {
        const std::string& file = options.arguments.front();
        if (!file.empty() && ::access(file.c_str(), R_OK) != 0) return system_error("open " + file);
        words.emplace_back("-o");
        words.push_back("bounce_template_file=" + options.arguments.front());
    }
    words.insert(words.end(), {"-o", "queue_directory=."});
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    setenv("MAIL_CONFIG", options.directory.c_str(), 1);
    const auto program = config->text("daemon_directory") + "/bounce";
    execv(program.c_str(), arguments.data());
    return system_error("execv " + program);
}

}  // namespace postern::postconf
