#include "net/tls.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "net/address.h"
#include "net/tls_stream.h"
#include "runtime/blocking.h"

namespace proofload::net {
namespace {

template <class T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* object) const { kFree(object); }
};
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;
struct BioFreer {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFreer>;
struct ChainFreer {
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using Chain = std::unique_ptr<STACK_OF(X509), ChainFreer>;

// One usable tlsAuth entry.
struct ClientIdentity {
  Certificate certificate;
  PrivateKey key;
  Chain chain;
  std::vector<std::string> domains;

  bool is_for(std::string_view host) const {
    if (domains.empty()) return true;
    for (const std::string& domain : domains) {
      if (domain == host) return true;
      const bool is_wildcard = domain.starts_with("*.");
      const std::size_t dot = host.find('.');
      if (is_wildcard && dot != std::string_view::npos &&
          host.substr(dot) == std::string_view(domain).substr(1)) {
        return true;
      }
    }
    return false;
  }
};

std::string openssl_text() {
  const char* text = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return text != nullptr ? text : "unknown reason";
}

Error config_error(const std::string& where) {
  return {ErrorKind::kInvalidConfig, fmt::format("{}: {}", where, openssl_text())};
}

int to_openssl(TlsVersion version) {
  static constexpr int kVersions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  return kVersions[static_cast<std::size_t>(version)];
}

Bio memory_bio(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int give_password(char* out, int size, int /*is_writing*/, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  return static_cast<int>(text.copy(out, text.size()));
}

Result<ClientIdentity> load_identity(const TlsClientCertificate& source) {
  ERR_clear_error();
  ClientIdentity identity;
  identity.domains = source.domains;
  const Bio certificates = memory_bio(source.certificate_pem);
  identity.certificate.reset(PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr));
  if (identity.certificate == nullptr) return config_error("tlsAuth: cannot read the certificate");
  identity.chain.reset(sk_X509_new_null());
  while (X509* next = PEM_read_bio_X509(certificates.get(), nullptr, nullptr, nullptr)) {
    sk_X509_push(identity.chain.get(), next);
  }
  ERR_clear_error();  // the end of the file counts as one
  const Bio key = memory_bio(source.key_pem);
  std::string password = source.password;
  identity.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, &give_password, &password));
  if (identity.key == nullptr) return config_error("tlsAuth: cannot read the private key");
  if (X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) {
    return config_error("tlsAuth: the key does not belong to the certificate");
  }
  return identity;
}

// OpenSSL's list for Go's names. TLS 1.3 suites are not configurable (Go ignores them too), and
// what OpenSSL was built without is left out as long as something remains.
Result<std::string> cipher_list(const std::vector<std::string>& go_names) {
  std::string list;
  for (const std::string& name : go_names) {
    std::string_view openssl_name = OPENSSL_cipher_name(name.c_str());
    if (openssl_name == "(NONE)") {
      openssl_name = OPENSSL_cipher_name((name + "_SHA256").c_str());  // Go's older ChaCha names
    }
    if (openssl_name == "(NONE)" || openssl_name.starts_with("TLS_")) continue;
    if (!list.empty()) list += ':';
    list += openssl_name;
  }
  if (list.empty()) {
    return Error(ErrorKind::kInvalidConfig,
                 "tlsCipherSuites: none of the cipher suites is available for TLS 1.2 or older");
  }
  return list;
}

// Read once for all threads: 140 certificates take tens of milliseconds.
X509_STORE* system_roots() {
  static X509_STORE* const kStore = [] {
    X509_STORE* made = X509_STORE_new();
    X509_STORE_set_default_paths(made);
    return made;
  }();
  return kStore;
}

int verify_chain(X509_STORE_CTX* store, void* /*unused*/) noexcept {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (static_cast<TlsStream*>(SSL_get_app_data(ssl))->verify(store)) return 1;
  if (X509_STORE_CTX_get_error(store) == X509_V_OK) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  }
  return 0;
}

}  // namespace

