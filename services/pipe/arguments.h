// The arguments of the command: macros of master.cf replaced by what is known of the message and
// its recipients (pipe(8)).
#pragma once

#include "lib/base/result.h"
#include "lib/delivery/job.h"
#include "services/pipe/attributes.h"

#include <string>
#include <string_view>
#include <vector>

namespace postern::pipe {

/// How addresses are taken apart.
struct AddressSyntax {
    std::string recipient_delimiter;
    bool owner_request_special = true;
};

class ArgumentExpander {
public:
    /// All outlive it.
    ArgumentExpander(const Attributes& attributes, const AddressSyntax& syntax,
                     const delivery::Job& job, std::span<const std::size_t> recipients)
        : attributes_(attributes), syntax_(syntax), job_(job), recipients_(recipients) {}

    /// The command with its arguments. One that names a recipient stands as often as there are
    /// recipients. Error (permanent): an unknown macro, or bad syntax, in master.cf.
    Result<std::vector<std::string>> expand() const;

private:
    struct Recipient;
    Result<std::string> expand_for(std::string_view argument, const Recipient* recipient,
                                   bool& names_recipient) const;
    std::optional<std::string> message_macro(std::string_view name) const;
    std::optional<std::string> recipient_macro(std::string_view name,
                                               const Recipient& recipient) const;
    std::string address(std::string_view internal) const;
    std::string sender() const;

    const Attributes& attributes_;
    const AddressSyntax& syntax_;
    const delivery::Job& job_;
    std::span<const std::size_t> recipients_;
};

}  // namespace postern::pipe
