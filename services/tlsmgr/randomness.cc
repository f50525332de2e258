// Sources of randomness; see the header.
#include "services/tlsmgr/randomness.h"

#include "lib/base/fd.h"
#include "lib/base/strings.h"
#include "lib/event/socket.h"
#include "lib/tls/random.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace postern::tlsmgr {

namespace {

constexpr std::size_t exchange_size = 1024;
/// The protocol of EGD sends the count in one byte.
constexpr std::size_t most_at_once = 255;

/// "Give me so many bytes, waiting for them": one byte of command, one of count.
Result<Fd> open_egd(const std::string& path, std::size_t count) {
    const auto address = event::SocketAddress::unix_path(path);
    if (!address) return address.error();
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket || ::connect(socket.get(), address->get(), address->size()) != 0) return system_error(path);
    const char request[] = {2, static_cast<char>(count)};
    if (::write(socket.get(), request, sizeof request) != sizeof request) return system_error(path);
    return socket;
}

Result<Fd> open_source(const std::string& source, std::size_t count) {
    if (source.starts_with("egd:")) return open_egd(source.substr(4), count);
    const std::string path = source.starts_with("dev:") ? source.substr(4) : source;
    Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return system_error(path);
    return file;
}

Result<std::string> read_bytes(const std::string& source, std::size_t count) {
    auto file = open_source(source, count);
    if (!file) return file.error();
    std::string bytes(count, '\0');
    const ssize_t got = ::read(file->get(), bytes.data(), bytes.size());
    if (got <= 0) return got < 0 ? system_error(source) : permanent(source + ": no bytes");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

}  // namespace

RandomSettings::RandomSettings(const config::Config& config)
    : source(config.text("tls_random_source")),
      bytes(std::min(static_cast<std::size_t>(config.number("tls_random_bytes")), most_at_once)),
      exchange_file(config.text("tls_random_exchange_name")),
      reseed_period(config.time("tls_random_reseed_period")),
      update_period(config.time("tls_random_prng_update_period")) {}

Randomness::Randomness(event::Loop& loop, RandomSettings settings, Log log)
    : loop_(loop), settings_(std::move(settings)), log_(log) {
    read_source();
    read_exchange_file();
}

void Randomness::read_source() {
    if (settings_.source.empty()) return;
    const auto bytes = read_bytes(settings_.source, settings_.bytes);
    if (bytes) tls::stir_in(*bytes);
    else log_.warning("tls_random_source: {}", bytes.error().text);
}

void Randomness::read_exchange_file() {
    if (settings_.exchange_file.empty()) return;
    const auto bytes = read_file(settings_.exchange_file, exchange_size);
    if (bytes) tls::stir_in(*bytes);   // there is none before the first time
}

void Randomness::write_exchange_file() {
    if (settings_.exchange_file.empty()) return;
    const std::string bytes = tls::random_bytes(exchange_size);
    const Fd file(::open(settings_.exchange_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file || ::pwrite(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        log_.warning("tls_random_exchange_name: {}", system_error(settings_.exchange_file).text);
}

Task<void> Randomness::reseed_regularly() {
    for (;;) {
        // At a moment that nobody can foresee.
        const auto fraction = static_cast<unsigned char>(tls::random_bytes(1)[0]);
        const auto wait = std::max<seconds>(settings_.reseed_period * (fraction + 1) / 256, seconds(1));
        co_await event::Sleep(loop_, loop_.in(wait));
        read_source();
    }
}

Task<void> Randomness::update_regularly() {
    for (;;) {
        write_exchange_file();
        co_await event::Sleep(loop_, loop_.in(settings_.update_period));
    }
}

}  // namespace postern::tlsmgr
