// ScriptDriver: sends a certification's load with the plan's k6 script.
#pragma once

#include <string>

#include "app/test_session.h"
#include "certify/load_driver.h"

namespace proofload::app {

// Each load is a run of its own: a fresh engine, the script's init, setup() and teardown().
class ScriptDriver final : public certify::LoadDriver {
 public:
  // What every session is made from: environment, working folder, flags; the script and the load
  // are the plan's.
  explicit ScriptDriver(SessionRequest base) : base_(std::move(base)) {}

  Result<std::map<std::string, std::string>> files(const plan::Plan& plan) override;
  Result<certify::LoadOutcome> run(const certify::LoadOrder& order,
                                   certify::LoadListener& listener) override;

 private:
  SessionRequest request(const plan::Plan& plan) const;

  SessionRequest base_;
};

}  // namespace proofload::app
