#include "app/archive.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace proofload::app {
namespace {

constexpr std::string_view kFileScheme = "file://";
constexpr const char* kMetadata = "metadata.json";
constexpr const char* kScript = "data";
constexpr std::string_view kFilePrefix = "file";
// A script with its data; more is not an archive of a test but something else.
constexpr std::int64_t kEntryBytesMax = std::int64_t{1} << 30;

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Entry = std::unique_ptr<archive_entry, FreeEntry>;
struct FreeWriter {
  void operator()(struct archive* writer) const { archive_write_free(writer); }
};
struct FreeReader {
  void operator()(struct archive* reader) const { archive_read_free(reader); }
};

std::string metadata_text(const Archive& archive) {
  Json metadata;
  metadata["type"] = "js";
  metadata["options"] = Json::parse(archive.options);
  metadata["filename"] = std::string(kFileScheme) + without_home(archive.script_path);
  metadata["pwd"] = std::string(kFileScheme) + without_home(archive.working_folder) + "/";
  metadata["env"] = archive.env;
  metadata["compatibilityMode"] = archive.compatibility_mode;
  metadata["k6version"] = "2.2.0";
  metadata["goos"] = "linux";
  return metadata.dump(2);
}

class TarWriter {
 public:
  Result<void> open(const std::string& path) {
    archive_write_set_format_pax_restricted(writer_.get());
    if (archive_write_open_filename(writer_.get(), path.c_str()) != ARCHIVE_OK) return failure();
    return {};
  }

  Result<void> add_folder(const std::string& name) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFDIR);
    archive_entry_set_perm(entry.get(), 0755);
    return write_header(entry);
  }

  Result<void> add_file(const std::string& name, const std::string& content) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    PL_TRY(write_header(entry));
    if (archive_write_data(writer_.get(), content.data(), content.size()) < 0) return failure();
    return {};
  }

  // The script is there once, as `data`.
  Result<void> add_link(const std::string& name, const std::string& target) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_hardlink(entry.get(), target.c_str());
    archive_entry_set_perm(entry.get(), 0644);
    return write_header(entry);
  }

  Result<void> close() {
    if (archive_write_close(writer_.get()) != ARCHIVE_OK) return failure();
    return {};
  }

 private:
  Result<void> write_header(const Entry& entry) {
    // No times: equal tests give equal archives.
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer_.get(), entry.get()) != ARCHIVE_OK) return failure();
    return {};
  }
  Error failure() const {
    const char* text = archive_error_string(writer_.get());
    return Error(ErrorKind::kUsage, text ? text : "the archive could not be written");
  }

  std::unique_ptr<struct archive, FreeWriter> writer_{archive_write_new()};
};

Result<void> write_entries(const Archive& archive, const std::string& path) {
  TarWriter tar;
  PL_TRY(tar.open(path));
  PL_TRY(tar.add_file(kMetadata, metadata_text(archive)));
  const auto script = archive.files.find(archive.script_path);
  PL_TRY(tar.add_file(kScript, script == archive.files.end() ? "" : *script->second));
  std::set<std::string> folders;
  for (const auto& [file, content] : archive.files) {
    for (std::filesystem::path p = without_home(file); p.has_relative_path(); p = p.parent_path()) {
      folders.insert(std::string(kFilePrefix) + p.parent_path().string());
    }
  }
  for (const std::string& folder : folders) PL_TRY(tar.add_folder(folder));
  for (const auto& [file, content] : archive.files) {
    const std::string name = std::string(kFilePrefix) + without_home(file);
    if (file == archive.script_path) {
      PL_TRY(tar.add_link(name, kScript));
    } else {
      PL_TRY(tar.add_file(name, *content));
    }
  }
  return tar.close();
}

Error bad_archive(std::string_view reason) {
  return Error(ErrorKind::kUsage, fmt::format("the archive cannot be read: {}", reason));
}

Result<std::string> read_content(struct archive* reader, archive_entry* entry) {
  const std::int64_t size = archive_entry_size(entry);
  if (size < 0 || size > kEntryBytesMax) return bad_archive("an entry is larger than 1 GiB");
  std::string content(static_cast<std::size_t>(size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const la_ssize_t got =
        archive_read_data(reader, content.data() + filled, content.size() - filled);
    if (got <= 0) return bad_archive("an entry ends early");
    filled += static_cast<std::size_t>(got);
  }
  return content;
}

std::string file_path(const Json& metadata, const char* key) {
  std::string text = metadata.value(key, "");
  if (text.starts_with(kFileScheme)) text.erase(0, kFileScheme.size());
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

Result<Archive> from_metadata(const std::string& text) {
  const Json metadata = Json::parse(text, nullptr, false);
  if (!metadata.is_object()) return bad_archive("metadata.json is no JSON object");
  Archive archive;
  archive.options = metadata.value("options", Json::object()).dump();
  archive.script_path = file_path(metadata, "filename");
  archive.working_folder = file_path(metadata, "pwd");
  archive.compatibility_mode = metadata.value("compatibilityMode", "extended");
  const Json env = metadata.value("env", Json::object());
  for (const auto& [name, value] : env.items()) {
    if (value.is_string()) archive.env[name] = value.get<std::string>();
  }
  if (archive.script_path.empty()) return bad_archive("metadata.json names no script");
  return archive;
}

}  // namespace

std::string without_home(const std::string& path) {
  constexpr std::string_view kHome = "/home/";
  if (!path.starts_with(kHome)) return path;
  const std::size_t end = path.find('/', kHome.size());
  return "/home/nobody" + (end == std::string::npos ? "" : path.substr(end));
}

Result<void> write_archive(const Archive& archive, const std::string& path) {
  const std::string aside = path + ".part";
  const Result<void> written = write_entries(archive, aside);
  std::error_code error;
  if (written) std::filesystem::rename(aside, path, error);
  if (!written || error) {
    std::error_code ignored;
    std::filesystem::remove(aside, ignored);
    return Error(ErrorKind::kUsage,
                 fmt::format("could not write {}: {}", path,
                             written ? error.message() : written.error().message()));
  }
  return {};
}

bool is_archive(const std::string& content) {
  constexpr std::size_t kMagicAt = 257;
  return content.size() > kMagicAt + 5 && content.compare(kMagicAt, 5, "ustar") == 0;
}

Result<Archive> read_archive(const std::string& content) {
  const std::unique_ptr<struct archive, FreeReader> reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_memory(reader.get(), content.data(), content.size()) != ARCHIVE_OK) {
    return bad_archive(archive_error_string(reader.get()));
  }
  std::optional<Archive> archive;
  std::optional<std::string> script;
  std::map<std::string, k6::FileReader::Content> files;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    const std::string name = archive_entry_pathname(entry);
    if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string text = PL_TRY(read_content(reader.get(), entry));
    if (name == kMetadata) {
      archive = PL_TRY(from_metadata(text));
    } else if (name == kScript) {
      script = std::move(text);
    } else if (name.starts_with("file/")) {
      files[name.substr(kFilePrefix.size())] = std::make_shared<const std::string>(std::move(text));
    }
  }
  if (status != ARCHIVE_EOF) return bad_archive(archive_error_string(reader.get()));
  if (!archive || !script) return bad_archive("metadata.json or data is missing");
  archive->files = std::move(files);
  archive->files[archive->script_path] = std::make_shared<const std::string>(*std::move(script));
  return *std::move(archive);
}

}  // namespace proofload::app
