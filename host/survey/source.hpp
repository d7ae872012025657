#pragma once
/// The bytes of a file, mapped where that is possible and read to the end where it is not.

#include <string>
#include <string_view>

namespace cohort {

class Source {
 public:
  /// \param path  "-" is standard input
  /// \throws DataError for a missing or unreadable file, a directory, and one without a byte
  explicit Source(const std::string& path);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string read_;     // what came through a pipe
  void* map_ = nullptr;  // or what is mapped
  std::string_view bytes_;
};

}  // namespace cohort
