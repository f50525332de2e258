// The stages of a dialogue, as log lines and bounce messages name them.
#pragma once

#include "smtp/settings.h"

#include <string_view>

namespace postern::smtp {

struct Stage {
    std::string_view doing;     ///< "lost connection with X while ..."
    std::string_view command;   ///< "(in reply to ... command)"
    seconds Timeouts::* wait;
};

namespace stage {
inline constexpr Stage greeting{"receiving the initial server greeting", "", &Timeouts::helo};
inline constexpr Stage ehlo{"performing the EHLO handshake", "EHLO command", &Timeouts::helo};
inline constexpr Stage helo{"performing the HELO handshake", "HELO command", &Timeouts::helo};
inline constexpr Stage lhlo{"performing the LHLO handshake", "LHLO command", &Timeouts::helo};
inline constexpr Stage starttls{"receiving the STARTTLS response", "STARTTLS command",
                                &Timeouts::starttls};
inline constexpr Stage auth{"performing the EHLO handshake", "AUTH command", &Timeouts::helo};
inline constexpr Stage xforward{"sending XFORWARD name/address", "XFORWARD name/address command",
                                &Timeouts::xforward};
inline constexpr Stage mail{"sending MAIL FROM", "MAIL FROM command", &Timeouts::mail};
inline constexpr Stage rcpt{"sending RCPT TO", "RCPT TO command", &Timeouts::rcpt};
inline constexpr Stage data{"sending DATA command", "DATA command", &Timeouts::data_init};
inline constexpr Stage content{"sending message body", "", &Timeouts::data_xfer};
inline constexpr Stage end_of_data{
    "sending end of data -- message may be sent more than once", "end of DATA command",
    &Timeouts::data_done};
inline constexpr Stage rset{"sending RSET command", "RSET command", &Timeouts::rset};
inline constexpr Stage quit{"sending QUIT command", "QUIT command", &Timeouts::quit};
}  // namespace stage

}  // namespace postern::smtp
