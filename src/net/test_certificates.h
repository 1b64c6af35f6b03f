// For tests: a certificate authority of our own and what it signs, made in memory.
#pragma once

#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"

namespace proofload::net {

struct TestCertificate {
  std::string certificate_pem;
  std::string key_pem;
};

// What a test wants in a certificate; the times are seconds from now.
struct TestSubject {
  std::string alternative_names;  // "DNS:shop.test,IP:127.0.0.1"; empty: none
  long valid_from = -3600;
  long valid_until = 3600;
};

class TestAuthority {
 public:
  TestAuthority()
      : key_(EVP_EC_gen("P-256")), certificate_(make("test authority", {}, nullptr, key_)) {}
  ~TestAuthority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  TestCertificate issue(const TestSubject& subject) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = make("test server", subject, this, key);
    TestCertificate result{to_pem(certificate), key_to_pem(key)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return result;
  }
  std::string certificate_pem() const { return to_pem(certificate_); }

 private:
  static X509* make(const char* name, const TestSubject& subject, const TestAuthority* issuer,
                    EVP_PKEY* key) {
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), subject.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), subject.valid_until);
    X509_set_pubkey(certificate, key);
    X509_NAME* own = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(own, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509* signer = issuer == nullptr ? certificate : issuer->certificate_;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer, certificate, nullptr, nullptr, 0);
    if (issuer == nullptr) add_extension(certificate, context, NID_basic_constraints, "CA:TRUE");
    if (!subject.alternative_names.empty()) {
      add_extension(certificate, context, NID_subject_alt_name, subject.alternative_names.c_str());
    }
    X509_sign(certificate, issuer == nullptr ? key : issuer->key_, EVP_sha256());
    return certificate;
  }

  static void add_extension(X509* certificate, X509V3_CTX& context, int nid, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    PL_CHECK(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static std::string text_of(BIO* bio) {
    char* text = nullptr;
    const long length = BIO_get_mem_data(bio, &text);
    std::string result(text, static_cast<std::size_t>(length));
    BIO_free(bio);
    return result;
  }
  static std::string to_pem(X509* certificate) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    return text_of(bio);
  }
  static std::string key_to_pem(EVP_PKEY* key) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio);
  }

  EVP_PKEY* key_;
  X509* certificate_;
};

// A file that is gone with the object.
class TestFile {
 public:
  explicit TestFile(const std::string& content) {
    const int fd = ::mkstemp(path_.data());
    PL_CHECK(fd >= 0);
    PL_CHECK(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    ::close(fd);
  }
  ~TestFile() { ::unlink(path_.c_str()); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "proofload-test-XXXXXX";
};

}  // namespace proofload::net
