// ScriptError: an exception or rejection, taken apart for people.
#pragma once

#include <string>
#include <vector>

#include "js/value.h"

namespace proofload::js {

struct StackFrame {
  std::string function;  // empty at a module's top level and for anonymous functions
  std::string file;      // empty for a native function
  int line = 0;          // 1-based; 0 if unknown
  int column = 0;        // 1-based; 0 if unknown
};

// Why a Context was stopped. Every value but kNone makes scripts end without running another line.
enum class StopReason : std::uint8_t {
  kNone,
  kStopped,   // whoever runs it wanted it to end
  kDeadline,  // ran past its deadline
  kAborted,   // the script itself asked for the end (test.abort)
};

struct ScriptError {
  std::string name;                     // "TypeError"; empty if the thrown value is not an Error
  std::string message;                  // the Error's message
  std::string text;                     // String(thrown): "TypeError: x is not a function"
  std::vector<StackFrame> stack;        // innermost first
  Value thrown;                         // undefined if `stop` is set
  StopReason stop = StopReason::kNone;  // set: not an error of the script

  // As k6 prints it: text, then a "\n\tat function (file:line:column)" per frame, "\n" last.
  std::string stack_text() const;
  // The innermost frame in a script, or null.
  const StackFrame* position() const;
};

}  // namespace proofload::js
