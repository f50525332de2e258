// Errors made from errno.
#include "lib/base/result.h"

#include <cerrno>
#include <system_error>

namespace postern {

namespace {

bool will_fail_again(int number) {
    switch (number) {
    case ENOENT: case EACCES: case EPERM: case EINVAL: case ENOTDIR: case EISDIR: case ELOOP:
    case ENAMETOOLONG: case EEXIST: case ENXIO: case EXDEV: case EBADF: case EAFNOSUPPORT:
        return true;
    default:
        return false;
    }
}

}  // namespace

Error system_error(std::string_view what, int error_number) {
    return {will_fail_again(error_number) ? Errc::permanent : Errc::temporary,
            std::string(what) + ": " + std::generic_category().message(error_number)};
}

Error system_error(std::string_view what) { return system_error(what, errno); }

}  // namespace postern
