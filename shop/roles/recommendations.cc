// What else buyers of a product bought; worked out when the shop was seeded.
#include "roles/price.h"
#include "roles/role.h"
#include "service/ttl_cache.h"

namespace proofload::shop {
namespace {

constexpr Statement kSelect{"SELECT recommendations",
                            "SELECT r.other_id, p.name, p.price_cents FROM recommendations r"
                            " JOIN products p ON p.id = r.other_id"
                            " WHERE r.product_id = CAST($1 AS bigint) ORDER BY r.rank"};

class Recommendations final : public Role {
 public:
  Recommendations(Service& service, const ShopConfig& config)
      : sql_(service, "ro", {.url = config.ro_url, .size = 4}) {
    service.route("GET /recommendations/:product", [this](Call& call) { return answer(call); });
    service.set_ready([this] { return sql_.what_is_missing(); });
  }

 private:
  Reply answer(Call& call) {
    const auto product = call.path_number("product");
    if (!product) return problem(400, "product", "a product's id is a number");
    const std::string key = std::to_string(*product);
    if (auto known = cache_.find(key)) return {.body = *std::move(known)};
    const auto rows = sql_.execute(call, kSelect, {key});
    if (!rows) return database_problem(rows.error());
    Reply reply = json_reply(200, {{"product", *product}, {"items", price_list(*rows)}});
    cache_.put(key, reply.body);
    return reply;
  }

  Sql sql_;
  TtlCache<std::string> cache_{std::chrono::seconds(60), 4096};
};

}  // namespace

std::unique_ptr<Role> make_recommendations(Service& service, const ShopConfig& config) {
  return std::make_unique<Recommendations>(service, config);
}

}  // namespace proofload::shop
