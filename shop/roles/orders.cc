// Checkout and the history of orders.
#include <algorithm>
#include <atomic>
#include <thread>

#include "roles/jobs.h"
#include "roles/role.h"
#include "service/upstream.h"

namespace proofload::shop {
namespace {

constexpr Statement kTakeStock{"UPDATE stock",
                               "UPDATE stock SET quantity = quantity - $2"
                               " WHERE product_id = $1 AND quantity >= $2"};
constexpr Statement kInsertOrder{"INSERT orders",
                                 "INSERT INTO orders (user_id, status, total_cents, created_at)"
                                 " VALUES ($1, 'paid', $2, CURRENT_TIMESTAMP) RETURNING id"};
constexpr Statement kInsertItem{"INSERT order_items",
                                "INSERT INTO order_items"
                                " (order_id, line, product_id, quantity, price_cents)"
                                " VALUES ($1, $2, $3, $4, $5)"};
constexpr Statement kInsertJob{"INSERT jobs",
                               "INSERT INTO jobs (kind, payload, created_at)"
                               " VALUES ('ship', $1, CURRENT_TIMESTAMP)"};
constexpr Statement kClearCart{"DELETE carts", "DELETE FROM carts WHERE user_id = $1"};
constexpr Statement kHistory{"SELECT orders history",
                             "SELECT id, status, total_cents, CAST(created_at AS text)"
                             " FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 20"};
constexpr Statement kOrder{"SELECT orders one",
                           "SELECT id, status, total_cents, CAST(created_at AS text)"
                           " FROM orders WHERE id = $1 AND user_id = $2"};
constexpr Statement kItems{"SELECT order_items",
                           "SELECT product_id, quantity, price_cents FROM order_items"
                           " WHERE order_id = $1 ORDER BY line"};

Json order_json(const Rows& rows, std::size_t row) {
  return {{"id", rows.integer(row, 0)},
          {"status", rows.text(row, 1)},
          {"total_cents", rows.integer(row, 2)},
          {"created_at", rows.text(row, 3)}};
}

// How long a checkout waits for a queue of `waiting` jobs: past its high-water mark the queue slows
// down who fills it, as message brokers do.
std::chrono::milliseconds flow_control(std::int64_t waiting) {
  constexpr std::int64_t kHighWater = 60;
  constexpr std::int64_t kMsPerJob = 2;
  constexpr std::int64_t kMaxMs = 800;
  return std::chrono::milliseconds(
      std::clamp<std::int64_t>((waiting - kHighWater) * kMsPerJob, 0, kMaxMs));
}

std::string text(const Json& number) {
  return std::to_string(number.get<std::int64_t>());
}

class Orders final : public Role {
 public:
  Orders(Service& service, const ShopConfig& config)
      : rw_(service, "rw", {.url = config.rw_url, .size = 8}),
        ro_(service, "ro", {.url = config.ro_url, .size = 4}),
        cart_({.service = "cart", .origins = config.origins("cart")}, service),
        payment_({.service = "payment", .origins = config.origins("payment")}, service) {
    service.route("POST /checkout", [this](Call& call) { return checkout(call); });
    service.route("GET /orders", [this](Call& call) { return history(call); });
    service.route("GET /orders/:id", [this](Call& call) { return order(call); });
    add_knobs(service.knobs());
    service.set_ready([this] {
      const auto missing = rw_.what_is_missing();
      return missing ? missing : ro_.what_is_missing();
    });
  }

 private:
  void add_knobs(Knobs& knobs) {
    knobs.add("stock_hold_ms", 0,
              [this](double value) { stock_hold_ms_ = static_cast<int>(value); });
    knobs.add("keep_connection_every", 0, [this](double value) {
      keep_every_ = static_cast<int>(value);
      if (value == 0) rw_.pool().recover_leaks();
    });
    knobs.add("payment_retries", 0, [this](double value) {
      payment_.set_retries(static_cast<int>(value), value);
      are_payments_retried_ = value > 0;
    });
  }

  // Paid first: a provider must not be waited for inside a transaction. What cannot be booked is
  // paid back.
  Reply checkout(Call& call) {
    if (call.user == 0) return problem(401, "no_user", "log in first");
    const UpstreamReply cart = cart_.send(call, {.target = "/cart", .user = call.user});
    if (!cart.is_ok()) return problem(502, "cart", "the cart is not to be had now");
    const Json contents = cart.json();
    if (contents.at("items").empty()) return problem(409, "empty_cart", "there is nothing to buy");
    const auto backlog = rw_.execute(call, kPendingJobs);
    if (!backlog) return database_problem(backlog.error());
    std::this_thread::sleep_for(
        std::min(flow_control(backlog->integer(0, 0)), call.deadline.left()));
    const UpstreamReply paid =
        payment_.send(call, {.method = "POST",
                             .target = "/payments",
                             .body = Json{{"amount_cents", contents.at("total_cents")}}.dump(),
                             .is_idempotent = are_payments_retried_});
    if (paid.status == 429) return payments_limited();
    if (!paid.is_ok()) return problem(502, "payment", "the payment did not go through");
    Reply reply = book(call, contents);
    if (reply.status != 201) {
      payment_.send(call,
                    {.method = "DELETE", .target = "/payments/" + text(paid.json().at("payment"))});
    }
    return reply;
  }

