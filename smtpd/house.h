// What is the same for all sessions of a process; everything outlives them.
#pragma once

#include "lib/event/loop.h"
#include "lib/service/client.h"
#include "smtpd/settings.h"

namespace postern::smtpd {

class AddressBook;
class ClientNames;
class FreeSpace;
class Lists;
class Rates;
class Rulebook;

struct House {
    const Settings& settings;
    const Lists& lists;
    const Rulebook& rules;
    AddressBook& addresses;
    ClientNames& names;
    Rates& rates;
    FreeSpace& queue_space;
    service::Client& cleanup;
    service::Client& flush;
    event::Loop& loop;
};

}  // namespace postern::smtpd
