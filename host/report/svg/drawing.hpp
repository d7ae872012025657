#pragma once
/// The few marks our pictures are made of. Colours come from classes of the style sheet, so that a
/// picture follows the reader's light or dark; places have one decimal.

#include <string>
#include <string_view>

namespace cohort::report {

enum class Anchor { start, middle, end };

/// What a path's d attribute says.
class PathData {
 public:
  PathData& move_to(double x, double y);
  PathData& line_to(double x, double y);
  /// A curve that leaves and arrives level: a ribbon's edge.
  PathData& flow_to(double x, double y);
  PathData& close();
  /// A mark of no length, which a round line cap makes a dot.
  PathData& dot(double x, double y);
  [[nodiscard]] bool empty() const { return data_.empty(); }
  [[nodiscard]] const std::string& text() const { return data_; }

 private:
  void place(char command, double x, double y);
  std::string data_;
  double x_ = 0, y_ = 0;
};

/// An inline picture with its text alternative. Texts are escaped here.
class Drawing {
 public:
  /// \param id  unique on the page
  Drawing(std::string_view id, double width, double height, std::string_view title,
          std::string_view description);

  Drawing& rect(double x, double y, double width, double height, std::string_view classes);
  /// \param strength  in [0, 1]: how much of the class's colour shows
  Drawing& shaded(double x, double y, double width, double height, std::string_view classes,
                  double strength);
  Drawing& line(double x1, double y1, double x2, double y2, std::string_view classes);
  Drawing& circle(double x, double y, double radius, std::string_view classes);
  Drawing& ellipse(double x, double y, double rx, double ry, double degrees,
                   std::string_view classes);
  Drawing& path(const PathData& data, std::string_view classes);
  Drawing& text(double x, double y, std::string_view words, std::string_view classes = {},
                Anchor anchor = Anchor::start);
  /// What follows, up to end(), says this when pointed at.
  Drawing& begin(std::string_view hint, std::string_view classes = {});
  Drawing& end();

  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] std::string take() &&;

 private:
  double width_;
  std::string markup_;
};

}  // namespace cohort::report
