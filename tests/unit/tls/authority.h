// A certificate authority for tests: keys and certificates as PEM.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace postern::test {

/// What a certificate is to be.
struct Wanted {
    std::string name;                       ///< common name and DNS name; ".x" and "*.x" too
    long from_days = -1, to_days = 30;      ///< valid, counted from today
    bool is_rsa = false;
};

class Authority {
public:
    explicit Authority(const std::string& name);
    ~Authority();

    std::string certificate() const;        ///< its own, PEM
    /// Key first, then the certificate: a chain file.
    std::string chain(const Wanted& wanted) const;
    /// The two apart.
    struct Pair {
        std::string key, certificate;
    };
    Pair pair(const Wanted& wanted) const;

private:
    struct Identity;
    std::unique_ptr<Identity> own_;
};

}  // namespace postern::test
