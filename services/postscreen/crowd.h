// How many clients there are, which bounds and `stress` follow from.
#pragma once

#include "lib/report/reporter.h"

#include <cstddef>
#include <map>
#include <string>

namespace postern::postscreen {

/// Counts for as long as its guards live.
class Crowd {
public:
    /// `pre_queue_limit` 0 would be no limit.
    Crowd(std::size_t pre_queue_limit, Reporter reporter)
        : pre_queue_limit_(pre_queue_limit), reporter_(reporter) {}

    class Connection {
    public:
        Connection(Crowd& crowd, std::string address);
        ~Connection();
        Connection(const Connection&) = delete;
        /// Open ones of this client, this one among them.
        std::size_t of_client() const;

    private:
        Crowd& crowd_;
        const std::string address_;
    };
    /// Under test, or waiting for smtpd.
    class Place {
    public:
        Place(Crowd& crowd, std::size_t& count);
        ~Place();
        Place(const Place&) = delete;

    private:
        Crowd& crowd_;
        std::size_t& count_;
    };

    std::size_t under_test = 0, waiting_for_server = 0;
    bool is_stressed() const noexcept { return is_stressed_; }

private:
    void changed();

    const std::size_t pre_queue_limit_;
    const Reporter reporter_;
    std::map<std::string, std::size_t> connections_;
    bool is_stressed_ = false;
};

}  // namespace postern::postscreen
