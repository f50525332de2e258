// Errors and start of OpenSSL; see the header.
#include "lib/tls/openssl.h"

#include <openssl/err.h>

#include <fmt/format.h>

namespace postern::tls {

namespace {

using SettingsHandle = std::unique_ptr<OPENSSL_INIT_SETTINGS, Freed<OPENSSL_INIT_free>>;

}  // namespace

BioHandle memory_bio(std::string_view text) {
    return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::vector<std::string> take_library_errors() {
    std::vector<std::string> errors;
    const char *file, *function, *data;
    int line, flags;
    while (const auto code = ERR_get_error_all(&file, &line, &function, &data, &flags)) {
        char text[256];
        ERR_error_string_n(code, text, sizeof text);
        const bool has_data = (flags & ERR_TXT_STRING) && data && *data;
        errors.push_back(fmt::format("{}:{}:{}:{}", text, file, line,
                                     has_data ? std::string(data) + ":" : std::string()));
    }
    return errors;
}

std::string take_library_reason() {
    const auto code = ERR_peek_last_error();
    const char* reason = code ? ERR_reason_error_string(code) : nullptr;
    std::string text = reason ? reason : "unknown error";
    ERR_clear_error();
    return text;
}

bool load_library(const std::string& config_file, const std::string& name) {
    const SettingsHandle settings(OPENSSL_INIT_new());
    std::uint64_t options = OPENSSL_INIT_LOAD_CONFIG;
    if (config_file == "none") options = OPENSSL_INIT_NO_LOAD_CONFIG;
    else if (config_file != "default")
        OPENSSL_INIT_set_config_filename(settings.get(), config_file.c_str());
    if (!name.empty()) OPENSSL_INIT_set_config_appname(settings.get(), name.c_str());
    return OPENSSL_init_ssl(options, settings.get()) == 1;
}

}  // namespace postern::tls
