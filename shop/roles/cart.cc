// A user's cart: what is in it, with today's prices from the catalogue.
#include <map>

#include "roles/role.h"
#include "service/upstream.h"

namespace proofload::shop {
namespace {

constexpr std::int64_t kQuantityMax = 10;

constexpr Statement kLines{"SELECT carts",
                           "SELECT product_id, quantity FROM carts WHERE user_id = $1"
                           " ORDER BY product_id LIMIT 50"};
constexpr Statement kPut{"INSERT carts",
                         "INSERT INTO carts (user_id, product_id, quantity, added_at)"
                         " VALUES ($1, $2, $3, CURRENT_TIMESTAMP)"
                         " ON CONFLICT (user_id, product_id)"
                         " DO UPDATE SET quantity = excluded.quantity"};
constexpr Statement kClear{"DELETE carts", "DELETE FROM carts WHERE user_id = $1"};

class Cart final : public Role {
 public:
  Cart(Service& service, const ShopConfig& config)
      : sql_(service, "rw", {.url = config.rw_url, .size = 8}),
        catalog_({.service = "catalog", .origins = config.origins("catalog")}, service) {
    service.route("GET /cart", [this](Call& call) { return show(call); });
    service.route("POST /cart/items", [this](Call& call) { return put(call); });
    service.route("DELETE /cart", [this](Call& call) { return clear(call); });
    service.set_ready([this] { return sql_.what_is_missing(); });
  }

 private:
  Reply show(Call& call) {
    if (call.user == 0) return problem(401, "no_user", "log in first");
    const auto rows = sql_.execute(call, kLines, {std::to_string(call.user)});
    if (!rows) return database_problem(rows.error());
    if (rows->empty()) return json_reply(200, {{"items", Json::array()}, {"total_cents", 0}});
    std::string ids;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      ids += (row == 0 ? "" : ",") + rows->text(row, 0);
    }
    const UpstreamReply priced = catalog_.send(call, {.target = "/prices?ids=" + ids});
    if (!priced.is_ok()) return problem(502, "catalog", "prices are not to be had now");
    return priced_cart(*rows, priced.json());
  }

  static Reply priced_cart(const Rows& rows, const Json& priced) {
    std::map<std::int64_t, const Json*> products;
    for (const Json& item : priced.at("items")) products[item.at("id")] = &item;
    Json items = Json::array();
    std::int64_t total = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto product = products.find(rows.integer(row, 0));
      if (product == products.end()) continue;  // no longer sold
      const std::int64_t price = product->second->at("price_cents");
      const std::int64_t quantity = rows.integer(row, 1);
      total += price * quantity;
      items.push_back({{"product_id", product->first},
                       {"name", product->second->at("name")},
                       {"quantity", quantity},
                       {"price_cents", price}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"total_cents", total}});
  }

  Reply put(Call& call) {
    if (call.user == 0) return problem(401, "no_user", "log in first");
    const auto json = call.json();
    const std::int64_t product = json ? number_in(*json, "product_id").value_or(0) : 0;
    const bool has_quantity = json && json->contains("quantity");
    const std::int64_t quantity = has_quantity ? number_in(*json, "quantity").value_or(0) : 1;
    if (product < 1 || quantity < 1 || quantity > kQuantityMax) {
      return problem(400, "item", "a product_id, and a quantity of 1 to 10");
    }
    const UpstreamReply known =
        catalog_.send(call, {.target = "/products/" + std::to_string(product)});
    if (known.status == 404) return problem(404, "no_product", "there is no such product");
    if (!known.is_ok()) return problem(502, "catalog", "the catalogue does not answer");
    const auto done = sql_.execute(
        call, kPut, {std::to_string(call.user), std::to_string(product), std::to_string(quantity)});
    if (!done) return database_problem(done.error());
    return json_reply(201, {{"product_id", product}, {"quantity", quantity}});
  }

  Reply clear(Call& call) {
    if (call.user == 0) return problem(401, "no_user", "log in first");
    const auto done = sql_.execute(call, kClear, {std::to_string(call.user)});
    if (!done) return database_problem(done.error());
    return json_reply(200, {{"removed", done->affected()}});
  }

  Sql sql_;
  Upstream catalog_;
};

}  // namespace

std::unique_ptr<Role> make_cart(Service& service, const ShopConfig& config) {
  return std::make_unique<Cart>(service, config);
}

}  // namespace proofload::shop
