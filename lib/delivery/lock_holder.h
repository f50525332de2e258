// Who holds a dotlock, as its content says.
#pragma once

#include <string>
#include <string_view>

namespace postern::delivery {

/// What we write into ours:
///     1234:mail.example.com             what Dovecot and liblockfile, which stops at the colon,
///     read BOOT START NAMES                  of the boot, the start of the process in it, and the
///                                       namespace of its number: ours to read
std::string lock_holder();

/// The lock is of a process of this host that is gone: no such process, or, where there is a second
/// line, another process by now (after a reboot, or a round of the numbers). Of a process in
/// another namespace, of another host, or of a program that writes none of this: false, only the
/// age of the lock can tell.
bool is_orphaned(std::string_view content);

}  // namespace postern::delivery
