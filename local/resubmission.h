// Addresses that are delivered elsewhere, or apart from others: each group gets the message anew.
#pragma once

#include "lib/delivery/job.h"
#include "local/post.h"

#include <map>
#include <string>
#include <vector>

namespace postern::local {

class Resubmission {
public:
    /// What the addresses of one new message have in common.
    struct Group {
        std::string sender;
        std::string delivered_to;  ///< of its Delivered-To field
        bool hides_way = false;    ///< the list with an owner by which mail came is not told
        bool is_reported = false;  ///< the success of the list was reported for its members, too
        friend auto operator<=>(const Group&, const Group&) = default;
    };
    void add(Group group, std::string address) {
        groups_[std::move(group)].push_back(std::move(address));
    }

    /// Hands each group to cleanup(8): its queue id, or why there is none.
    Task<std::vector<Result<std::string>>> send(const Post& post, const delivery::Job& job,
                                                std::size_t recipient) const;

private:
    std::map<Group, std::vector<std::string>> groups_;
};

}  // namespace postern::local
