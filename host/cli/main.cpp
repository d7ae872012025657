#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cohort/error.hpp"

#include "host/cli/commands.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/output.hpp"
#include "host/survey/nearest.hpp"

namespace {

using cohort::ExitCode;
using namespace cohort::cli;

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 unexpected, 2 usage, 3 data, 4 device, 5 memory,\n"
    "            6 not converged (--strict), 130 interrupted";

int fail(ExitCode code, const std::string& message) {
  log_line("error: " + message);
  return static_cast<int>(code);
}

/// The names a mistyped word could have meant: the commands, or the flags of the command in use.
std::vector<std::string> known_words(const CLI::App& app, bool flag) {
  std::vector<std::string> words;
  const auto chosen = app.get_subcommands();
  if (flag) {
    const CLI::App& command = chosen.empty() ? app : *chosen.front();
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  } else if (chosen.empty()) {
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      words.push_back(command->get_name());
    }
  }
  return words;
}

/// CLI11's complaint as one line, with the nearest word where one was mistyped.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const std::string help =
      "see `cohort " + (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help`";
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) ||
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
    for (const std::string& extra : app.remaining(true)) {
      const std::string word = extra.substr(0, extra.find('='));
      const bool flag = word.rfind('-', 0) == 0;
      const std::string meant = cohort::nearest(word, known_words(app, flag));
      const std::string what = flag             ? "unknown flag "
                               : chosen.empty() ? "unknown command "
                                                : "unexpected argument ";
      return what + "'" + word + "'; " + (meant.empty() ? help : "did you mean '" + meant + "'?");
    }
  }
  return error.what() + ("; " + help);
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Clusters the respondents of a survey and tells who the segments are.", "cohort");
  bool version = false;
  bool verbose = false;
  auto* asks_version =
      app.add_flag("--version", version, "The version; --verbose adds the devices");
  app.add_flag("--verbose", verbose, "With --version: devices, driver, memory, bandwidth")
      ->needs(asks_version);
  app.require_subcommand(0, 1);
  app.footer(kExitCodes);
  Action chosen;
  add_run(app, chosen);
  add_describe(app, chosen);
  add_generate(app, chosen);
  add_correlate(app, chosen);
  add_pca(app, chosen);
  add_kmeans(app, chosen);
  add_affinity(app, chosen);
  add_compare(app, chosen);
  add_selftest(app, chosen);
  add_bench(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return fail(ExitCode::usage, explain(app, error));
  }
  if (version) {
    print(version_text(verbose));
    return 0;
  }
  if (!chosen) return fail(ExitCode::usage, "no command; see `cohort --help`");
  return chosen();
}

int guarded_command_line(int argc, char** argv) {
  try {
    // A file-size limit then fails the write, as a full disk does, and the message tells.
    std::signal(SIGXFSZ, SIG_IGN);
    watch_interrupts();
    return run_command_line(argc, argv);
  } catch (const cohort::Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::memory,
                "out of memory; use fewer --threads or rows, or raise the limits of this process "
                "(ulimit -v)");
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) {
      return fail(ExitCode::unexpected, error.what());
    }
    return fail(ExitCode::memory,
                "a thread cannot be started: " + std::string(error.what()) +
                    "; use fewer --threads, or raise the limits of this process (ulimit -v, -u)");
  } catch (const std::exception& error) {
    return fail(ExitCode::unexpected, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int code = guarded_command_line(argc, argv);
  std::fflush(nullptr);
  // Not exit(): it would join OpenBLAS' idle threads, and under a limit of memory those never end.
  _exit(code);
}
