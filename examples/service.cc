// A small shop over HTTP, the target of `./dev demo`: products, a cart per customer, checkout, each
// with the few milliseconds that a real one spends in its database. Usage: shop_service [PORT];
// prints `port N` when it listens.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr std::size_t kThreads = 32;  // requests served at a time; more wait in the accept queue
constexpr int kProductCount = 100;

struct Line {
  int product = 0;
  int quantity = 0;
};

// Carts and orders of all customers. Any thread.
class Shop {
 public:
  static Json product(int id) {
    return {{"id", id}, {"name", "Product " + std::to_string(id)}, {"price_cents", 199 + 37 * id}};
  }

  static Json page(int first, int count) {
    Json items = Json::array();
    for (int id = first; id < first + count && id <= kProductCount; ++id)
      items.push_back(product(id));
    return {{"items", items}, {"total", kProductCount}};
  }

  Json add_to_cart(const std::string& customer, Line line) {
    const std::lock_guard lock(mutex_);
    carts_[customer].push_back(line);
    return cart_json(customer);
  }

  // Nothing when the cart is empty.
  std::optional<Json> checkout(const std::string& customer) {
    const std::lock_guard lock(mutex_);
    const Json cart = cart_json(customer);
    if (carts_.erase(customer) == 0) return std::nullopt;
    return Json{{"order", ++order_count_}, {"total_cents", cart["total_cents"]}};
  }

 private:
  Json cart_json(const std::string& customer) const {
    Json lines = Json::array();
    int total = 0;
    const auto cart = carts_.find(customer);
    if (cart != carts_.end()) {
      for (const Line& line : cart->second) {
        lines.push_back({{"product", line.product}, {"quantity", line.quantity}});
        total += line.quantity * product(line.product)["price_cents"].get<int>();
      }
    }
    return {{"customer", customer}, {"lines", lines}, {"total_cents", total}};
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<Line>> carts_;
  int order_count_ = 0;
};

void work_for(milliseconds time) {
  std::this_thread::sleep_for(time);
}

void reply(httplib::Response& response, int status, const Json& body) {
  response.status = status;
  response.set_content(body.dump(), "application/json");
}

void add_routes(httplib::Server& server, Shop& shop) {
  server.Get("/products", [](const httplib::Request& request, httplib::Response& response) {
    work_for(milliseconds(4));
    const int page = std::max(1, std::atoi(request.get_param_value("page").c_str()));
    reply(response, 200, Shop::page(10 * (page - 1) + 1, 10));
  });
  server.Get(R"(/products/(\d+))",
             [](const httplib::Request& request, httplib::Response& response) {
               work_for(milliseconds(2));
               const int id = std::atoi(request.matches[1].str().c_str());
               if (id < 1 || id > kProductCount)
                 return reply(response, 404, {{"error", "no such product"}});
               reply(response, 200, Shop::product(id));
             });
  server.Post(R"(/carts/([\w-]+))", [&shop](const httplib::Request& request,
                                            httplib::Response& response) {
    work_for(milliseconds(3));
    const Json line = Json::parse(request.body, nullptr, false);
    if (!line.is_object() || !line.contains("product") || !line["product"].is_number_integer()) {
      return reply(response, 400, {{"error", "expected {\"product\": ID, \"quantity\": N}"}});
    }
    const Line added{line["product"].get<int>(), line.value("quantity", 1)};
    reply(response, 201, shop.add_to_cart(request.matches[1], added));
  });
  server.Post(R"(/carts/([\w-]+)/checkout)",
              [&shop](const httplib::Request& request, httplib::Response& response) {
                work_for(milliseconds(12));
                const std::optional<Json> order = shop.checkout(request.matches[1]);
                if (!order) return reply(response, 409, {{"error", "the cart is empty"}});
                reply(response, 201, *order);
              });
}

}  // namespace

int main(int argc, char** argv) {
  Shop shop;
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1'000'000);
  server.set_tcp_nodelay(true);
  add_routes(server, shop);
  int port = argc > 1 ? std::atoi(argv[1]) : 0;
  if (port == 0)
    port = server.bind_to_any_port("127.0.0.1");
  else if (!server.bind_to_port("127.0.0.1", port))
    port = -1;
  if (port < 0) {
    std::fprintf(stderr, "shop_service: cannot listen on that port\n");
    return 1;
  }
  std::printf("port %d\n", port);
  std::fflush(stdout);
  server.listen_after_bind();
}
