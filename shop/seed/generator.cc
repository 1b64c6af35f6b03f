#include "seed/generator.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

namespace proofload::shop {
namespace {

constexpr std::array<std::string_view, 16> kAdjectives = {
    "Quiet", "Bright", "Sturdy", "Soft",   "Plain", "Folding", "Narrow", "Round",
    "Light", "Heavy",  "Small",  "Double", "Long",  "Simple",  "Warm",   "Cool"};
constexpr std::array<std::string_view, 12> kMaterials = {"Oak",   "Steel", "Linen",  "Glass",
                                                         "Wool",  "Paper", "Copper", "Cotton",
                                                         "Stone", "Cork",  "Clay",   "Ash"};
struct Kind {
  std::string_view category;
  std::array<std::string_view, 4> nouns;
};
constexpr std::array<Kind, 12> kKinds = {{{"lighting", {"Lamp", "Lantern", "Candle", "Shade"}},
                                          {"kitchen", {"Pan", "Kettle", "Bowl", "Knife"}},
                                          {"table", {"Plate", "Cup", "Spoon", "Jug"}},
                                          {"office", {"Desk", "Tray", "Pen", "Notebook"}},
                                          {"garden", {"Rake", "Pot", "Spade", "Hose"}},
                                          {"bath", {"Towel", "Soap", "Brush", "Mat"}},
                                          {"bedroom", {"Pillow", "Blanket", "Sheet", "Quilt"}},
                                          {"storage", {"Box", "Basket", "Shelf", "Hook"}},
                                          {"toys", {"Puzzle", "Kite", "Ball", "Blocks"}},
                                          {"travel", {"Bag", "Case", "Strap", "Flask"}},
                                          {"tools", {"Hammer", "Saw", "Level", "Clamp"}},
                                          {"living", {"Chair", "Sofa", "Rug", "Clock"}}}};
constexpr std::array<std::string_view, 16> kFirstNames = {
    "Ada",  "Ben",  "Cleo", "Dan",  "Eva", "Finn", "Gita", "Hugo",
    "Inga", "Jack", "Kira", "Leon", "Mia", "Nils", "Olga", "Paul"};
constexpr std::array<std::string_view, 16> kLastNames = {
    "Archer", "Baker",  "Carter", "Dyer",   "Fisher", "Gardner", "Hunter", "Judge",
    "Mason",  "Miller", "Page",   "Porter", "Sawyer", "Smith",   "Turner", "Weaver"};
constexpr std::array<std::string_view, 8> kSentences = {
    "Made to be used every day and to be repaired when it breaks.",
    "Comes flat and needs no tools to put together.",
    "The finish is oil and wax, nothing else.",
    "Each one differs a little from the next.",
    "Goes well with the rest of the series.",
    "Wipe with a damp cloth; do not soak.",
    "Packed without plastic.",
    "Spare parts can be had for ten years."};

constexpr std::int64_t kDayMilliseconds = 24LL * 3600 * 1000;
constexpr std::int64_t kSpanMilliseconds = 731 * kDayMilliseconds;  // 2024 has a 29th of February
constexpr int kRecommendations = 10;

// So that an order and a product of one id have nothing in common.
enum class Stream : std::uint64_t { kProduct = 1, kPrice, kRecommendation, kUser, kOrder };

SplitMix stream(Stream kind, std::int64_t id) {
  SplitMix outer(static_cast<std::uint64_t>(kind));
  return SplitMix(outer.next() ^ static_cast<std::uint64_t>(id));
}

template <std::size_t n>
std::string_view pick(const std::array<std::string_view, n>& words, SplitMix& random) {
  return words[static_cast<std::size_t>(random.below(n))];
}

// Old orders have arrived; some were given back.
std::string_view status_of(double age, SplitMix& random) {
  if (random.below(100) < 3) return "cancelled";
  if (age > 0.02) return "delivered";
  return age > 0.005 ? "shipped" : "paid";
}

}  // namespace

std::uint64_t SplitMix::next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::int64_t SplitMix::below(std::int64_t bound) {
  return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
}

double SplitMix::unit() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

Zipf::Zipf(std::int64_t count) {
  double sum = 0;
  cumulative_.reserve(static_cast<std::size_t>(count));
  for (std::int64_t rank = 1; rank <= count; ++rank) {
    sum += 1.0 / static_cast<double>(rank);
    cumulative_.push_back(sum);
  }
}

std::int64_t Zipf::pick(SplitMix& random) const {
  const double wanted = random.unit() * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), wanted);
  return std::min<std::int64_t>(found - cumulative_.begin(), std::ssize(cumulative_) - 1) + 1;
}

