// What one restriction says of a request.
#pragma once

#include "smtpd/reply.h"

namespace postern::smtpd {

struct Verdict {
    enum Kind {
        dunno,   ///< nothing: the next restriction decides
        permit,  ///< enough of this list
        reject,  ///< refused with `reply`, for good or for now
    } kind = dunno;
    Reply reply;
    bool is_logged = false;
    bool is_certain = false;  ///< whatever warn_if_reject says: nobody knows what was meant

    bool is_final() const noexcept { return kind != dunno; }
};

inline Verdict dunno() {
    return {};
}
inline Verdict permit() {
    return {Verdict::permit, {}};
}
inline Verdict reject(Reply reply) {
    return {Verdict::reject, std::move(reply)};
}

}  // namespace postern::smtpd
