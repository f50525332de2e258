// What is ignored by design.
#include "tools/postfix/without_effect.h"

namespace postern::postfix {

bool is_ignored_by_design(std::string_view parameter) {
    return parameter.ends_with("_tls_dh512_param_file") ||       // for export ciphers, until 3.6
           parameter == "dns_ncache_ttl_fix_enable" ||           // for a libc that we do not ask
           parameter == "fault_injection_code" ||                // for the test suite of Postfix
           parameter == "non_bdb_migration_service_name" ||      // see non_bdb.h: no service is needed
           parameter == "qmgr_fudge_factor";                     // for its old queue manager
}

}  // namespace postern::postfix
