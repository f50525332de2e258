// What milters did to a message, when all of them have had their say: complete, or not there at all.
// A message for frames, see lib/service/codec.h.
#pragma once

#include <string>
#include <vector>

namespace postern::milter {

struct EditedField {
    std::string text;      ///< "Name: value", lines separated by "\n"
    bool is_new = false;   ///< made or changed by a milter: for milter_header_checks
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("text", self.text);
        visit("is_new", self.is_new);
    }
};

struct RecipientEdit {
    bool is_added = false;    ///< else taken away
    std::string address;      ///< internal form, as the milter gave it
    std::string parameters;   ///< of RCPT: "NOTIFY=NEVER"
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("is_added", self.is_added);
        visit("address", self.address);
        visit("parameters", self.parameters);
    }
};

struct Edits {
    enum class Fate { deliver, refuse, discard };
    Fate fate = Fate::deliver;
    std::string reply;              ///< of refuse: "550 5.7.1 text", lines separated by "\n"
    bool changes_header = false;
    std::vector<EditedField> header;   ///< the whole of it
    bool changes_body = false;      ///< the new one goes with it, elsewhere
    bool changes_sender = false;
    std::string sender;             ///< internal form
    std::string sender_parameters;  ///< of MAIL
    std::vector<RecipientEdit> recipients;   ///< in this order
    bool holds = false;
    std::string hold_reason;
    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("fate", self.fate);
        visit("reply", self.reply);
        visit("changes_header", self.changes_header);
        visit("header", self.header);
        visit("changes_body", self.changes_body);
        visit("changes_sender", self.changes_sender);
        visit("sender", self.sender);
        visit("sender_parameters", self.sender_parameters);
        visit("recipients", self.recipients);
        visit("holds", self.holds);
        visit("hold_reason", self.hold_reason);
    }
};

}  // namespace postern::milter
