// What the server's and the client's use of Cyrus SASL (libsasl2) have in common. The library has
// state of the process; it may be called from several threads, but one connection by one at a time.
#pragma once

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/sasl/mechanism.h"
#include "lib/sasl/server.h"

#include <sasl/sasl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace postern::sasl {

/// Gives the library its locks; before its first use. As often as one likes.
void prepare_cyrus_for_threads();

/// What the library says while it works, gathered where it works and logged by the loop's thread:
/// a log belongs to one thread. Passwords never are among it.
class CyrusMessages {
public:
    void add(int level, std::string_view text);
    /// Logs what gathered, and forgets it.
    void tell(const Log& log);

private:
    struct Message {
        bool is_warning;
        std::string text;
    };
    std::vector<Message> messages_;
};

/// The functions that the library calls back for one connection, or for all. Its address is
/// known to the library: it stays where it is.
class CyrusCallbacks {
public:
    /// `config_path`: where NAME.conf is looked for, folders between colons; "": the library's own.
    explicit CyrusCallbacks(CyrusMessages& messages, std::string config_path = {});
    CyrusCallbacks(const CyrusCallbacks&) = delete;

    /// Further functions; before get(). The library knows by the id what a function takes.
    template <class Function>
    void add(unsigned long id, Function* function, void* context) {
        list_.insert(list_.end() - 1, entry(id, function, context));
    }
    const sasl_callback_t* get() const noexcept { return list_.data(); }

private:
    template <class Function>
    static sasl_callback_t entry(unsigned long id, Function* function, void* context) {
        return {id, reinterpret_cast<int (*)()>(reinterpret_cast<void*>(function)), context};
    }

    std::vector<sasl_callback_t> list_;
    std::string config_path_;
};

struct CyrusDisposer {
    void operator()(sasl_conn_t* connection) const { ::sasl_dispose(&connection); }
};
using CyrusHandle = std::unique_ptr<sasl_conn_t, CyrusDisposer>;

/// Tells a connection what is demanded of mechanisms, and that others protect it already.
Result<void> secure(sasl_conn_t* connection, const SecurityOptions& demanded, const Peer& peer);

/// Whether a result means "try again later" rather than "no".
bool is_unavailable(int result) noexcept;
std::string cyrus_error(int result);

}  // namespace postern::sasl
