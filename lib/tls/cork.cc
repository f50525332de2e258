// The cork; see the header.
#include "lib/tls/cork.h"

#include <algorithm>
#include <new>

namespace postern::tls {

namespace {

Cork& cork_of(BIO* bio) { return *static_cast<Cork*>(BIO_get_data(bio)); }

}  // namespace

BIO_METHOD* Cork::method() {
    // Never freed: a BIO may end as late as the process.
    static BIO_METHOD* const made = [] {
        BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "cork");
        if (!method) throw std::bad_alloc();
        BIO_meth_set_write(method, write);
        BIO_meth_set_ctrl(method, control);
        return method;
    }();
    return made;
}

void Cork::attach(SSL* ssl) {
    BIO* cork = BIO_new(method());
    if (!cork) throw std::bad_alloc();
    ssl_ = ssl;
    BIO_set_data(cork, this);
    BIO_set_init(cork, 1);
    BIO* socket = SSL_get_wbio(ssl);
    BIO_up_ref(socket);
    SSL_set0_wbio(ssl, BIO_push(cork, socket));
}

bool Cork::keeps_back() const {
    return is_in_ || SSL_get_state(ssl_) == TLS_ST_SW_SESSION_TICKET;
}

bool Cork::send(BIO* bio) {
    while (!kept_.empty()) {
        const int sent = BIO_write(BIO_next(bio), kept_.data(), static_cast<int>(kept_.size()));
        BIO_clear_retry_flags(bio);
        BIO_copy_next_retry(bio);
        if (sent <= 0) return false;
        kept_.erase(0, static_cast<std::size_t>(sent));
    }
    std::string().swap(kept_);
    return true;
}

bool Cork::pull_out() {
    is_in_ = false;
    if (send(SSL_get_wbio(ssl_))) return true;
    if (BIO_should_retry(SSL_get_wbio(ssl_))) return false;
    kept_.clear();   // nobody will ever read it
    return true;
}

int Cork::write(BIO* bio, const char* data, int size) {
    Cork& cork = cork_of(bio);
    BIO_clear_retry_flags(bio);
    cork.kept_.append(data, static_cast<std::size_t>(size));
    if (cork.keeps_back() || cork.send(bio)) return size;
    // What was kept back stays; of `data` SSL itself keeps what is not taken now.
    const int untaken = std::min(size, static_cast<int>(cork.kept_.size()));
    cork.kept_.resize(cork.kept_.size() - static_cast<std::size_t>(untaken));
    return untaken < size ? size - untaken : -1;
}

long Cork::control(BIO* bio, int command, long number, void* pointer) {
    if (command == BIO_CTRL_DUP) return 0;   // SSL_dup would make two owners of one socket
    if (command == BIO_CTRL_FLUSH) {
        Cork& cork = cork_of(bio);
        if (cork.keeps_back()) return 1;
        if (!cork.send(bio)) return -1;
    }
    return BIO_ctrl(BIO_next(bio), command, number, pointer);
}

}  // namespace postern::tls
