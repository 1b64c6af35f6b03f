// A product as lists of prices show it.
#pragma once

#include <cstddef>

#include "service/call.h"
#include "storage/database.h"

namespace proofload::shop {

// A row of id, name, price_cents.
inline Json price_json(const Rows& rows, std::size_t row) {
  return {{"id", rows.integer(row, 0)},
          {"name", rows.text(row, 1)},
          {"price_cents", rows.integer(row, 2)}};
}

inline Json price_list(const Rows& rows) {
  Json items = Json::array();
  for (std::size_t row = 0; row < rows.size(); ++row) items.push_back(price_json(rows, row));
  return items;
}

}  // namespace proofload::shop
