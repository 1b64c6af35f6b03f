#include "shop.h"

#include <utility>

#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;

namespace {

int price_cents(int product) {
  return 199 + 37 * product;
}

Json product_json(int id) {
  return {{"id", id}, {"name", "Product " + std::to_string(id)}, {"price_cents", price_cents(id)}};
}

}  // namespace

std::optional<std::string> Shop::product(int id) {
  if (id < 1 || id > kProductCount) return std::nullopt;
  return product_json(id).dump();
}

std::string Shop::page(int number) {
  Json items = Json::array();
  for (int id = 10 * (number - 1) + 1; id <= 10 * number && id <= kProductCount; ++id) {
    items.push_back(product_json(id));
  }
  return Json{{"items", items}, {"total", kProductCount}}.dump();
}

std::optional<std::string> Shop::add_to_cart(const std::string& customer, const std::string& line) {
  const Json parsed = Json::parse(line, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("product") ||
      !parsed["product"].is_number_integer()) {
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  std::vector<Line>& cart = carts_[customer];
  cart.push_back({parsed["product"].get<int>(), parsed.value("quantity", 1)});
  return Json{{"lines", cart.size()}, {"total_cents", total_cents(cart)}}.dump();
}

std::optional<std::string> Shop::checkout(const std::string& customer) {
  const std::lock_guard lock(mutex_);
  const auto cart = carts_.find(customer);
  if (cart == carts_.end()) return std::nullopt;
  const Json order{{"order", ++order_count_}, {"total_cents", total_cents(cart->second)}};
  carts_.erase(cart);
  return order.dump();
}

int Shop::total_cents(const std::vector<Line>& lines) {
  int total = 0;
  for (const Line& line : lines) total += line.quantity * price_cents(line.product);
  return total;
}
