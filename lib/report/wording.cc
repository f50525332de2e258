// Pieces of log lines; see the header.
#include "lib/report/wording.h"

#include "lib/mail/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace postern::report {

std::string Wording::address(std::string_view internal) const {
    if (info_log_address_format == AddressFormat::external) return mail::bracketed(internal);
    return fmt::format("<{}>", internal);
}

std::string host_and_port(const Peer& peer) {
    if (peer.port == 0) return fmt::format("{}[{}]", peer.name, peer.address);
    return fmt::format("{}[{}]:{}", peer.name, peer.address, peer.port);
}

std::string client_text(const Peer& client, const Wording& wording) {
    if (wording.smtpd_client_port_logging) return host_and_port(client);
    return fmt::format("{}[{}]", client.name, client.address);
}

std::string delay_text(microseconds delay, int resolution_limit) {
    const double value = std::max(0.0, std::chrono::duration<double>(delay).count());
    if (value >= 100) return fmt::format("{:.0f}", value);
    if (value < std::pow(10.0, -resolution_limit)) return "0";
    // Two significant digits: below 1 s the first one stands further right.
    const int digits = value >= 10 ? 0 : 1 - static_cast<int>(std::floor(std::log10(value)));
    std::string text = fmt::format("{:.{}f}", value, std::clamp(digits, 0, resolution_limit));
    if (text.find('.') == text.npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

}  // namespace postern::report