  static Reply payments_limited() {
    Reply reply = problem(503, "payment_limited", "the payment provider is at its limit");
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
  }

  Reply book(Call& call, const Json& cart) {
    std::string order;
    bool is_sold_out = false;
    const auto booked = rw_.transaction(call, [&](SqlSession& session) -> DatabaseResult<void> {
      for (const Json& item : cart.at("items")) {  // by product id: no two orders can deadlock
        const auto taken =
            session.execute(kTakeStock, {text(item.at("product_id")), text(item.at("quantity"))});
        if (!taken) return tl::unexpected(taken.error());
        is_sold_out = taken->affected() == 0;
        if (is_sold_out) return tl::unexpected(DatabaseError{.message = "sold out"});
      }
      if (const int hold = stock_hold_ms_; hold > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(hold));
      }
      return insert(session, call, cart, order);
    });
    keep_a_connection(call);
    if (is_sold_out) return problem(409, "out_of_stock", "a product of the cart is sold out");
    if (!booked) return database_problem(booked.error());
    return json_reply(201, {{"order", std::stoll(order)},
                            {"status", "paid"},
                            {"total_cents", cart.at("total_cents")}});
  }

  // As code that forgets to give back what it took on one of its paths.
  void keep_a_connection(Call& call) {
    const int every = keep_every_;
    if (every == 0 || ++booking_count_ % every != 0) return;
    if (auto session = rw_.session(call)) session->lease().leak();
  }

  static DatabaseResult<void> insert(SqlSession& session, const Call& call, const Json& cart,
                                     std::string& order) {
    const std::string user = std::to_string(call.user);
    const auto inserted = session.execute(kInsertOrder, {user, text(cart.at("total_cents"))});
    if (!inserted) return tl::unexpected(inserted.error());
    order = inserted->text(0, 0);
    int line = 0;
    for (const Json& item : cart.at("items")) {
      const auto done =
          session.execute(kInsertItem, {order, std::to_string(++line), text(item.at("product_id")),
                                        text(item.at("quantity")), text(item.at("price_cents"))});
      if (!done) return tl::unexpected(done.error());
    }
    const auto queued = session.execute(kInsertJob, {order});
    if (!queued) return tl::unexpected(queued.error());
    const auto cleared = session.execute(kClearCart, {user});
    if (!cleared) return tl::unexpected(cleared.error());
    return {};
  }

  Reply history(Call& call) {
    if (call.user == 0) return problem(401, "no_user", "log in first");
    const auto rows = ro_.execute(call, kHistory, {std::to_string(call.user)});
    if (!rows) return database_problem(rows.error());
    Json items = Json::array();
    for (std::size_t row = 0; row < rows->size(); ++row) items.push_back(order_json(*rows, row));
    return json_reply(200, {{"orders", std::move(items)}});
  }

  // From the primary: it may be a second old, and a replica may not have it yet.
  Reply order(Call& call) {
    const auto id = call.path_number("id");
    if (call.user == 0) return problem(401, "no_user", "log in first");
    if (!id) return problem(400, "id", "an order's id is a number");
    auto session = rw_.session(call);
    if (!session) return database_problem(session.error());
    const std::string key = std::to_string(*id);
    const auto rows = session->execute(kOrder, {key, std::to_string(call.user)});
    if (!rows) return database_problem(rows.error());
    if (rows->empty()) return problem(404, "no_order", "you have no order " + key);
    const auto lines = session->execute(kItems, {key});
    if (!lines) return database_problem(lines.error());
    Json json = order_json(*rows, 0);
    json["items"] = Json::array();
    for (std::size_t row = 0; row < lines->size(); ++row) {
      json["items"].push_back({{"product_id", lines->integer(row, 0)},
                               {"quantity", lines->integer(row, 1)},
                               {"price_cents", lines->integer(row, 2)}});
    }
    return json_reply(200, json);
  }

  std::atomic<int> stock_hold_ms_ = 0;
  std::atomic<int> keep_every_ = 0;
  std::atomic<int> booking_count_ = 0;
  std::atomic<bool> are_payments_retried_ = false;
  Sql rw_;
  Sql ro_;
  Upstream cart_;
  Upstream payment_;
};

}  // namespace

std::unique_ptr<Role> make_orders(Service& service, const ShopConfig& config) {
  return std::make_unique<Orders>(service, config);
}

}  // namespace proofload::shop
