// What the demo's shop knows: products, a cart per customer, orders. Answers are JSON documents.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

constexpr int kProductCount = 100;

// Any thread.
class Shop {
 public:
  // Nothing when there is no such product.
  static std::optional<std::string> product(int id);
  // Ten products; pages count from 1.
  static std::string page(int number);

  // `line` is {"product": ID, "quantity": N}; nothing when it is not. Gives the cart.
  std::optional<std::string> add_to_cart(const std::string& customer, const std::string& line);
  // Empties the cart into an order; nothing when it was empty.
  std::optional<std::string> checkout(const std::string& customer);

 private:
  struct Line {
    int product = 0;
    int quantity = 0;
  };

  static int total_cents(const std::vector<Line>& lines);

  std::mutex mutex_;
  std::map<std::string, std::vector<Line>> carts_;
  int order_count_ = 0;
};