double Zipf::share(std::int64_t rank) const {
  return 1.0 / static_cast<double>(rank) / cumulative_.back();
}

Generator::Generator(SeedSize size)
    : product_count_(size == SeedSize::kFull ? 10'000 : 500),
      user_count_(size == SeedSize::kFull ? 50'000 : 2'000),
      order_count_(size == SeedSize::kFull ? 1'500'000 : 20'000),
      products_(product_count_),
      users_(user_count_) {}

std::int64_t Generator::price_cents(std::int64_t product) const {
  SplitMix random = stream(Stream::kPrice, product);
  return 199 + 100 * random.below(150);
}

SeedProduct Generator::product(std::int64_t id) const {
  SplitMix random = stream(Stream::kProduct, id);
  const Kind& kind = kKinds[static_cast<std::size_t>(random.below(kKinds.size()))];
  SeedProduct product;
  product.sku = fmt::format("SKU-{:06}", id);
  const std::string_view adjective = pick(kAdjectives, random);
  const std::string_view material = pick(kMaterials, random);
  product.name = fmt::format("{} {} {} {}", adjective, material, pick(kind.nouns, random), id);
  for (int i = 0; i < 4; ++i) {
    if (i > 0) product.description += ' ';
    product.description += pick(kSentences, random);
  }
  product.category = kind.category;
  product.price_cents = price_cents(id);
  return product;
}

std::int64_t Generator::stock(std::int64_t product) const {
  return 1'000 + static_cast<std::int64_t>(2'000'000 * products_.share(product));
}

std::vector<std::int64_t> Generator::recommendations(std::int64_t product) const {
  SplitMix random = stream(Stream::kRecommendation, product);
  std::vector<std::int64_t> others;
  while (std::ssize(others) < kRecommendations) {
    const std::int64_t other = products_.pick(random);
    if (other == product || std::find(others.begin(), others.end(), other) != others.end()) {
      continue;
    }
    others.push_back(other);
  }
  return others;
}

std::string Generator::user_email(std::int64_t id) const {
  return fmt::format("user{}@shop.example", id);
}

std::string Generator::user_name(std::int64_t id) const {
  SplitMix random = stream(Stream::kUser, id);
  const std::string_view first = pick(kFirstNames, random);
  return fmt::format("{} {}", first, pick(kLastNames, random));
}

std::string Generator::user_created_at(std::int64_t id) const {
  SplitMix random = stream(Stream::kUser, -id);
  return seed_time(random.below(kSpanMilliseconds));
}

SeedOrder Generator::order(std::int64_t id) const {
  SplitMix random = stream(Stream::kOrder, id);
  SeedOrder order;
  order.user = users_.pick(random);
  const std::int64_t apart = kSpanMilliseconds / order_count_;
  order.created_at = seed_time((id - 1) * apart + random.below(apart));
  order.status = status_of(1 - static_cast<double>(id) / static_cast<double>(order_count_), random);
  const std::int64_t lines = 1 + random.below(4);
  for (std::int64_t line = 0; line < lines; ++line) {
    const std::int64_t product = products_.pick(random);
    order.items.push_back({product, 1 + random.below(3), price_cents(product)});
    order.total_cents += order.items.back().quantity * order.items.back().price_cents;
  }
  return order;
}

std::string seed_time(std::int64_t milliseconds) {
  using std::chrono::days;
  constexpr std::chrono::sys_days kStart = std::chrono::year{2024} / 1 / 1;
  const std::chrono::year_month_day date{kStart + days(milliseconds / kDayMilliseconds)};
  const std::int64_t rest = milliseconds % kDayMilliseconds;
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}+00", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     rest / 3'600'000, rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000);
}

}  // namespace proofload::shop
