// What master.cf says to one spawn service (spawn(8), COMMAND ATTRIBUTE SYNTAX).
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"
#include "lib/service/identity.h"

#include <string>
#include <vector>

namespace postern::spawn {

struct Attributes {
    /// `words`: the arguments of the service after its options. Errors (permanent): an unknown
    /// attribute, a missing user= or argv=, a user that cannot be.
    static Result<Attributes> parse(const std::vector<std::string>& words,
                                    const config::Config& config);

    service::Identity identity;
    std::vector<std::string> argv;
};

}  // namespace postern::spawn
