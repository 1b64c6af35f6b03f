// A small shop over HTTP, the target of `./dev demo`: each request takes the few milliseconds that
// a real shop spends in its database. Usage: shop_service [PORT]; prints `port N` when it listens.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include <httplib.h>

#include "shop.h"

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kThreads = 32;  // connections served at a time; more wait in the accept queue

void work_for(milliseconds time) {
  std::this_thread::sleep_for(time);
}

void reply(httplib::Response& response, int status, const std::string& body) {
  response.status = status;
  response.set_content(body, "application/json");
}

// `status` with the answer, or `refused` with an error when there is none.
void reply(httplib::Response& response, int status, const std::optional<std::string>& answer,
           int refused, const char* error) {
  if (answer) return reply(response, status, *answer);
  reply(response, refused, std::string(R"({"error":")") + error + "\"}");
}

void add_routes(httplib::Server& server, Shop& shop) {
  server.Get("/products", [](const httplib::Request& request, httplib::Response& response) {
    work_for(milliseconds(4));
    reply(response, 200,
          Shop::page(std::max(1, std::atoi(request.get_param_value("page").c_str()))));
  });
  server.Get(R"(/products/(\d+))",
             [](const httplib::Request& request, httplib::Response& response) {
               work_for(milliseconds(2));
               reply(response, 200, Shop::product(std::atoi(request.matches[1].str().c_str())), 404,
                     "no such product");
             });
  server.Post(R"(/carts/([\w-]+))",
              [&shop](const httplib::Request& request, httplib::Response& response) {
                work_for(milliseconds(3));
                reply(response, 201, shop.add_to_cart(request.matches[1], request.body), 400,
                      "a product and a quantity, please");
              });
  server.Post(R"(/carts/([\w-]+)/checkout)",
              [&shop](const httplib::Request& request, httplib::Response& response) {
                work_for(milliseconds(12));
                reply(response, 201, shop.checkout(request.matches[1]), 409, "the cart is empty");
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
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    port = -1;
  }
  if (port < 0) {
    std::fprintf(stderr, "shop_service: cannot listen on that port\n");
    return 1;
  }
  std::printf("port %d\n", port);
  std::fflush(stdout);
  server.listen_after_bind();
}
