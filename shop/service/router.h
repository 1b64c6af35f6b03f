// Which handler answers a method and path. Routes are "GET /products/:id".
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "service/call.h"

namespace proofload::shop {

using Handler = std::function<Reply(Call&)>;

struct RouteMatch {
  const Handler* handler = nullptr;         // null: no such path, or not with this method
  std::string route;                        // "/products/:id"; empty when there is no such path
  std::map<std::string, std::string> path;  // decoded by the server already
};

class Router {
 public:
  // A route that is given first wins.
  void add(std::string_view method, std::string_view path, Handler handler);
  RouteMatch match(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    Handler handler;
  };

  std::vector<Route> routes_;
};

}  // namespace proofload::shop
