#include "net/address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>

#include <fmt/core.h>

namespace proofload::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN] = {};  // inet_pton wants a terminated string
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  text.copy(buffer, text.size());
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, buffer, bytes.data()) == 1) return from_v4(bytes.data());
  if (::inet_pton(AF_INET6, buffer, bytes.data()) == 1) return from_v6(bytes.data());
  return std::nullopt;
}

IpAddress IpAddress::from_v4(const void* network_order_4_bytes) {
  IpAddress ip;
  std::memcpy(ip.bytes_.data(), network_order_4_bytes, 4);
  return ip;
}

IpAddress IpAddress::from_v6(const void* network_order_16_bytes) {
  IpAddress ip;
  std::memcpy(ip.bytes_.data(), network_order_16_bytes, 16);
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.bytes_.begin())) {
    return from_v4(static_cast<const std::uint8_t*>(network_order_16_bytes) + 12);
  }
  ip.is_v4_ = false;
  return ip;
}

std::string IpAddress::to_string() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), buffer, sizeof buffer);
  return buffer;
}

std::string Endpoint::to_string() const {
  return ip.is_v4() ? fmt::format("{}:{}", ip.to_string(), port)
                    : fmt::format("[{}]:{}", ip.to_string(), port);
}

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) {
  out = {};
  if (endpoint.ip.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.ip.bytes().data(), 4);
    std::memcpy(&out, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  std::memcpy(&v6.sin6_addr, endpoint.ip.bytes().data(), 16);
  std::memcpy(&out, &v6, sizeof v6);
  return sizeof v6;
}

std::optional<Endpoint> from_sockaddr(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return Endpoint{IpAddress::from_v4(&v4.sin_addr), ntohs(v4.sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return Endpoint{IpAddress::from_v6(&v6.sin6_addr), ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  const std::string_view digits = text.substr(slash + 1);
  Cidr cidr;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), cidr.prefix_bits_);
  const int bits_max = ip->is_v4() ? 32 : 128;
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      cidr.prefix_bits_ < 0 || cidr.prefix_bits_ > bits_max) {
    return std::nullopt;
  }
  auto bytes = ip->bytes();
  for (int bit = cidr.prefix_bits_; bit < bits_max; ++bit) {
    bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
  }
  cidr.network_ = ip->is_v4() ? IpAddress::from_v4(bytes.data()) : IpAddress::from_v6(bytes.data());
  return cidr;
}

bool Cidr::contains(const IpAddress& ip) const {
  if (ip.is_v4() != network_.is_v4()) return false;
  const auto whole = static_cast<std::size_t>(prefix_bits_ / 8);
  if (!std::equal(ip.bytes().begin(), ip.bytes().begin() + static_cast<std::ptrdiff_t>(whole),
                  network_.bytes().begin())) {
    return false;
  }
  const int rest = prefix_bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (ip.bytes()[whole] & mask) == network_.bytes()[whole];
}

std::string Cidr::to_string() const {
  return fmt::format("{}/{}", network_.to_string(), prefix_bits_);
}

}  // namespace proofload::net
