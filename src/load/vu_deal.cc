// Deals VU ids to the slots of all scenarios, before the test.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "load/plan.h"

namespace proofload::load {
namespace {

// One slot per stay: each level of the plan that is entered and left again.
std::vector<Slot> planned_slots(const Scenario& scenario, const ExecutionPlan& plan) {
  std::vector<Slot> slots;
  std::vector<std::size_t> open;
  for (const ExecutionStep& step : plan) {
    const Duration at = scenario.start_offset() + step.offset;
    const auto height = static_cast<std::size_t>(step.planned_vus);
    for (; open.size() > height; open.pop_back()) slots[open.back()].until = at;
    while (open.size() < height) {
      const auto position = static_cast<std::uint32_t>(open.size());
      open.push_back(slots.size());
      slots.push_back({.vu = 0, .position = position, .is_planned = true, .from = at, .until = at});
    }
  }
  return slots;
}

void add_unplanned_slots(const Scenario& scenario, const ExecutionPlan& plan,
                         std::vector<Slot>& slots) {
  for (std::int64_t i = 0; i < plan.front().unplanned_vus_max; ++i) {
    slots.push_back({.vu = 0,
                     .position = static_cast<std::uint32_t>(slots.size()),
                     .is_planned = false,
                     .from = scenario.start_offset(),
                     .until = scenario.start_offset() + end_offset(plan)});
  }
}

// Gives each slot the lowest id that is free for its whole stay. Slots must come in the order of
// `from`; then no more ids are used than there are slots at the busiest moment.
class Dealer {
 public:
  explicit Dealer(std::uint32_t first_id) : next_(first_id) {}

  void deal(Slot& slot) {
    if (needs_new_id(slot.from)) free_.push(next_++);
    slot.vu = free_.top();
    free_.pop();
    // A stay without length still needs the VU to itself.
    busy_.emplace(std::max(slot.until, slot.from + Duration(1)), slot.vu);
  }
  // Frees what has been left by `from`.
  bool needs_new_id(Duration from) {
    for (; !busy_.empty() && busy_.top().first <= from; busy_.pop()) {
      free_.push(busy_.top().second);
    }
    return free_.empty();
  }
  std::uint32_t highest_id() const { return next_ - 1; }

 private:
  using Stay = std::pair<Duration, std::uint32_t>;
  template <class T>
  using MinQueue = std::priority_queue<T, std::vector<T>, std::greater<>>;

  MinQueue<Stay> busy_;
  MinQueue<std::uint32_t> free_;
  std::uint32_t next_;
};

// Ids of planned VUs that no planned slot needs for a while. An arrival rate that may have as many
// VUs as others have left behind uses those: the test never has more than its `possible_vus`.
class Leftovers {
 public:
  Leftovers(std::vector<std::vector<Slot>>& slots, std::int64_t ids)
      : stays_(static_cast<std::size_t>(ids) + 1) {
    for (const auto& of_scenario : slots) {
      for (const Slot& slot : of_scenario) {
        if (slot.is_planned) stays_[slot.vu].push_back({slot.from, slot.until});
      }
    }
  }

  // The lowest id free for the slot's stay, or 0. Slots of one scenario share their stay: for them
  // the search goes on where it ended.
  std::uint32_t take(const Slot& slot) {
    if (slot.from != searched_.from || slot.until != searched_.until) next_ = 1;
    searched_ = {slot.from, slot.until};
    for (; next_ < stays_.size(); ++next_) {
      auto& stays = stays_[next_];
      const bool is_free = std::ranges::none_of(stays, [&](const Stay& stay) {
        return stay.from < slot.until && slot.from < stay.until;
      });
      if (!is_free) continue;
      stays.push_back(searched_);
      return next_++;
    }
    return 0;
  }

 private:
  struct Stay {
    Duration from{};
    Duration until{};
  };
  std::vector<std::vector<Stay>> stays_;
  Stay searched_{};
  std::uint32_t next_ = 1;
};

std::vector<Slot*> by_start(std::vector<std::vector<Slot>>& slots, bool is_planned) {
  std::vector<Slot*> list;
  for (auto& of_scenario : slots) {
    for (Slot& slot : of_scenario) {
      if (slot.is_planned == is_planned) list.push_back(&slot);
    }
  }
  std::ranges::stable_sort(list, {}, &Slot::from);
  return list;
}

}  // namespace

VuDeal deal_vus(std::span<const Scenario> scenarios, const ExecutionTuple& tuple) {
  const ExecutionPlan merged = merged_requirements(scenarios, tuple);
  VuDeal deal{{}, load::planned_vus(merged), load::possible_vus(merged)};
  for (const Scenario& scenario : scenarios) {
    const ExecutionPlan plan = requirements(scenario, tuple);
    deal.slots.push_back(planned_slots(scenario, plan));
    add_unplanned_slots(scenario, plan, deal.slots.back());
  }

  Dealer planned(1);
  for (Slot* slot : by_start(deal.slots, true)) planned.deal(*slot);
  deal.planned_vus = std::max<std::int64_t>(deal.planned_vus, planned.highest_id());

  const std::vector<Slot*> unplanned = by_start(deal.slots, false);
  if (unplanned.empty()) return deal;
  Leftovers leftovers(deal.slots, deal.planned_vus);
  Dealer extra(static_cast<std::uint32_t>(deal.planned_vus) + 1);
  for (Slot* slot : unplanned) {
    if (extra.needs_new_id(slot->from) && extra.highest_id() >= deal.possible_vus) {
      slot->vu = leftovers.take(*slot);
    }
    if (slot->vu == 0) extra.deal(*slot);
  }
  deal.possible_vus = std::max<std::int64_t>(deal.possible_vus, extra.highest_id());
  return deal;
}

}  // namespace proofload::load
