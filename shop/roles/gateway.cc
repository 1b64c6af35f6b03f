// The shop's front door: who is asking, how often, and which service answers.
#include <chrono>

#include "roles/openapi.h"
#include "roles/role.h"
#include "roles/token.h"
#include "service/rate_limiter.h"
#include "service/target.h"
#include "service/upstream.h"

namespace proofload::shop {
namespace {

constexpr double kPerSecond = 2000;
constexpr double kBurst = 400;
constexpr std::int64_t kTokenSeconds = 300;

constexpr Statement kUser{"SELECT users", "SELECT id, name FROM users WHERE email = $1"};

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count();
}

// The query again, in the order of its names.
std::string encoded_query(const Call& call) {
  std::string text;
  for (const auto& [name, value] : call.query) {
    text += (text.empty() ? "?" : "&") + escape(name) + "=" + escape(value);
  }
  return text;
}

// What the other service said, or that it said nothing.
Reply pass_on(UpstreamReply reply) {
  if (reply.status == 0) return problem(502, "no_answer", "a service of the shop does not answer");
  return {.status = reply.status,
          .body = std::move(reply.body),
          .content_type = std::move(reply.content_type)};
}

class Gateway final : public Role {
 public:
  Gateway(Service& service, const ShopConfig& config)
      : service_(service),
        secret_(config.secret),
        sql_(service, "ro", {.url = config.ro_url, .size = 4}),
        catalog_({.service = "catalog", .origins = config.origins("catalog")}, service),
        cart_({.service = "cart", .origins = config.origins("cart")}, service),
        orders_({.service = "orders",
                 .origins = config.origins("orders"),
                 .timeout = std::chrono::milliseconds(2000)},
                service),
        recommendations_({.service = "recommendations",
                          .origins = config.origins("recommendations"),
                          .timeout = std::chrono::milliseconds(300),
                          .retries_max = 0},
                         service) {
    service.route("GET /openapi.json",
                  [](Call&) { return Reply{.body = std::string(openapi_document())}; });
    add("POST /login", [this](Call& call) { return login(call); });
    add("GET /products", [this](Call& call) {
      return pass_on(catalog_.send(call, {.target = "/products" + encoded_query(call)}));
    });
    add("GET /search", [this](Call& call) {
      return pass_on(catalog_.send(call, {.target = "/search" + encoded_query(call)}));
    });
    add("GET /products/:id", [this](Call& call) { return product(call); });
    add_for_user("GET /cart", cart_, true);
    add_for_user("POST /cart/items", cart_, true);
    add_for_user("DELETE /cart", cart_, true);
    add_for_user("POST /checkout", orders_, false);
    add_for_user("GET /orders", orders_, true);
    add_for_user("GET /orders/:id", orders_, true);
    service.set_ready([this] { return sql_.what_is_missing(); });
  }

 private:
  // A route behind the rate limit, whose state every answer tells (RateLimit header fields).
  void add(const std::string& route, Handler handler) {
    service_.route(route, [this, handler = std::move(handler)](Call& call) {
      const RateDecision decision = limiter_.take(monotonic_now());
      Reply reply = decision.is_allowed
                        ? handler(call)
                        : problem(429, "rate_limited", "too many requests a second");
      reply.headers.emplace_back("RateLimit-Limit", std::to_string(decision.limit));
      reply.headers.emplace_back("RateLimit-Remaining", std::to_string(decision.remaining));
      reply.headers.emplace_back("RateLimit-Reset", std::to_string(decision.retry_after_s));
      if (!decision.is_allowed) {
        reply.headers.emplace_back("Retry-After", std::to_string(decision.retry_after_s));
      }
      return reply;
    });
  }

  // A route that another service answers, for somebody who has logged in.
  void add_for_user(const std::string& route, Upstream& upstream, bool is_idempotent) {
    const std::string path = route.substr(route.find(' ') + 1);
    add(route, [this, &upstream, path, is_idempotent](Call& call) {
      const auto user = user_of(call);
      if (!user) return problem(401, "token", "a token from POST /login, please");
      std::string target = path;
      const auto id = call.path.find("id");
      if (id != call.path.end()) target.replace(target.find(":id"), 3, escape(id->second));
      return pass_on(upstream.send(call, {.method = call.method,
                                          .target = target + encoded_query(call),
                                          .body = call.body,
                                          .user = *user,
                                          .is_idempotent = is_idempotent}));
    });
  }

  std::optional<std::int64_t> user_of(const Call& call) const {
    constexpr std::string_view kScheme = "Bearer ";
    if (!call.authorization.starts_with(kScheme)) return std::nullopt;
    return token_user(secret_, std::string_view(call.authorization).substr(kScheme.size()),
                      seconds_now());
  }

  // The sample users have no passwords; their e-mail address is enough.
  Reply login(Call& call) {
    const auto json = call.json();
    const std::string email = json ? text_in(*json, "email").value_or("") : "";
    if (email.empty()) return problem(400, "email", "an email, please");
    const auto rows = sql_.execute(call, kUser, {email});
    if (!rows) return database_problem(rows.error());
    if (rows->empty()) return problem(401, "no_user", "there is no such user");
    return json_reply(
        200, {{"token", sign_token(secret_, rows->integer(0, 0), seconds_now() + kTokenSeconds)},
              {"expires_in", kTokenSeconds},
              {"user", {{"id", rows->integer(0, 0)}, {"name", rows->text(0, 1)}}}});
  }

  // The product, and what goes with it when that is to be had.
  Reply product(Call& call) {
    const auto id = call.path_number("id");
    if (!id) return problem(400, "id", "a product's id is a number");
    UpstreamReply product = catalog_.send(call, {.target = "/products/" + std::to_string(*id)});
    if (!product.is_ok()) return pass_on(std::move(product));
    Json json = product.json();
    const UpstreamReply others =
        recommendations_.send(call, {.target = "/recommendations/" + std::to_string(*id)});
    json["recommendations"] = others.is_ok() ? others.json().at("items") : Json::array();
    if (!others.is_ok()) json["degraded"] = true;
    return json_reply(200, json);
  }

  Service& service_;
  std::string secret_;
  Sql sql_;
  Upstream catalog_;
  Upstream cart_;
  Upstream orders_;
  Upstream recommendations_;
  RateLimiter limiter_{kPerSecond, kBurst};
};

}  // namespace

std::unique_ptr<Role> make_gateway(Service& service, const ShopConfig& config) {
  return std::make_unique<Gateway>(service, config);
}

}  // namespace proofload::shop
