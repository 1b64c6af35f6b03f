// The catalogue: pages of products, search, one product, prices for the other services.
#include <fmt/core.h>

#include "roles/price.h"
#include "roles/role.h"
#include "service/ttl_cache.h"

namespace proofload::shop {
namespace {

constexpr std::int64_t kPageMax = 100;
constexpr Statement kPage{"SELECT products page",
                          "SELECT p.id, p.sku, p.name, p.category, p.price_cents, s.quantity"
                          " FROM products p JOIN stock s ON s.product_id = p.id"
                          " ORDER BY p.id LIMIT $1 OFFSET $2"};
constexpr Statement kCategoryPage{
    "SELECT products category",
    "SELECT p.id, p.sku, p.name, p.category, p.price_cents, s.quantity"
    " FROM products p JOIN stock s ON s.product_id = p.id"
    " WHERE p.category = $1 ORDER BY p.id LIMIT $2 OFFSET $3"};
constexpr Statement kSearch{"SELECT products search",
                            "SELECT p.id, p.sku, p.name, p.category, p.price_cents, s.quantity"
                            " FROM products p JOIN stock s ON s.product_id = p.id"
                            " WHERE lower(p.name) LIKE $1 ORDER BY p.id LIMIT 20"};
constexpr Statement kProduct{"SELECT products one",
                             "SELECT p.id, p.sku, p.name, p.category, p.price_cents, s.quantity,"
                             " p.description FROM products p JOIN stock s ON s.product_id = p.id"
                             " WHERE p.id = CAST($1 AS bigint)"};

constexpr Statement kPrice{"SELECT products price",
                           "SELECT id, name, price_cents FROM products WHERE id = $1"};

Json product_json(const Rows& rows, std::size_t row) {
  return {{"id", rows.integer(row, 0)},          {"sku", rows.text(row, 1)},
          {"name", rows.text(row, 2)},           {"category", rows.text(row, 3)},
          {"price_cents", rows.integer(row, 4)}, {"in_stock", rows.integer(row, 5) > 0}};
}

// A number that the column can hold.
bool is_product_id(std::string_view text) {
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc{} && end == text.data() + text.size();
}

Json list_json(const Rows& rows) {
  Json items = Json::array();
  for (std::size_t row = 0; row < rows.size(); ++row) items.push_back(product_json(rows, row));
  return items;
}

// A LIKE pattern for names that begin with `text`.
std::string prefix_pattern(const std::string& text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') continue;
    pattern += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return pattern + "%";
}

class Catalog final : public Role {
 public:
  Catalog(Service& service, const ShopConfig& config)
      : sql_(service, "ro", {.url = config.ro_url, .size = 8}) {
    service.route("GET /products", [this](Call& call) { return page(call); });
    service.route("GET /search", [this](Call& call) { return search(call); });
    service.route("GET /prices", [this](Call& call) { return prices(call); });
    service.route("GET /products/:id", [this](Call& call) { return product(call); });
    service.set_ready([this] { return sql_.what_is_missing(); });
    service.knobs().add("statements_per_price", 0,
                        [this](double value) { statements_each_ = static_cast<int>(value); });
    const auto count = [&](const char* result, auto read) {
      service.metrics().add(Metrics::Kind::kCounter, "cache_gets_total", "Look-ups in the cache",
                            {{"cache", "products"}, {"result", result}}, read);
    };
    count("hit", [this] { return static_cast<double>(products_.hit_count()); });
    count("miss", [this] { return static_cast<double>(products_.miss_count()); });
  }

 private:
  Reply page(Call& call) {
    const std::int64_t page = call.query_number("page").value_or(1);
    const std::int64_t size = call.query_number("size").value_or(20);
    if (page < 1 || size < 1 || size > kPageMax) {
      return problem(400, "page", "page counts from 1, size is 1 to 100");
    }
    const std::string category = call.query_text("category");
    const std::string limit = std::to_string(size);
    const std::string offset = std::to_string((page - 1) * size);
    const auto rows = category.empty()
                          ? sql_.execute(call, kPage, {limit, offset})
                          : sql_.execute(call, kCategoryPage, {category, limit, offset});
    if (!rows) return database_problem(rows.error());
    return json_reply(200, {{"page", page}, {"items", list_json(*rows)}});
  }

  Reply search(Call& call) {
    const std::string text = call.query_text("q");
    if (text.size() < 2) return problem(400, "q", "search for two characters or more");
    const auto rows = sql_.execute(call, kSearch, {prefix_pattern(text)});
    if (!rows) return database_problem(rows.error());
    return json_reply(200, {{"query", text}, {"items", list_json(*rows)}});
  }

  Reply product(Call& call) {
    const auto id = call.path_number("id");
    if (!id) return problem(400, "id", "a product's id is a number");
    const std::string key = std::to_string(*id);
    if (auto known = products_.find(key)) return {.body = *std::move(known)};
    const auto rows = sql_.execute(call, kProduct, {key});
    if (!rows) return database_problem(rows.error());
    if (rows->empty()) return problem(404, "no_product", "there is no product " + key);
    Json json = product_json(*rows, 0);
    json["description"] = rows->text(0, 6);
    products_.put(key, json.dump());
    return json_reply(200, json);
  }

  // ?ids=1,2,3: one statement for all of them.
  Reply prices(Call& call) {
    Parameters ids;
    std::string places;
    const std::string list = call.query_text("ids");
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t end = std::min(list.find(',', at), list.size());
      if (!is_product_id(std::string_view(list).substr(at, end - at))) {
        return problem(400, "ids", "a product's id is a number");
      }
      ids.push_back(list.substr(at, end - at));
      places += fmt::format("{}${}", places.empty() ? "" : ", ", ids.size());
      at = end + 1;
    }
    if (ids.empty() || static_cast<std::int64_t>(ids.size()) > kPageMax) {
      return problem(400, "ids", "one to a hundred ids, separated by commas");
    }
    if (statements_each_ > 0) return prices_one_by_one(call, ids);
    const std::string text =
        "SELECT id, name, price_cents FROM products WHERE id IN (" + places + ")";
    const auto rows = sql_.execute(call, {"SELECT products prices", text}, ids);
    if (!rows) return database_problem(rows.error());
    return json_reply(200, {{"items", price_list(*rows)}});
  }

  // As a mapper without batches would: statements for each product.
  Reply prices_one_by_one(Call& call, const Parameters& ids) {
    Json items = Json::array();
    for (const std::string& id : ids) {
      for (int i = 0; i < statements_each_; ++i) {
        const auto rows = sql_.execute(call, kPrice, {id});
        if (!rows) return database_problem(rows.error());
        if (i > 0 || rows->empty()) continue;
        items.push_back(price_json(*rows, 0));
      }
    }
    return json_reply(200, {{"items", std::move(items)}});
  }

  std::atomic<int> statements_each_ = 0;  // 0: one statement for all
  Sql sql_;
  TtlCache<std::string> products_{std::chrono::seconds(30), 4096};
};

}  // namespace

std::unique_ptr<Role> make_catalog(Service& service, const ShopConfig& config) {
  return std::make_unique<Catalog>(service, config);
}

}  // namespace proofload::shop
