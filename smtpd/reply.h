// How replies are written down in this room: reply(501, "5.5.4", "Syntax: DATA").
#pragma once

#include "lib/mail/reply.h"

#include <string>
#include <string_view>

namespace postern::smtpd {

using mail::Reply;

/// `status` is an enhanced status code; "": the reply has none (HELO, EHLO, ETRN, greeting).
inline Reply reply(int code, std::string_view status, std::string text) {
    return {code, mail::StatusCode::parse(status), std::move(text)};
}
inline Reply ok() {
    return reply(250, "2.0.0", "Ok");
}

/// A permanent refusal made temporary (soft_bounce).
inline Reply softened(Reply reply) {
    if (!reply.is_permanent()) return reply;
    reply.code -= 100;
    if (reply.status) reply.status = reply.status->as(4);
    return reply;
}

}  // namespace postern::smtpd
