// One mail transaction on an open session (RFC 5321 section 3.3), for the recipients of a job that
// are not settled yet.
#pragma once

#include "lib/delivery/job.h"
#include "smtp/content.h"
#include "smtp/session.h"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace postern::smtp {

/// The addresses of a transaction as the server is to see them: after smtp_generic_maps.
struct WireEnvelope {
    std::string sender;                    ///< internal form
    std::vector<std::string> recipients;   ///< internal form, by index into the request
};

/// What became of recipients, for whoever settles or postpones them.
class Verdicts {
public:
    virtual ~Verdicts() = default;
    /// Final: delivered or bounced.
    virtual Task<void> settle(std::size_t recipient, delivery::Settlement settlement) = 0;
    /// Not yet: another server may take it; with none it ends as `settlement` says.
    virtual void postpone(std::size_t recipient, delivery::Settlement settlement) = 0;
};

/// Sends MAIL, RCPT, DATA and the content: as one group where the server takes it (RFC 2920).
class Transaction {
public:
    Transaction(Session& session, delivery::Job& job, const WireEnvelope& envelope,
                const Flags& flags, const mail::ContentChecks& checks, FieldRewriter* rewriter,
                Verdicts& verdicts);

    /// Every open recipient is settled or postponed when it ends. Nothing is delivered before the
    /// server's final reply (RFC 5321 section 4.2.5).
    Task<void> run();

    /// The session was over before the server had answered anything: a kept connection was dead.
    bool found_it_dead() const noexcept { return was_dead_; }

private:
    /// A command that was sent and not answered.
    struct Asked {
        const Stage* stage;
        std::size_t recipient;
    };

    bool needs_smtputf8() const;
    bool may_be_sent();
    Task<bool> send_envelope();
    Task<bool> say(std::string command, Asked asked);
    Task<bool> hear_all();
    Task<void> take(Asked asked, Reply reply);
    Task<void> take_recipient_reply(std::size_t recipient, Reply reply);

    Task<void> probe();
    Task<void> send_content();
    Task<bool> write_content();
    Task<bool> write_late_dot();
    Task<void> end_without_content();
    Task<void> hear_final_reply();
    Task<void> hear_reply_per_recipient();
    Task<void> conclude(std::size_t recipient, const Reply& reply);
    Task<void> reset();

    Task<bool> xforward();
    std::string mail_command() const;
    std::string rcpt_command(std::size_t recipient) const;
    ContentShape content_shape() const;
    std::string prepended_header() const;
    bool is_eight_bit() const;

    delivery::Settlement settlement_of(const Reply& reply, const Stage& stage) const;
    delivery::Settlement delivered(const Reply& reply) const;
    Task<void> refuse(std::size_t recipient, const Reply& reply, const Stage& stage);
    Task<void> refuse_open(const Reply& reply, const Stage& stage);
    void postpone_open(const Broken& broken);
    void postpone_open(delivery::Settlement settlement);

    Session& session_;
    const Settings& settings_;
    const Features& features_;
    delivery::Job& job_;
    const service::DeliveryRequest& request_;
    const WireEnvelope& envelope_;
    const Flags& flags_;
    const mail::ContentChecks& checks_;
    FieldRewriter* rewriter_;
    Verdicts& verdicts_;

    std::deque<Asked> unanswered_;
    std::vector<std::size_t> accepted_;
    std::vector<std::size_t> open_;         // neither accepted nor refused
    std::optional<Reply> mail_refusal_;
    std::optional<Reply> data_reply_;
    bool has_heard_ = false, was_dead_ = false;
};

}  // namespace postern::smtp
