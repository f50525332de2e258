// Running openssl; see the header.
#include "tools/postfix/key_files.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/service/run_program.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace postern::postfix {

namespace {

/// A file of our own, gone when this is.
class ScratchFile {
public:
    ScratchFile() : path_((std::filesystem::temp_directory_path() / "postfix-tls-XXXXXX").string()) {
        file_ = Fd(::mkstemp(path_.data()));
    }
    ~ScratchFile() {
        if (file_) ::unlink(path_.c_str());
    }
    ScratchFile(const ScratchFile&) = delete;
    explicit operator bool() const noexcept { return static_cast<bool>(file_); }
    const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
    Fd file_;
};

/// The extension with all hosts.
std::string names_of(const std::vector<std::string>& hosts) {
    std::string names = "subjectAltName=";
    for (const std::string& host : hosts)
        names += fmt::format("{}DNS:{}", host == hosts.front() ? "" : ",", host);
    return names;
}

/// The most that fits in a common name (RFC 5280, ub-common-name); a longer host is a name only.
constexpr std::size_t longest_common_name = 64;

/// The subject of a certificate for these hosts.
std::string subject_of(const std::vector<std::string>& hosts) {
    return hosts.front().size() > longest_common_name ? "/" : "/CN=" + hosts.front();
}

/// Of a server's certificate, which signs no others. What openssl.cnf of the machine adds to every
/// certificate is for authorities.
std::string certificate_settings(const std::vector<std::string>& hosts) {
    return fmt::format("[req]\ndistinguished_name=subject\nx509_extensions=server\n[subject]\n"
                       "[server]\nbasicConstraints=CA:FALSE\n"
                       "extendedKeyUsage=serverAuth,clientAuth\n{}\n",
                       names_of(hosts));
}

}  // namespace

Result<KeyAlgorithm> parse_algorithm(std::string_view name) {
    if (same(name, "rsa")) return KeyAlgorithm::rsa;
    if (same(name, "ecdsa")) return KeyAlgorithm::ecdsa;
    return permanent(fmt::format("unsupported public key algorithm: {} (is it rsa or ecdsa?)", name));
}

std::string_view name_of(KeyAlgorithm algorithm) {
    return algorithm == KeyAlgorithm::rsa ? "rsa" : "ecdsa";
}

Result<void> KeyFiles::run(std::vector<std::string> words) const {
    words.insert(words.begin(), openssl_);
    const auto status = service::run_program(words);
    if (!status) return status.error().in("openssl_path");
    if (*status != 0) return permanent(fmt::format("{} {}: exit status {}", openssl_, words[1], *status));
    return success();
}

Result<std::string> KeyFiles::output_of(std::vector<std::string> words) const {
    const ScratchFile file;
    if (!file) return system_error("temporary file");
    words.insert(words.begin() + 1, {"-out", file.path()});   // names of files come last
    if (auto done = run(std::move(words)); !done) return done.error();
    return read_file(file.path());
}

Result<void> KeyFiles::make_key(const NewKey& kind, const std::string& key_file) const {
    const bool is_rsa = kind.algorithm == KeyAlgorithm::rsa;
    const std::string option =
        is_rsa ? "rsa_keygen_bits:" + (kind.bits.empty() ? "2048" : kind.bits)
               : "ec_paramgen_curve:" + (kind.bits.empty() ? "prime256v1" : kind.bits);
    const mode_t before = ::umask(077);
    auto made = run({"genpkey", "-quiet", "-algorithm", is_rsa ? "RSA" : "EC", "-pkeyopt", option,
                     "-out", key_file});
    ::umask(before);
    if (!made) ::unlink(key_file.c_str());   // openssl has made it before it knows
    return made;
}

Result<void> KeyFiles::make_certificate(const std::string& key_file,
                                        const std::string& certificate_file,
                                        const std::vector<std::string>& hosts) const {
    const ScratchFile settings;
    if (!settings) return system_error("temporary file");
    const auto kept = replace_file(settings.path(), certificate_settings(hosts), 0600);
    if (!kept) return kept;
    return run({"req", "-x509", "-new", "-key", key_file, "-out", certificate_file, "-sha256",
                "-days", "36525", "-config", settings.path(), "-subj", subject_of(hosts)});
}

Result<void> KeyFiles::print_request(const std::string& key_file,
                                     const std::vector<std::string>& hosts) const {
    return run({"req", "-new", "-key", key_file, "-sha256", "-subj", subject_of(hosts), "-addext",
                names_of(hosts)});
}

Result<std::string> KeyFiles::digest(const std::string& der) const {
    const ScratchFile file;
    if (!file) return system_error("temporary file");
    if (auto kept = replace_file(file.path(), der, 0600); !kept) return kept.error();
    auto text = output_of({"dgst", "-sha256", "-r", "-hex", file.path()});
    if (!text) return text;
    return text->substr(0, text->find(' '));
}

Result<std::string> KeyFiles::public_key_digest(const std::string& key_file) const {
    auto key = output_of({"pkey", "-in", key_file, "-pubout", "-outform", "DER"});
    return key ? digest(*key) : key;
}

Result<std::string> KeyFiles::certificate_key_digest(const std::string& certificate_file) const {
    const ScratchFile file;
    if (!file) return system_error("temporary file");
    auto pem = output_of({"x509", "-in", certificate_file, "-noout", "-pubkey"});
    if (!pem) return pem;
    if (auto kept = replace_file(file.path(), *pem, 0600); !kept) return kept.error();
    auto key = output_of({"pkey", "-pubin", "-in", file.path(), "-pubout", "-outform", "DER"});
    return key ? digest(*key) : key;
}

Result<KeyAlgorithm> KeyFiles::algorithm_of(const std::string& key_file) const {
    auto text = output_of({"pkey", "-in", key_file, "-noout", "-text"});
    if (!text) return text.error();
    return text->find("ASN1 OID:") == std::string::npos ? KeyAlgorithm::rsa : KeyAlgorithm::ecdsa;
}

}  // namespace postern::postfix
