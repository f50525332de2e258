// A session with a QMQP client: one message, one answer.
#pragma once

#include "lib/event/pool.h"
#include "lib/report/reporter.h"
#include "lib/service/client.h"
#include "lib/service/daemon.h"
#include "lib/table/host_list.h"
#include "services/qmqpd/envelope.h"

#include <string>

namespace postern::qmqpd {

/// What all sessions share; outlives them.
struct House {
    const Settings& settings;
    const table::HostList& authorized_clients;   ///< qmqpd_authorized_clients
    service::Client& cleanup;
    event::Loop& loop;
    event::Pool& names;
};

/// An answer: K it is ours, Z try again, D it will never be.
struct Reply {
    char code;
    std::string text;
};

/// What cleanup came to, as the client hears it. With soft_bounce nothing is final.
Reply reply_to(const Result<service::Submitted>& submitted);

class Session {
public:
    Session(const House& house, service::Session client, Reporter reporter);

    Task<void> run();

private:
    Task<void> identify();
    Task<Result<Reply>> serve();
    Task<Reply> submit(Message message);
    Task<Result<service::Submitted>> hand_over(Message message, Sender sender);
    Task<void> answer(Reply reply);
    Task<void> let_go();
    report::Peer client() const { return {name_, address_, port_}; }
    Deadline internal_deadline() const { return house_.loop.in(house_.settings.ipc_timeout); }

    const House& house_;
    const event::SocketAddress peer_;
    event::Stream stream_;
    const Reporter reporter_;
    std::string name_ = "localhost", address_ = "127.0.0.1";
    std::uint16_t port_ = 0;
};

}  // namespace postern::qmqpd
