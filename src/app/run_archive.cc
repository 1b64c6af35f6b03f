#include "app/run_archive.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "certify/run_folder.h"

namespace proofload::app {
namespace {

namespace fs = std::filesystem;

constexpr la_int64_t kFileBytesMax = la_int64_t{1} << 30;
// Of a run under way; they mean nothing elsewhere.
constexpr const char* kNotCarried[] = {"run.sqlite-wal", "run.sqlite-shm"};

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
struct FreeWriter {
  void operator()(struct archive* writer) const { archive_write_free(writer); }
};
struct FreeReader {
  void operator()(struct archive* reader) const { archive_read_free(reader); }
};

Error refusal(const std::string& path, std::string_view why) {
  return Error(ErrorKind::kUsage, fmt::format("{}: {}", path, why))
      .with_hint("`proofload runs export` writes what can be imported");
}

Result<void> add_file(struct archive* writer, const fs::path& file, const std::string& name) {
  const std::string content = PL_TRY(certify::read_file(file));
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  const bool is_written = archive_write_header(writer, entry.get()) == ARCHIVE_OK &&
                          archive_write_data(writer, content.data(), content.size()) ==
                              static_cast<la_ssize_t>(content.size());
  if (is_written) return {};
  return refusal(name, archive_error_string(writer));
}

// "ID/report.html": the id, and what is below it; nothing that leaves the folder.
bool is_inside(const fs::path& name) {
  return name.is_relative() &&
         std::none_of(name.begin(), name.end(),
                      [](const fs::path& part) { return part == ".." || part == "."; }) &&
         std::distance(name.begin(), name.end()) >= 2;
}

Result<std::string> read_content(struct archive* reader, archive_entry* entry,
                                 const std::string& path) {
  const la_int64_t size = archive_entry_size(entry);
  if (size < 0 || size > kFileBytesMax) return refusal(path, "a file in it is too large");
  std::string content(static_cast<std::size_t>(size), '\0');
  std::size_t at = 0;
  while (at < content.size()) {
    const la_ssize_t read = archive_read_data(reader, content.data() + at, content.size() - at);
    if (read <= 0) return refusal(path, "it is cut short");
    at += static_cast<std::size_t>(read);
  }
  return content;
}

}  // namespace

Result<void> write_run_archive(const std::string& folder, const std::string& id,
                               const std::string& path) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const bool is_left =
        std::any_of(std::begin(kNotCarried), std::end(kNotCarried),
                    [&](const char* name) { return at->path().filename() == name; });
    if (at->is_regular_file() && !is_left) files.push_back(at->path());
  }
  if (error) return refusal(folder, error.message());
  std::sort(files.begin(), files.end());
  const std::string aside = path + ".new";
  const std::unique_ptr<struct archive, FreeWriter> writer(archive_write_new());
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_format_pax_restricted(writer.get());
  Result<void> done;
  if (archive_write_open_filename(writer.get(), aside.c_str()) != ARCHIVE_OK) {
    return Error(ErrorKind::kUsage, fmt::format("cannot write {}: {}", path, std::strerror(errno)))
        .with_hint("--output names a file in a folder that is there");
  }
  for (const fs::path& file : files) {
    done = add_file(writer.get(), file, id + "/" + fs::relative(file, folder).string());
    if (!done) break;
  }
  if (done && archive_write_close(writer.get()) != ARCHIVE_OK) {
    done = refusal(path, archive_error_string(writer.get()));
  }
  if (done && std::rename(aside.c_str(), path.c_str()) != 0)
    done = refusal(path, std::strerror(errno));
  if (!done) fs::remove(aside, error);
  return done;
}

bool is_run_archive(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return file.get() == 0x1f && file.get() == 0x8b;
}

Result<std::string> read_run_archive(const std::string& path, const std::string& runs) {
  const std::unique_ptr<struct archive, FreeReader> reader(archive_read_new());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  constexpr std::size_t kBlock = 65536;
  if (archive_read_open_filename(reader.get(), path.c_str(), kBlock) != ARCHIVE_OK) {
    return refusal(path, archive_error_string(reader.get()));
  }
  std::string id;
  archive_entry* entry = nullptr;
  int state = 0;
  while ((state = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    const fs::path name(archive_entry_pathname(entry));
    if (archive_entry_filetype(entry) != AE_IFREG || !is_inside(name)) {
      return refusal(path, fmt::format("`{}` is no file of a run", name.string()));
    }
    const std::string root = name.begin()->string();
    if (id.empty()) {
      id = root;
      std::error_code error;
      if (fs::exists(fs::path(runs) / id, error)) {
        return Error(ErrorKind::kUsage, fmt::format("there is a run {} already", id))
            .with_hint("remove it first with `proofload runs rm`, or use another --store");
      }
    }
    if (root != id) return refusal(path, "it holds more than one run");
    const std::string content = PL_TRY(read_content(reader.get(), entry, path));
    const fs::path file = fs::path(runs) / name;
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    PL_TRY(certify::write_file(file, content));
  }
  if (state != ARCHIVE_EOF) return refusal(path, archive_error_string(reader.get()));
  if (id.empty()) return refusal(path, "it is empty");
  return id;
}

}  // namespace proofload::app
