#pragma once

namespace cohort::cli {

/// From now on SIGINT, SIGTERM and SIGHUP remove unfinished outputs and end the process with 128 +
/// signal, at once, whatever is being computed.
void watch_interrupts();

}  // namespace cohort::cli
