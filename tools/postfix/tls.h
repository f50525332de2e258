// postfix tls: TLS with certificates of one's own making (postfix-tls(1)).
#pragma once

#include "tools/postfix/instance.h"

namespace postern::postfix {

/// enable-client, enable-server, new-server-key, new-server-cert, deploy-server-cert,
/// output-server-csr, output-server-tlsa, all-default-client, all-default-server. The exit status;
/// ends the process with a line that says why it did not do what it was asked to.
int tls(const Instance& instance);

}  // namespace postern::postfix
