// smtp_generic_maps: addresses that mean something only here become ones that others can answer to
// (generic(5)), in the envelope and in the header.
#pragma once

#include "lib/mail/address_lookup.h"
#include "smtp/content.h"
#include "smtp/settings.h"

#include <string>

namespace postern::smtp {

class Generic final : public FieldRewriter {
public:
    /// References outlive it.
    Generic(const table::Maps& maps, const Settings& settings) : maps_(maps), settings_(settings) {}

    /// The address in internal form that stands for `address`; itself when the tables have none.
    Task<Result<std::string>> mapped(std::string address);
    Task<Result<std::string>> rewrite(std::string field) override;

private:
    mail::LookupKeys keys_for(std::string_view address) const;
    const table::Maps& maps_;
    const Settings& settings_;
};

}  // namespace postern::smtp
