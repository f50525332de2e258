// Runs the command of a spawn service for each connection, with the connection as its standard
// input, output and error.
#pragma once

#include "lib/base/log.h"
#include "lib/event/condition.h"
#include "lib/service/daemon.h"
#include "lib/service/program.h"

namespace postern::spawn {

class Runner {
public:
    /// `program` is run for at most `time_limit`, then killed. All references outlive the runner.
    Runner(const service::Program& program, seconds time_limit, event::Loop& loop, const Log& log);

    /// Waits for the end of the command; warns of one that did not end well. Destroyed before, it
    /// ends the command.
    Task<void> run(service::Session session);

private:
    /// A running command, ended with its owner.
    class Child;
    void report(int status) const;

    const service::Program& program_;
    const seconds time_limit_;
    event::Loop& loop_;
    const Log& log_;
    event::Condition child_ended_;
    event::EventHandle watch_;
};

}  // namespace postern::spawn
