// What master.cf says to one pipe service (pipe(8), COMMAND ATTRIBUTE SYNTAX): attributes, then the
// command.
#pragma once

#include "lib/base/result.h"
#include "lib/config/config.h"
#include "lib/service/identity.h"

#include <optional>
#include <string>
#include <vector>

namespace postern::pipe {

/// The letters of flags=.
struct Flags {
    bool appends_blank_line = false;      ///< B
    bool adds_delivered_to = false;       ///< D, with its loop detection
    bool adds_from_line = false;          ///< F
    bool adds_original_to = false;        ///< O
    bool adds_return_path = false;        ///< R
    bool is_final = false;                ///< X
    bool folds_domain = false;            ///< h
    bool quotes_addresses = false;        ///< q
    bool folds_user = false;              ///< u
    bool stuffs_dots = false;             ///< .
    bool quotes_from_lines = false;       ///< >

    /// Error: permanent, an unknown letter.
    static Result<Flags> parse(std::string_view letters);
};

struct Attributes {
    /// `words`: the arguments of the service after its options. Errors (permanent): an unknown or
    /// malformed attribute, a missing user= or argv=, a user that cannot be.
    static Result<Attributes> parse(const std::vector<std::string>& words,
                                    const config::Config& config);

    Flags flags;
    service::Identity identity;
    std::string chroot, directory;             ///< "": none
    std::string eol = "\n";
    std::string null_sender = "MAILER-DAEMON";
    std::optional<config::ByteCount> size;     ///< the largest message that is delivered
    std::vector<std::string> argv;             ///< with macros
};

}  // namespace postern::pipe
