// The commands; see the header.
#include "tools/postfix/tls.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/config/catalogue.h"
#include "lib/config/edit.h"
#include "tools/postfix/key_files.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <unistd.h>

namespace postern::postfix {

namespace {

/// What stands behind the command.
struct Request {
    NewKey key;                         ///< -a -b
    std::optional<std::string> host;    ///< -h
    std::string key_file = "rsa";       ///< -k
    std::string random_source;          ///< -r
    std::vector<std::string> words;     ///< without options: hosts, files
};

template <class T>
T require(const Instance& instance, Result<T> result) {
    if (!result) instance.log().fatal("{}", result.error().text);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void set_option(const Instance& instance, Request& request, char letter, const std::string& value) {
    switch (letter) {
    case 'a': request.key.algorithm = require(instance, parse_algorithm(value)); break;
    case 'b': request.key.bits = value; break;
    case 'h': request.host = value; break;
    case 'k': request.key_file = value; break;
    default: request.random_source = value; break;   // 'r'
    }
}

/// `letters`: the options that the command has.
Request parse(const Instance& instance, std::string_view letters) {
    Request request;
    const auto& words = instance.options().arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (!request.words.empty() || !words[i].starts_with('-')) {
            request.words.push_back(words[i]);
            continue;
        }
        const bool is_known = words[i].size() == 2 && letters.find(words[i][1]) != letters.npos;
        if (!is_known || i + 1 == words.size())
            instance.log().fatal("postfix tls {}: bad option: {}", words[0], words[i]);
        set_option(instance, request, words[i][1], words[i + 1]);
        ++i;
    }
    return request;
}

std::vector<std::string> hosts_of(const Instance& instance, const Request& request) {
    return request.words.empty() ? std::vector{instance["myhostname"]} : request.words;
}

std::string in_configuration(const Instance& instance, const std::string& file) {
    return file.starts_with('/') ? file : instance.config().directory() + "/" + file;
}

KeyFiles key_files(const Instance& instance) { return KeyFiles(instance["openssl_path"]); }

/// The parameters of a key and its certificate.
struct Deployed {
    std::string_view certificate, key;
};
Deployed parameters_of(KeyAlgorithm algorithm) {
    return algorithm == KeyAlgorithm::rsa ? Deployed{"smtpd_tls_cert_file", "smtpd_tls_key_file"}
                                          : Deployed{"smtpd_tls_eccert_file", "smtpd_tls_eckey_file"};
}

/// The file of an algorithm's key, as main.cf has it; "" where it has none.
std::string deployed_key(const Instance& instance, KeyAlgorithm algorithm) {
    const std::string file = instance[parameters_of(algorithm).key];
    return file.empty() || file == "none" ? "" : in_configuration(instance, file);
}

/// A file, or the algorithm whose deployed one is meant.
std::string key_file(const Instance& instance, const std::string& name) {
    const auto algorithm = parse_algorithm(name);
    return algorithm ? deployed_key(instance, *algorithm) : in_configuration(instance, name);
}

bool is_readable(const std::string& file) { return ::access(file.c_str(), R_OK) == 0; }

bool is_all_default(const Instance& instance, std::string_view program) {
    return std::ranges::none_of(instance.config().settings(), [&](const config::Setting& setting) {
        const std::string_view name = setting.name;
        const config::Parameter* row = config::find_parameter(name);
        const bool is_of_tls = name.starts_with(fmt::format("{}_tls_", program)) ||
                               name == fmt::format("{}_use_tls", program) ||
                               name == fmt::format("{}_enforce_tls", program);
        return row && is_of_tls && setting.value != row->default_text;
    });
}

int all_default_client(const Instance& instance) { return is_all_default(instance, "smtp") ? 0 : 1; }
int all_default_server(const Instance& instance) { return is_all_default(instance, "smtpd") ? 0 : 1; }

/// What is said to the person, and kept in the log.
void say(const Instance& instance, std::initializer_list<std::string> lines) {
    for (const std::string& line : lines) instance.log().info("{}", line);
}

/// Changes main.cf where all is as it was made; otherwise says what might be changed.
int enable(const Instance& instance, bool may_change, std::vector<config::Assignment> assignments,
           const std::string& random_source) {
    if (!random_source.empty()) assignments.push_back({"tls_random_source", random_source});
    if (may_change) {
        require(instance, config::edit_file(instance.config().directory() + "/main.cf",
                                            [&](std::string text) -> Result<std::string> {
                                                return config::assign(text, assignments);
                                            }));
        say(instance, {"TLS is enabled; to use it:", "  # postfix reload"});
        return 0;
    }
    say(instance, {"main.cf has TLS settings already, and is not changed; you may want:"});
    for (const auto& [name, value] : assignments)
        instance.log().info("  {} = {}", name, value);
    return 0;
}

int enable_client(const Instance& instance) {
    const Request request = parse(instance, "r");
    return enable(instance, is_all_default(instance, "smtp"),
                  {{"smtp_tls_security_level", "may"},
                   {"smtp_tls_loglevel", "1"},
                   {"smtp_tls_session_cache_database",
                    instance["default_cache_db_type"] + ":${data_directory}/smtp_scache"}},
                  request.random_source);
}

struct NewFiles {
    std::string key, certificate;
};

NewFiles new_files(const Instance& instance, KeyAlgorithm algorithm) {
    const std::time_t now = std::time(nullptr);
    char moment[32];
    std::strftime(moment, sizeof moment, "%Y%m%d-%H%M%S", std::gmtime(&now));
    const std::string_view kind = algorithm == KeyAlgorithm::rsa ? "" : "ec";
    return {in_configuration(instance, fmt::format("{}key-{}.pem", kind, moment)),
            in_configuration(instance, fmt::format("{}cert-{}.pem", kind, moment))};
}

NewFiles make_pair(const Instance& instance, const Request& request, const std::string& old_key) {
    const NewFiles files = new_files(instance, request.key.algorithm);
    if (std::filesystem::exists(files.key))
        instance.log().fatal("New private key file already exists: {}", files.key);
    const KeyFiles keys = key_files(instance);
    if (old_key.empty())
        require(instance, keys.make_key(request.key, files.key));
    else
        require(instance, replace_file(files.key, require(instance, read_file(old_key)), 0600));
    require(instance, keys.make_certificate(files.key, files.certificate, hosts_of(instance, request)));
    return files;
}

/// The commands that go on from here.
int announce(const Instance& instance, const NewFiles& files) {
    say(instance,
        {"New private key and self-signed certificate created. To deploy them:",
         fmt::format("  # postfix tls deploy-server-cert {} {}", files.certificate, files.key),
         "For a certificate that somebody else signs:",
         fmt::format("  # postfix tls output-server-csr -k {} [hostname ...]", files.key),
         fmt::format("Save it in {}, and deploy it as above.", files.certificate),
         "For records of DANE, to be published before the key is deployed:",
         fmt::format("  # postfix tls output-server-tlsa [-h hostname] {}", files.key)});
    return 0;
}

int new_server_key(const Instance& instance) {
    return announce(instance, make_pair(instance, parse(instance, "ab"), ""));
}

int new_server_cert(const Instance& instance) {
    const Request request = parse(instance, "ab");
    return announce(instance,
                    make_pair(instance, request, deployed_key(instance, request.key.algorithm)));
}

/// What main.cf says of a pair whose halves belong together.
std::vector<config::Assignment> deployment(const Instance& instance, const NewFiles& files) {
    for (const std::string& file : {files.key, files.certificate})
        if (!is_readable(file)) instance.log().fatal("{}: cannot be read", file);
    const KeyFiles keys = key_files(instance);
    const auto of_key = require(instance, keys.public_key_digest(files.key));
    const auto of_certificate = require(instance, keys.certificate_key_digest(files.certificate));
    if (of_key != of_certificate)
        instance.log().fatal("the certificate {} is not for the key {}", files.certificate, files.key);
    const auto names = parameters_of(require(instance, keys.algorithm_of(files.key)));
    return {{std::string(names.certificate), files.certificate},
            {std::string(names.key), files.key}};
}

int enable_server(const Instance& instance) {
    const Request request = parse(instance, "rab");
    const bool may_change = is_all_default(instance, "smtpd");
    std::vector<config::Assignment> assignments = {{"smtpd_tls_security_level", "may"},
                                                   {"smtpd_tls_received_header", "yes"},
                                                   {"smtpd_tls_loglevel", "1"}};
    if (may_change)
        std::ranges::move(deployment(instance, make_pair(instance, request, "")),
                          std::back_inserter(assignments));
    return enable(instance, may_change, std::move(assignments), request.random_source);
}

int deploy_server_cert(const Instance& instance) {
    const Request request = parse(instance, "");
    if (request.words.size() != 2)
        instance.log().fatal("usage: postfix tls deploy-server-cert certfile keyfile");
    const NewFiles files{in_configuration(instance, request.words[1]),
                         in_configuration(instance, request.words[0])};
    return enable(instance, true, deployment(instance, files), "");
}

int output_server_csr(const Instance& instance) {
    const Request request = parse(instance, "k");
    const std::string file = key_file(instance, request.key_file);
    if (!is_readable(file))
        instance.log().fatal("No usable keyfile specified or configured: {}", request.key_file);
    require(instance, key_files(instance).print_request(file, hosts_of(instance, request)));
    return 0;
}

int output_server_tlsa(const Instance& instance) {
    const Request request = parse(instance, "h");
    const auto names = request.words.empty() ? std::vector<std::string>{"rsa", "ecdsa"} : request.words;
    const std::string host = request.host.value_or(instance["myhostname"]);
    bool is_any = false;
    for (const std::string& name : names) {
        const std::string file = key_file(instance, name);
        if (file.empty()) continue;
        if (!is_readable(file)) instance.log().fatal("no private key found in file: {}", file);
        fmt::print("; {}\n_25._tcp.{}. IN TLSA 3 1 1 {}\n", file, host,
                   require(instance, key_files(instance).public_key_digest(file)));
        is_any = true;
    }
    if (!is_any) instance.log().fatal("No usable keyfiles specified or configured");
    return 0;
}

struct Command {
    std::string_view name;
    int (*run)(const Instance&);
};

constexpr Command commands[] = {
    {"all-default-client", all_default_client}, {"all-default-server", all_default_server},
    {"deploy-server-cert", deploy_server_cert}, {"enable-client", enable_client},
    {"enable-server", enable_server},           {"new-server-cert", new_server_cert},
    {"new-server-key", new_server_key},         {"output-server-csr", output_server_csr},
    {"output-server-tlsa", output_server_tlsa},
};

}  // namespace

int tls(const Instance& instance) {
    const auto& words = instance.options().arguments;
    const auto found = words.empty() ? std::end(commands)
                                     : std::ranges::find(commands, words[0], &Command::name);
    if (found == std::end(commands)) {
        std::string names;
        for (const Command& command : commands) names += fmt::format(" {}", command.name);
        instance.log().fatal("usage: postfix tls subcommand; one of{}", names);
    }
    return found->run(instance);
}

}  // namespace postern::postfix
