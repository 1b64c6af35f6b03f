// The OpenAPI 3.1 document of the gateway, which tests hold it to.
#pragma once

#include <string_view>

namespace proofload::shop {

std::string_view openapi_document();

}  // namespace proofload::shop
