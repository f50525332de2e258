#include "lib/mail/exit_status.h"

#include <sysexits.h>

#include <algorithm>
#include <array>
#include <utility>

namespace postern::mail {

namespace {

constexpr std::array<std::pair<int, ExitMeaning>, 16> meanings = {{
    {EX_OK, {{2, 0, 0}, "delivered"}},
    {EX_USAGE, {{5, 3, 0}, "command line usage error"}},
    {EX_DATAERR, {{5, 6, 0}, "data format error"}},
    {EX_NOINPUT, {{5, 3, 0}, "cannot open input"}},
    {EX_NOUSER, {{5, 1, 1}, "user unknown"}},
    {EX_NOHOST, {{5, 1, 2}, "host name unknown"}},
    {EX_UNAVAILABLE, {{5, 3, 0}, "service unavailable"}},
    {EX_SOFTWARE, {{5, 3, 0}, "internal software error"}},
    {EX_OSERR, {{4, 3, 0}, "system resource problem"}},
    {EX_OSFILE, {{5, 3, 0}, "critical OS file missing"}},
    {EX_CANTCREAT, {{5, 2, 0}, "can't create user output file"}},
    {EX_IOERR, {{5, 3, 0}, "input/output error"}},
    {EX_TEMPFAIL, {{4, 3, 0}, "temporary failure"}},
    {EX_PROTOCOL, {{5, 5, 0}, "remote error in protocol"}},
    {EX_NOPERM, {{5, 7, 0}, "permission denied"}},
    {EX_CONFIG, {{5, 3, 5}, "local configuration error"}},
}};

}  // namespace

std::optional<ExitMeaning> exit_meaning(int status) noexcept {
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [status](const auto& row) { return row.first == status; });
    if (found == meanings.end()) return std::nullopt;
    return found->second;
}

}  // namespace postern::mail