struct TlsContext::State {
  ~State() {
    if (key_log_fd >= 0) ::close(key_log_fd);
  }
  Result<void> configure(const TlsOptions& options);
  Result<void> configure_roots(const TlsOptions& options);
  Result<void> open_key_log(const std::string& file);
  static void log_key(const SSL* ssl, const char* line);

  Context context{SSL_CTX_new(TLS_client_method())};
  std::vector<ClientIdentity> identities;
  int key_log_fd = -1;
  // Read at the first handshake: a test without https need not wait for them.
  bool needs_system_roots = false;
};

Result<void> TlsContext::State::configure(const TlsOptions& options) {
  SSL_CTX* ctx = context.get();
  SSL_CTX_set_min_proto_version(ctx, to_openssl(options.version_min));
  SSL_CTX_set_max_proto_version(ctx, to_openssl(options.version_max));
  // As lenient as Go about key sizes; OpenSSL allows TLS below 1.2 at level 0 only.
  SSL_CTX_set_security_level(ctx, options.version_min < TlsVersion::kV12 ? 0 : 1);
  SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  // 34 KiB of buffers for each idle connection otherwise.
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(ctx, kHttp11, sizeof kHttp11 - 1);
  SSL_CTX_set_tlsext_status_type(ctx, TLSEXT_STATUSTYPE_ocsp);
  if (!options.cipher_suites.empty()) {
    const std::string list = PL_TRY(cipher_list(options.cipher_suites));
    if (SSL_CTX_set_cipher_list(ctx, list.c_str()) != 1) return config_error("tlsCipherSuites");
  }
  for (const TlsClientCertificate& source : options.client_certificates) {
    identities.push_back(PL_TRY(load_identity(source)));
  }
  if (auto roots = configure_roots(options); !roots) return roots;
  return options.key_log_file.empty() ? Result<void>() : open_key_log(options.key_log_file);
}

Result<void> TlsContext::State::configure_roots(const TlsOptions& options) {
  SSL_CTX* ctx = context.get();
  if (!options.verify_peer) {
    SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
    return {};
  }
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(ctx, &verify_chain, nullptr);
  ERR_clear_error();
  if (options.ca_file.empty()) {
    needs_system_roots = true;
  } else if (SSL_CTX_load_verify_file(ctx, options.ca_file.c_str()) != 1) {
    return config_error(options.ca_file);
  }
  return {};
}

Result<void> TlsContext::State::open_key_log(const std::string& file) {
  key_log_fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (key_log_fd < 0) {
    return Error(ErrorKind::kInvalidConfig,
                 fmt::format("cannot open the key log '{}': {}", file, std::strerror(errno)));
  }
  SSL_CTX_set_app_data(context.get(), this);
  SSL_CTX_set_keylog_callback(context.get(), &State::log_key);
  return {};
}

void TlsContext::State::log_key(const SSL* ssl, const char* line) {
  const auto* self = static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::string text = std::string(line) + "\n";
  // One append per line, so that threads and processes may share the file.
  if (::write(self->key_log_fd, text.data(), text.size()) < 0) return;
}

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsOptions& options) {
  auto state = std::make_unique<State>();
  if (auto configured = state->configure(options); !configured) {
    return std::move(configured).error();
  }
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

NetResult<std::unique_ptr<Stream>> TlsContext::handshake(runtime::Loop& loop,
                                                         std::unique_ptr<Stream> transport,
                                                         const std::string& host,
                                                         TimePoint deadline) {
  if (state_->needs_system_roots) {
    runtime::run_blocking([] { system_roots(); });
    SSL_CTX_set1_cert_store(state_->context.get(), system_roots());
    state_->needs_system_roots = false;
  }
  SSL* ssl = SSL_new(state_->context.get());
  if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(ssl, host.c_str());
  for (const ClientIdentity& identity : state_->identities) {
    if (!identity.is_for(host)) continue;
    SSL_use_cert_and_key(ssl, identity.certificate.get(), identity.key.get(), identity.chain.get(),
                         1);
    break;
  }
  auto stream = std::make_unique<TlsStream>(loop, std::move(transport), ssl, host);
  if (auto done = stream->handshake(deadline); !done) {
    return tl::unexpected(std::move(done).error());
  }
  return stream;
}

}  // namespace proofload::net
