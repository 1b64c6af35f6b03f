#include "http/decoder.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"

namespace proofload::http {
namespace {

constexpr std::size_t kFirstStepBytes = 16 << 10;

Error refused(std::string text) {
  return Error(ErrorKind::kNetwork, std::move(text));
}

// Output that doubles as it fills, up to a limit. There is room for one byte more, so that an
// output of just the limit is told from one that goes on.
class Output {
 public:
  Output(std::size_t input_bytes, std::size_t bytes_max)
      : bytes_max_(bytes_max),
        text_(std::min(bytes_max + 1, std::max(kFirstStepBytes, input_bytes * 4)), '\0') {}

  char* begin() { return text_.data() + used_; }
  std::size_t room() const { return text_.size() - used_; }
  void use(std::size_t bytes) { used_ += bytes; }
  // False at the limit.
  bool grow() {
    if (text_.size() > bytes_max_) return false;
    text_.resize(std::min(bytes_max_ + 1, text_.size() * 2));
    return true;
  }
  Result<std::string> take() {
    if (used_ > bytes_max_) return too_large();
    text_.resize(used_);
    return std::move(text_);
  }
  Error too_large() const {
    return refused(fmt::format("decompressed body is larger than {} bytes", bytes_max_));
  }

 private:
  std::size_t bytes_max_;
  std::string text_;
  std::size_t used_ = 0;
};

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

constexpr int kZlibWindow = 15;
constexpr int kGzipFormat = 16;
constexpr std::size_t kPieceBytes = std::size_t{1} << 30;  // zlib counts in 32 bits

Result<std::string> decode_zlib(std::string_view body, bool is_gzip, std::size_t bytes_max) {
  z_stream stream{};
  PL_CHECK(inflateInit2(&stream, is_gzip ? kZlibWindow + kGzipFormat : kZlibWindow) == Z_OK);
  const std::unique_ptr<z_stream, InflateEnd> closer(&stream);
  Output out(body.size(), bytes_max);
  std::size_t taken = 0;
  while (true) {
    if (out.room() == 0 && !out.grow()) return out.too_large();
    const std::size_t piece = std::min(body.size() - taken, kPieceBytes);
    const std::size_t room = std::min(out.room(), kPieceBytes);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data() + taken));
    stream.avail_in = static_cast<uInt>(piece);
    stream.next_out = reinterpret_cast<Bytef*>(out.begin());
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    taken += piece - stream.avail_in;
    out.use(room - stream.avail_out);
    if (status == Z_STREAM_END) {
      // A gzip file may have several members; the next begins where this one ended.
      if (!is_gzip || taken == body.size()) return out.take();
      PL_CHECK(inflateReset(&stream) == Z_OK);
    } else if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_out != 0)) {
      if (taken == body.size()) return refused("unexpected EOF");
    } else if (status != Z_OK) {
      return refused(fmt::format("{}: {}", is_gzip ? "gzip" : "zlib",
                                 stream.msg != nullptr ? stream.msg : "invalid header"));
    }
  }
}

Result<std::string> decode_zstd(std::string_view body, std::size_t bytes_max) {
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  const std::unique_ptr<ZSTD_DStream, Free> stream(ZSTD_createDStream());
  PL_CHECK(stream != nullptr);
  Output out(body.size(), bytes_max);
  ZSTD_inBuffer input{body.data(), body.size(), 0};
  while (true) {
    if (out.room() == 0 && !out.grow()) return out.too_large();
    ZSTD_outBuffer output{out.begin(), out.room(), 0};
    const std::size_t status = ZSTD_decompressStream(stream.get(), &output, &input);
    if (ZSTD_isError(status) != 0) {
      return refused(fmt::format("zstd: {}", ZSTD_getErrorName(status)));
    }
    out.use(output.pos);
    if (input.pos < input.size) continue;
    if (status == 0) return out.take();  // a frame has ended, and so has the body
    if (out.room() != 0) return refused("unexpected EOF");
  }
}

Result<std::string> decode_brotli(std::string_view body, std::size_t bytes_max) {
  struct Free {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  const std::unique_ptr<BrotliDecoderState, Free> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  PL_CHECK(state != nullptr);
  Output out(body.size(), bytes_max);
  const auto* next_in = reinterpret_cast<const std::uint8_t*>(body.data());
  std::size_t left = body.size();
  while (true) {
    auto* next_out = reinterpret_cast<std::uint8_t*>(out.begin());
    std::size_t room = out.room();
    const auto status =
        BrotliDecoderDecompressStream(state.get(), &left, &next_in, &room, &next_out, nullptr);
    out.use(out.room() - room);
    switch (status) {
      case BROTLI_DECODER_RESULT_SUCCESS:
        return out.take();
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
        return refused("unexpected EOF");
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        if (!out.grow()) return out.too_large();
        break;
      case BROTLI_DECODER_RESULT_ERROR:
        return refused(fmt::format(
            "brotli: {}", BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state.get()))));
    }
  }
}

}  // namespace

Result<std::string> decode(std::string_view body, Compression compression, std::size_t bytes_max) {
  switch (compression) {
    case Compression::kGzip:
      return decode_zlib(body, true, bytes_max);
    case Compression::kDeflate:
      return decode_zlib(body, false, bytes_max);
    case Compression::kZstd:
      return decode_zstd(body, bytes_max);
    case Compression::kBrotli:
      return decode_brotli(body, bytes_max);
  }
  return std::string(body);
}

}  // namespace proofload::http
