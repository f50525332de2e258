// Reading PEM; see the header.
#include "lib/tls/key_chain.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"

#include <openssl/pem.h>

#include <fmt/format.h>

namespace postern::tls {

namespace {

constexpr std::size_t file_limit = 1u << 20;

/// One object of a PEM file.
struct PemObject {
    std::string label;
    std::string data;
};

/// The objects in their order; what is no PEM between them is passed over.
std::vector<PemObject> pem_objects(std::string_view pem) {
    std::vector<PemObject> objects;
    const BioHandle input = memory_bio(pem);
    char *name = nullptr, *header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    while (PEM_read_bio(input.get(), &name, &header, &data, &size) == 1) {
        objects.push_back({name, std::string(reinterpret_cast<char*>(data),
                                             static_cast<std::size_t>(size))});
        OPENSSL_cleanse(data, static_cast<std::size_t>(size));
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
    }
    std::ignore = take_library_errors();   // "no start line": the end
    return objects;
}

bool is_key(const PemObject& object) { return object.label.ends_with("PRIVATE KEY"); }
bool is_certificate(const PemObject& object) {
    return object.label == "CERTIFICATE" || object.label == "X509 CERTIFICATE" ||
           object.label == "TRUSTED CERTIFICATE";
}

KeyHandle decode_key(const PemObject& object) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(object.data.data());
    return KeyHandle(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(object.data.size())));
}

CertificateHandle decode_certificate(const PemObject& object) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(object.data.data());
    const auto size = static_cast<long>(object.data.size());
    return CertificateHandle(object.label == "TRUSTED CERTIFICATE"
                                 ? d2i_X509_AUX(nullptr, &bytes, size)
                                 : d2i_X509(nullptr, &bytes, size));
}

/// Puts chains together from what comes out of files, one after another.
class Assembly {
public:
    Result<void> add(std::string_view pem, const std::string& file) {
        std::size_t index = 0;
        for (const PemObject& object : pem_objects(pem)) {
            ++index;
            auto done = is_key(object)           ? add_key(object, file, index)
                        : is_certificate(object) ? add_certificate(object, file, index)
                                                 : success();
            if (!done) return done;
        }
        if (index == 0) return permanent(file + " contains no PEM objects");
        return success();
    }

    Result<std::vector<KeyChain>> finish() {
        if (pending_key_)
            return permanent(fmt::format("key at index {} in {} is without a certificate", key_index_,
                                         key_file_));
        return std::move(chains_);
    }

private:
    Result<void> add_key(const PemObject& object, const std::string& file, std::size_t index) {
        if (pending_key_)
            return permanent(fmt::format("key at index {} in {} not followed by a certificate",
                                         key_index_, key_file_));
        pending_key_ = decode_key(object);
        if (!pending_key_) return bad(object, file, index);
        key_file_ = file;
        key_index_ = index;
        return success();
    }

    Result<void> add_certificate(const PemObject& object, const std::string& file,
                                 std::size_t index) {
        auto certificate = decode_certificate(object);
        if (!certificate) return bad(object, file, index);
        if (!pending_key_) {
            if (chains_.empty())
                return permanent(fmt::format("certificate at index {} in {} is not preceded by "
                                             "its private key", index, file));
            chains_.back().authorities.push_back(std::move(certificate));
            return success();
        }
        if (X509_check_private_key(certificate.get(), pending_key_.get()) != 1) {
            std::ignore = take_library_errors();
            return permanent(fmt::format("key at index {} in {} does not match next certificate",
                                         key_index_, key_file_));
        }
        chains_.push_back({std::move(pending_key_), std::move(certificate), {}, file});
        return success();
    }

    static Error bad(const PemObject& object, const std::string& file, std::size_t index) {
        return permanent(fmt::format("error reading {} at index {} in {}: {}", object.label, index,
                                     file, take_library_reason()));
    }

    std::vector<KeyChain> chains_;
    KeyHandle pending_key_;
    std::string key_file_;
    std::size_t key_index_ = 0;
};

Result<std::string> read_keys(const std::string& file) {
    auto text = read_file(file, file_limit);
    if (text) return text;
    std::string_view why = text.error().text;
    if (why.starts_with("open ")) why.remove_prefix(5);   // as Postfix words it
    return permanent("error opening chain file: " + std::string(why));
}

}  // namespace

Result<std::vector<KeyChain>> load_chains(const std::vector<std::string>& files) {
    Assembly assembly;
    for (const std::string& file : files) {
        auto text = read_keys(file);
        if (!text) return text.error();
        auto added = assembly.add(*text, file);
        OPENSSL_cleanse(text->data(), text->size());
        if (!added) return added.error();
    }
    return assembly.finish();
}

Result<std::vector<KeyChain>> parse_chains(std::string_view pem, const std::string& where) {
    Assembly assembly;
    if (auto added = assembly.add(pem, where); !added) return added.error();
    return assembly.finish();
}

Result<KeyChain> load_pair(const KeyPairFiles& files) {
    KeyChain chain;
    chain.file = files.certificate;
    auto certificates = read_keys(files.certificate);
    if (!certificates) return certificates.error();
    for (const PemObject& object : pem_objects(*certificates)) {
        if (!is_certificate(object)) continue;
        auto certificate = decode_certificate(object);
        if (!certificate)
            return permanent("bad certificate in " + files.certificate + ": " +
                             take_library_reason());
        if (!chain.certificate) chain.certificate = std::move(certificate);
        else chain.authorities.push_back(std::move(certificate));
    }
    if (!chain.certificate) return permanent("no certificate in " + files.certificate);
    auto keys = read_keys(files.key);
    if (!keys) return keys.error();
    for (const PemObject& object : pem_objects(*keys))
        if (is_key(object) && !chain.key) chain.key = decode_key(object);
    OPENSSL_cleanse(keys->data(), keys->size());
    if (!chain.key) return permanent("no private key in " + files.key);
    if (X509_check_private_key(chain.certificate.get(), chain.key.get()) != 1) {
        std::ignore = take_library_errors();
        return permanent(fmt::format("private key in {} does not match the certificate in {}",
                                     files.key, files.certificate));
    }
    return chain;
}

Result<std::vector<KeyChain>> load_keys(const SideSettings& side) {
    if (!side.chain_files.empty()) return load_chains(side.chain_files);
    std::vector<KeyChain> chains;
    for (const KeyPairFiles& pair : side.pairs) {
        auto chain = load_pair(pair);
        if (!chain) return chain.error();
        chains.push_back(std::move(*chain));
    }
    return chains;
}

std::string complaint_about(const KeyChain& chain) {
    if (X509_cmp_current_time(X509_get0_notAfter(chain.certificate.get())) < 0)
        return "certificate in " + chain.file + " has expired";
    if (X509_cmp_current_time(X509_get0_notBefore(chain.certificate.get())) > 0)
        return "certificate in " + chain.file + " is not yet valid";
    return "";
}

}  // namespace postern::tls
