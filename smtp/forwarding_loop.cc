// Looking for Delivered-To:; see the header.
#include "smtp/forwarding_loop.h"

#include "lib/base/strings.h"
#include "lib/mail/address.h"
#include "lib/mail/header_field.h"

#include <fmt/format.h>

namespace postern::smtp {

namespace {

bool has_been_delivered_to(const delivery::Job& job, std::string_view address, std::size_t header_size_limit) {
    auto content = job.content();
    mail::HeaderReader header(header_size_limit);
    for (;;) {
        auto line = content.next();
        if (!line || !*line) return false;   // damage shows when the content is sent
        const auto step = header.add((*line)->text);
        const auto field = step.field ? mail::parse_field(*step.field) : std::nullopt;
        if (field && same(field->name, "Delivered-To") && same(mail::internal(trim(field->value)), address))
            return true;
        if (step.ended) return false;
    }
}

}  // namespace

Task<void> return_looping_mail(delivery::Job& job, std::size_t header_size_limit, Verdicts& verdicts) {
    for (const std::size_t recipient : job.open_recipients()) {
        const std::string& address = job.request().recipients[recipient].address;
        if (has_been_delivered_to(job, address, header_size_limit))
            co_await verdicts.settle(recipient, delivery::Settlement::failed(
                                                    {5, 4, 6}, fmt::format("mail forwarding loop for {}", address)));
    }
}

}  // namespace postern::smtp
