#include "lib/tls/key_chain.h"
#include "tests/unit/tls/lab.h"

#include <openssl/dh.h>
#include <openssl/pem.h>

namespace postern::tls {

using test::TlsLab;
using test::Wanted;

TEST_CASE("a chain file may hold keys of several kinds, each before its certificates", "[tls]") {
    TlsLab lab;
    const std::string both = lab.authority.chain({.name = "a.example"}) + lab.authority.certificate() +
                             lab.authority.chain({.name = "b.example", .is_rsa = true});
    auto chains = load_chains({lab.write("both", both)});
    REQUIRE(chains);
    REQUIRE(chains->size() == 2);
    CHECK((*chains)[0].authorities.size() == 1);
    CHECK((*chains)[1].authorities.empty());
}

TEST_CASE("a key and its certificate may stand in files one after another", "[tls]") {
    TlsLab lab;
    const auto pair = lab.authority.pair({.name = "a.example"});
    auto chains = load_chains({lab.write("key", pair.key), lab.write("crt", pair.certificate)});
    REQUIRE(chains);
    CHECK(chains->size() == 1);
}

TEST_CASE("what is wrong with a chain file names it", "[tls]") {
    TlsLab lab;
    const auto one = lab.authority.pair({.name = "a.example"});
    const auto other = lab.authority.pair({.name = "b.example"});
    const std::string mixed = lab.write("mixed", one.key + other.certificate);
    CHECK(load_chains({mixed}).error().text == "key at index 1 in " + mixed + " does not match next certificate");
    const std::string bare = lab.write("bare", one.key);
    CHECK(load_chains({bare}).error().text == "key at index 1 in " + bare + " is without a certificate");
    const std::string headless = lab.write("headless", one.certificate);
    CHECK(load_chains({headless}).error().text ==
          "certificate at index 1 in " + headless + " is not preceded by its private key");
    const std::string empty = lab.write("empty", "hello\n");
    CHECK(load_chains({empty}).error().text == empty + " contains no PEM objects");
    CHECK(load_chains({"/nonexistent.pem"}).error().text ==
          "error opening chain file: /nonexistent.pem: No such file or directory");
}

TEST_CASE("a certificate and a key in files of their own must belong together", "[tls]") {
    TlsLab lab;
    const auto one = lab.authority.pair({.name = "a.example"});
    const auto other = lab.authority.pair({.name = "b.example"});
    const std::string certificate = lab.write("crt", one.certificate), key = lab.write("key", one.key);
    CHECK(load_pair({certificate, key}));
    CHECK(load_pair({lab.write("whole", one.certificate + one.key), lab.folder.path("whole")}));
    const std::string wrong = lab.write("wrong", other.key);
    CHECK(load_pair({certificate, wrong}).error().text ==
          "private key in " + wrong + " does not match the certificate in " + certificate);
}

TEST_CASE("a certificate that is too old or too new is complained of, and used", "[tls]") {
    TlsLab lab;
    const auto complaint = [&](const Wanted& wanted) {
        return complaint_about((*load_chains({lab.chain_file(wanted)}))[0]);
    };
    CHECK(complaint({.name = "a.example"}) == "");
    CHECK(complaint({.name = "old.example", .from_days = -9, .to_days = -1}) ==
          "certificate in " + lab.folder.path("old.example") + " has expired");
    CHECK(complaint({.name = "new.example", .from_days = 1}) ==
          "certificate in " + lab.folder.path("new.example") + " is not yet valid");
}

TEST_CASE("a server that has no certificate, or cannot read it, says so", "[tls]") {
    TlsLab lab;
    CHECK(lab.try_server("").error().text == "No server certs available. TLS won't be enabled");
    CHECK(lab.try_server("smtpd_tls_chain_files = /nonexistent.pem\n").error().text ==
          "error opening chain file: /nonexistent.pem: No such file or directory: disabling TLS support");
    CHECK(lab.try_server("smtpd_tls_cert_file = none\n"));
    const std::string good = "smtpd_tls_chain_files = " + lab.chain_file({.name = "a.example"}) + "\n";
    CHECK(lab.try_server(good + "smtpd_tls_protocols = bogus\n").error().text ==
          "Invalid TLS protocol list \"bogus\": disabling TLS support");
    CHECK(lab.try_server(good + "smtpd_tls_CAfile = /nonexistent.pem\n").error().text.find(
              "cannot load Certification Authority data, CAfile=\"/nonexistent.pem\"") == 0);
}

TEST_CASE("parameters of Diffie-Hellman come from a file; one that is of no use is said, and passed over", "[tls]") {
    test::TlsLab lab;
    const KeyHandle parameters([] {
        std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> maker(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
        EVP_PKEY* made = nullptr;
        EVP_PKEY_paramgen_init(maker.get());
        EVP_PKEY_CTX_set_dh_nid(maker.get(), NID_ffdhe2048);
        EVP_PKEY_paramgen(maker.get(), &made);
        return made;
    }());
    const BioHandle pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_Parameters(pem.get(), parameters.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(pem.get(), &text);
    const std::string chain = "smtpd_tls_chain_files = " + lab.chain_file({.name = "mx.example"}) + "\nsmtpd_tls_dh1024_param_file = ";
    CHECK(lab.server(chain + lab.write("dh.pem", {text, static_cast<std::size_t>(size)}) + "\n")->warnings().empty());
    CHECK(lab.server(chain + "auto\n")->warnings().empty());
    const std::string bad = lab.write("bad.pem", "nothing\n");
    const auto server = lab.server(chain + bad + "\n");
    REQUIRE(server->warnings().size() == 1);
    CHECK(server->warnings()[0].starts_with("cannot load DH parameters from file " + bad + ": "));
}

}  // namespace postern::tls
