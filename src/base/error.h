// Error: what went wrong, and what the user can do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

namespace proofload {

// What kind of failure this is. Decides the process exit code (cli/exit_code.h).
enum class ErrorKind : std::uint8_t {
  kThresholds,       // 99: abortOnFail
  kInvalidConfig,    // 104: options, thresholds, scenarios
  kUsage,            // 255: command line, files
  kScript,           // 107: exception in init, setup, teardown
  kScriptAborted,    // 108: exec.test.abort()
  kSetupTimeout,     // 100
  kTeardownTimeout,  // 101
  kTimeout,          // 102
  kExternalAbort,    // 105: a signal
  kInvalidRun,       // 120: the generator could not do what was asked
  kNetwork,          // the control plane could not reach something
  kInternal          // 255
};

// A failure, as a value. Cheap to move; copied only on cold paths.
class Error {
 public:
  Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  // Returns this error with advice for the user, shown on its own line after the message.
  Error with_hint(std::string hint) && {
    hint_ = std::move(hint);
    return std::move(*this);
  }

  // Returns this error with `context: ` put in front of the message.
  Error within(std::string_view context) && {
    message_.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
};

// A T, or the Error that kept us from having one. Ignoring a Result is a compile error.
// The base becomes std::expected once the toolchain's clang-tidy can parse it.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // Implicit on purpose, so that `return Error(...)` and `return r.map(f)` work.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

// What PL_TRY yields: the value of a success, nothing for Result<void>.
template <class T>
T take_value(tl::expected<T, Error>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace proofload

// Evaluates `expr` (a Result); on error returns that error from the enclosing function, else yields
// the value.
#define PL_TRY(expr)                                       \
  __extension__({                                          \
    auto pl_result_ = (expr);                              \
    if (!pl_result_) return std::move(pl_result_).error(); \
    ::proofload::take_value(std::move(pl_result_));        \
  })
