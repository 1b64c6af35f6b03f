// RunRecorder: keeps what a certification's load does in the run's store while it is sent, so that
// a killed run leaves its seconds behind.
#pragma once

#include <map>
#include <string>

#include "certify/load_driver.h"
#include "store/run_writer.h"

namespace proofload::app {

// Stands before the driver that sends the load. On the thread that runs the load; both outlive it.
class RunRecorder final : public certify::LoadDriver {
 public:
  RunRecorder(certify::LoadDriver& driver, store::RunWriter& store)
      : driver_(driver), store_(store) {}

  Result<std::map<std::string, std::string>> files(const plan::Plan& plan) override {
    return driver_.files(plan);
  }
  Result<certify::LoadOutcome> run(const certify::LoadOrder& order,
                                   certify::LoadListener& listener) override;

 private:
  certify::LoadDriver& driver_;
  store::RunWriter& store_;
  std::map<std::string, Duration> kept_;  // by profile: repeats and steps follow each other
};

}  // namespace proofload::app
