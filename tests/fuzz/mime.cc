// Fuzzes the structure of messages, the fields of their headers, and what is made of them: a
// message made fit for 7 bits is one.
#include "lib/base/strings.h"
#include "lib/mail/address_header.h"
#include "lib/mail/downgrade.h"
#include "lib/mail/mime_reader.h"
#include "tests/fuzz/input.h"

namespace {

using namespace postern;

class Receiver final : public mail::MimeReceiver {
public:
    void header(mail::HeaderPlace, std::string_view field) override {
        const auto parts = mail::parse_field(field);
        fuzz::require(parts.has_value() && !parts->name.empty());
        const mail::AddressHeader addresses(parts->value, 100);
        fuzz::require(addresses.size() <= 100);
        for (std::size_t i = 0; i < addresses.size(); ++i) std::ignore = addresses.address(i);
        std::ignore = addresses.field(parts->name);
    }
    void header_end(mail::HeaderPlace, const mail::ContentType& type, mail::TransferEncoding) override {
        fuzz::require(!type.type.empty());
    }
    void body(std::string_view, bool) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view message = fuzz::text_of(data, size);
    Receiver receiver;
    mail::MimeReader reader(receiver, {.header_size = 500, .nesting = 5, .boundary_length = 60});
    std::string changed;
    mail::Downgrader downgrader([&](std::string_view line) { changed.append(line).push_back('\n'); });
    for (std::string_view rest = message; !rest.empty();) {
        const auto end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        // A long line comes in pieces, as queue files have it.
        reader.line(line.substr(0, 100));
        if (line.size() > 100) reader.piece(line.substr(100));
        downgrader.line(line);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    reader.finish();
    downgrader.finish();
    return 0;
}
