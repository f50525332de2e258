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

}  // namespace postern::smtpd
