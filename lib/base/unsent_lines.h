// Since when somebody keeps log lines that have not gone to postlogd yet.
//
// Each process gathers its lines for some milliseconds, and postlogd writes the lines of all of
// them in the order of their events. A page of memory that the processes of a mail system share
// tells it up to which moment it has them all; so it waits for nobody who has nothing to say, and
// telling costs no system call.
//
// The page counts, for each of the last 64 milliseconds, the processes whose oldest unsent line is
// of that millisecond. A word per millisecond, used in turn:
//     upper 44 bits   which one it stands for, counted since 1970
//     lower 20 bits   how many keep lines since then
// What a killed process leaves in it is forgotten when its word is used again, and does no harm for
// longer than `patience`.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/memory_file.h"

namespace postern {

class UnsentLines {
public:
    /// Nobody is waited for longer than that.
    static constexpr milliseconds patience{50};
    /// Where nothing is marked: see begin().
    static constexpr std::int64_t nowhere = 0;

    /// The page of a new mail system.
    static Result<Fd> make_page();
    /// Errors: permanent, when it is no such page.
    static Result<UnsentLines> of_page(const Fd& page);

    /// Marks that a line of `now` or later is kept; the mark, for end(). Called before the time of
    /// the line is taken, so that postlogd never believes that it has all when it has not.
    std::int64_t begin(WallTime now) noexcept;
    /// The line is sent. Any process may end a mark that it was told.
    void end(std::int64_t mark) noexcept;

    /// What has been sent before this call is all there is of before the moment that it returns.
    WallTime complete_until(WallTime now) const noexcept;

private:
    explicit UnsentLines(SharedWords page) : page_(std::move(page)) {}
    SharedWords page_;
};

}  // namespace postern
