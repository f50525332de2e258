// Free space; see the header.
#include "smtpd/free_space.h"

#include <sys/statvfs.h>

namespace postern::smtpd {

bool FreeSpace::has_room() {
    if (!looked_at_ || loop_.now() - *looked_at_ >= seconds(1)) {
        looked_at_ = loop_.now();
        struct statvfs queue {};
        free_ = ::statvfs(".", &queue) == 0 ? queue.f_bavail * std::uint64_t{queue.f_frsize}
                                            : UINT64_MAX;
    }
    return free_ >= minfree_;
}

}  // namespace postern::smtpd
