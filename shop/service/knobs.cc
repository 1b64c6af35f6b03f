#include "service/knobs.h"

#include <utility>

namespace proofload::shop {

void Knobs::add(const std::string& name, double value, std::function<void(double)> apply) {
  const std::lock_guard lock(mutex_);
  knobs_[name] = {value, std::move(apply)};
}

Json Knobs::list() const {
  const std::lock_guard lock(mutex_);
  Json values = Json::object();
  for (const auto& [name, knob] : knobs_) values[name] = knob.value;
  return values;
}

std::optional<std::string> Knobs::set(const Json& values) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, value] : values.items()) {
    if (!knobs_.contains(name)) return "there is no knob " + name;
    if (!value.is_number()) return name + " takes a number";
  }
  for (const auto& [name, value] : values.items()) {
    Knob& knob = knobs_[name];
    knob.value = value.get<double>();
    knob.apply(knob.value);
  }
  return std::nullopt;
}

}  // namespace proofload::shop
