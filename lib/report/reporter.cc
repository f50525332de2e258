// Reports of daemons and sessions; see the header.
#include "lib/report/reporter.h"

namespace postern::report {

Reporter Reporter::numbered(std::uint64_t number, int more_verbose) const {
    return Reporter(log_.numbered(number, more_verbose), *wording_, *counters_, records_);
}

void Reporter::write(const Record& record, std::optional<WallTime> when) const {
    const LogBook& book = log_.book();
    const std::uint64_t process = book.process_number();
    records_->write(record.finish(when ? *when : book.now(), book.tag(), process,
                                  log_.number() == process ? 0 : log_.number()));
}

}  // namespace postern::report
