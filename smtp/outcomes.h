// What becomes of the recipients of one job, while one server after another is tried.
#pragma once

#include "lib/delivery/status_filter.h"
#include "smtp/safeguards.h"
#include "smtp/transaction.h"

#include <map>
#include <string>

namespace postern::smtp {

class Outcomes final : public Verdicts {
public:
    /// References outlive it. The tls= of the log is that of `safeguards`.
    Outcomes(const Office& office, delivery::Job& job, const Safeguards& safeguards)
        : office_(office),
          job_(job),
          safeguards_(safeguards),
          filter_(office.settings.is_lmtp ? "lmtp_delivery_status_filter" : "smtp_delivery_status_filter",
                  office.tables.delivery_status_filter, office.log) {}

    Task<void> settle(std::size_t recipient, delivery::Settlement settlement) override;
    void postpone(std::size_t recipient, delivery::Settlement settlement) override;

    /// No server was reached: the same reason for all that are open. `is_destination_dead`: nor will
    /// it be for other mail.
    void could_not(mail::StatusCode status, std::string text, bool is_destination_dead,
                   std::string relay = "none");
    void could_not(const Refusal& refusal, std::string relay = "none") {
        could_not(refusal.status, refusal.text, refusal.may_try_next, std::move(relay));
    }
    /// A server could not be reached, which the log has for itself whatever becomes of the mail.
    void could_not_connect(const Refusal& refusal);
    /// Another server is tried: the administrator is told what the last one said, once each.
    void tell_of_postponed();
    /// No other is tried: what was postponed is final, and qmgr hears of a destination that is dead.
    Task<void> finish();

    bool are_all_settled() const { return job_.open_recipients().empty(); }

private:
    const Office& office_;
    delivery::Job& job_;
    const Safeguards& safeguards_;
    const delivery::StatusFilter filter_;
    std::map<std::size_t, delivery::Settlement> postponed_;
    std::string told_;        // the last that the log has
    std::string dead_text_;   // "": the destination is alive
    mail::StatusCode dead_status_;
};

}  // namespace postern::smtp
