// IP addresses, endpoints and CIDR ranges as values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace proofload::net {

// IPv4 or IPv6. An IPv4-mapped IPv6 address (::ffff:1.2.3.4) is held as IPv4, as Go does.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress from_v4(const void* network_order_4_bytes);
  static IpAddress from_v6(const void* network_order_16_bytes);

  bool is_v4() const { return is_v4_; }
  // The first 4 count for IPv4; network order.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string to_string() const;

  // The 0 that the compiler compares with is no pointer. NOLINTNEXTLINE(modernize-use-nullptr)
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  bool is_v4_ = true;
};

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  // "127.0.0.1:80", "[::1]:80".
  std::string to_string() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// Fills `out`; returns the length to pass with it.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out);
std::optional<Endpoint> from_sockaddr(const sockaddr_storage& address);

// A range such as 10.0.0.0/8 or fe80::/10.
class Cidr {
 public:
  // Nothing when `text` is no range; host bits are cleared, as Go's ParseCIDR does.
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const IpAddress& ip) const;
  std::string to_string() const;

 private:
  IpAddress network_;
  int prefix_bits_ = 0;
};

}  // namespace proofload::net
