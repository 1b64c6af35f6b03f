#include "http/compression.h"

#include <algorithm>
#include <array>
#include <optional>

#include <brotli/encode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "http/decoder.h"
#include "http/headers.h"

namespace proofload::http {
namespace {

constexpr std::array kCompressions = {Compression::kGzip, Compression::kDeflate, Compression::kZstd,
                                      Compression::kBrotli};

std::optional<Compression> find_compression(std::string_view name) {
  for (const Compression compression : kCompressions) {
    if (to_string(compression) == name) return compression;
  }
  return std::nullopt;
}

template <class Function>
void for_each_item(std::string_view list, Function function) {
  while (true) {
    const auto comma = list.find(',');
    function(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

constexpr int kZlibWindow = 15;
constexpr int kGzipFormat = 16;  // added to the window: gzip instead of zlib framing

std::string compress_zlib(std::string_view body, bool is_gzip) {
  z_stream stream{};
  PL_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                        is_gzip ? kZlibWindow + kGzipFormat : kZlibWindow, 8,
                        Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, body.size()), '\0');
  // zlib counts its input in 32 bits; a larger body is fed in pieces.
  constexpr std::size_t kPieceBytes = std::size_t{1} << 30;
  std::size_t taken = 0;
  std::size_t written = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    const std::size_t piece = std::min(body.size() - taken, kPieceBytes);
    const std::size_t room = std::min(out.size() - written, kPieceBytes);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data() + taken));
    stream.avail_in = static_cast<uInt>(piece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = static_cast<uInt>(room);
    status = deflate(&stream, taken + piece == body.size() ? Z_FINISH : Z_NO_FLUSH);
    PL_CHECK(status == Z_OK || status == Z_STREAM_END);
    taken += piece - stream.avail_in;
    written += room - stream.avail_out;
  }
  deflateEnd(&stream);
  out.resize(written);
  return out;
}

std::string compress_zstd(std::string_view body) {
  std::string out(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), body.data(), body.size(), ZSTD_CLEVEL_DEFAULT);
  PL_CHECK(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

std::string compress_brotli(std::string_view body) {
  // The quality that k6's encoder uses by default.
  constexpr int kQuality = 6;
  std::size_t size = std::max<std::size_t>(BrotliEncoderMaxCompressedSize(body.size()), 16);
  std::string out(size, '\0');
  PL_CHECK(BrotliEncoderCompress(kQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, body.size(),
                                 reinterpret_cast<const std::uint8_t*>(body.data()), &size,
                                 reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE);
  out.resize(size);
  return out;
}

std::string compress_once(std::string_view body, Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return compress_zlib(body, true);
    case Compression::kDeflate:
      return compress_zlib(body, false);
    case Compression::kZstd:
      return compress_zstd(body);
    case Compression::kBrotli:
      return compress_brotli(body);
  }
  return std::string(body);
}

}  // namespace

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return "gzip";
    case Compression::kDeflate:
      return "deflate";
    case Compression::kZstd:
      return "zstd";
    case Compression::kBrotli:
      return "br";
  }
  return "";
}

Result<std::vector<Compression>> parse_compressions(std::string_view list) {
  std::vector<Compression> compressions;
  std::optional<Error> error;
  for_each_item(list, [&](std::string_view item) {
    if (item.empty() || error) return;
    if (const auto compression = find_compression(item)) {
      compressions.push_back(*compression);
    } else {
      error.emplace(ErrorKind::kScript,
                    fmt::format("unknown compression algorithm {}, supported algorithms are "
                                "[gzip deflate zstd br]",
                                item));
    }
  });
  if (error) return *std::move(error);
  return compressions;
}

std::string compress(std::string_view body, std::span<const Compression> compressions) {
  std::string out(body);
  for (const Compression compression : compressions) out = compress_once(out, compression);
  return out;
}

std::string content_encoding_of(std::span<const Compression> compressions) {
  std::string out;
  for (const Compression compression : compressions) {
    if (!out.empty()) out += ", ";
    out += to_string(compression);
  }
  return out;
}

bool is_decodable(std::string_view content_encoding) {
  bool is_found = false;
  for_each_item(content_encoding, [&](std::string_view item) {
    is_found = is_found || find_compression(item).has_value();
  });
  return is_found;
}

Result<std::string> decompress(std::string_view body, std::string_view content_encoding,
                               std::size_t bytes_max) {
  std::vector<Compression> applied;
  for_each_item(content_encoding, [&](std::string_view item) {
    if (const auto compression = find_compression(item)) applied.push_back(*compression);
  });
  std::string out;
  std::string_view current = body;
  for (auto it = applied.rbegin(); it != applied.rend(); ++it) {
    std::string decoded = PL_TRY(decode(current, *it, bytes_max));
    out = std::move(decoded);
    current = out;
  }
  return applied.empty() ? std::string(body) : out;
}

}  // namespace proofload::http
