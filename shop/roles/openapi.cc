#include "roles/openapi.h"

namespace proofload::shop {

namespace {

constexpr std::string_view kDocument = R"json({
  "openapi": "3.1.0",
  "info": {"title": "Proofload's shop", "version": "1"},
  "paths": {
    "/login": {"post": {
      "summary": "A token for an e-mail address",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {
        "type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}}}}},
      "responses": {"200": {"$ref": "#/components/responses/Token"}, "400": {"$ref": "#/components/responses/Problem"},
                    "401": {"$ref": "#/components/responses/Problem"}}}},
    "/products": {"get": {
      "summary": "A page of products",
      "parameters": [
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
        {"name": "category", "in": "query", "schema": {"type": "string"}}],
      "responses": {"200": {"$ref": "#/components/responses/Products"}, "400": {"$ref": "#/components/responses/Problem"}}}},
    "/search": {"get": {
      "summary": "Products whose name begins with a text",
      "parameters": [{"name": "q", "in": "query", "required": true, "schema": {"type": "string", "minLength": 2}}],
      "responses": {"200": {"$ref": "#/components/responses/Products"}, "400": {"$ref": "#/components/responses/Problem"}}}},
    "/products/{id}": {"get": {
      "summary": "One product and what goes with it",
      "parameters": [{"$ref": "#/components/parameters/Id"}],
      "responses": {"200": {"description": "the product", "content": {"application/json": {"schema": {
                      "allOf": [{"$ref": "#/components/schemas/Product"}, {"type": "object",
                        "required": ["description", "recommendations"],
                        "properties": {"description": {"type": "string"}, "degraded": {"type": "boolean"},
                                       "recommendations": {"type": "array", "items": {"type": "object",
                                         "required": ["id", "name", "price_cents"]}}}}]}}}},
                    "404": {"$ref": "#/components/responses/Problem"}}}},
    "/cart": {
      "get": {"summary": "The cart, priced", "security": [{"token": []}],
        "responses": {"200": {"description": "the cart", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cart"}}}},
                      "401": {"$ref": "#/components/responses/Problem"}}},
      "delete": {"summary": "Empties the cart", "security": [{"token": []}],
        "responses": {"200": {"description": "emptied", "content": {"application/json": {"schema": {
                        "type": "object", "required": ["removed"], "properties": {"removed": {"type": "integer"}}}}}},
                      "401": {"$ref": "#/components/responses/Problem"}}}},
    "/cart/items": {"post": {
      "summary": "Puts so many of a product into the cart", "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {
        "type": "object", "required": ["product_id"], "properties": {
          "product_id": {"type": "integer"}, "quantity": {"type": "integer", "minimum": 1, "maximum": 10}}}}}},
      "responses": {"201": {"description": "in the cart", "content": {"application/json": {"schema": {
                      "type": "object", "required": ["product_id", "quantity"]}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "401": {"$ref": "#/components/responses/Problem"},
                    "404": {"$ref": "#/components/responses/Problem"}}}},
    "/checkout": {"post": {
      "summary": "Buys what is in the cart", "security": [{"token": []}],
      "responses": {"201": {"description": "the order", "content": {"application/json": {"schema": {
                      "type": "object", "required": ["order", "status", "total_cents"],
                      "properties": {"order": {"type": "integer"}, "status": {"type": "string"}, "total_cents": {"type": "integer"}}}}}},
                    "401": {"$ref": "#/components/responses/Problem"},
                    "409": {"$ref": "#/components/responses/Problem"}}}},
    "/orders": {"get": {
      "summary": "The user's last twenty orders, the newest first; a second behind", "security": [{"token": []}],
      "responses": {"200": {"description": "orders", "content": {"application/json": {"schema": {
                      "type": "object", "required": ["orders"],
                      "properties": {"orders": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}}}}}},
                    "401": {"$ref": "#/components/responses/Problem"}}}},
    "/orders/{id}": {"get": {
      "summary": "One order with its items", "security": [{"token": []}],
      "parameters": [{"$ref": "#/components/parameters/Id"}],
      "responses": {"200": {"description": "the order", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                    "401": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}}}}
  },
  "components": {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}},
    "schemas": {
      "Product": {"type": "object", "required": ["id", "sku", "name", "category", "price_cents", "in_stock"], "properties": {
        "id": {"type": "integer"}, "sku": {"type": "string"}, "name": {"type": "string"}, "category": {"type": "string"},
        "price_cents": {"type": "integer"}, "in_stock": {"type": "boolean"}}},
      "Cart": {"type": "object", "required": ["items", "total_cents"], "properties": {
        "total_cents": {"type": "integer"},
        "items": {"type": "array", "items": {"type": "object", "required": ["product_id", "name", "quantity", "price_cents"]}}}},
      "Order": {"type": "object", "required": ["id", "status", "total_cents", "created_at"], "properties": {
        "id": {"type": "integer"}, "status": {"enum": ["paid", "shipped", "delivered", "cancelled"]}, "total_cents": {"type": "integer"},
        "created_at": {"type": "string"}}},
      "Problem": {"type": "object", "required": ["status", "code", "detail"], "properties": {
        "type": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"}, "detail": {"type": "string"}}}
    },
    "responses": {
      "Problem": {"description": "what is wrong", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
      "Products": {"description": "products", "content": {"application/json": {"schema": {
        "type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Product"}}}}}}},
      "Token": {"description": "a token", "content": {"application/json": {"schema": {
        "type": "object", "required": ["token", "expires_in"], "properties": {
          "token": {"type": "string"}, "expires_in": {"type": "integer"}}}}}}
    }
  }
}
)json";

}  // namespace

std::string_view openapi_document() {
  return kDocument;
}

}  // namespace proofload::shop
