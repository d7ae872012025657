#include "host/report/svg/drawing.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

std::string class_attribute(std::string_view classes) {
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

}  // namespace

void PathData::place(char command, double x, double y) {
  data_ += command;
  data_ += decimal(x);
  const std::string second = decimal(y);
  if (second.front() != '-') data_ += ' ';
  data_ += second;
  x_ = x;
  y_ = y;
}

PathData& PathData::move_to(double x, double y) {
  place('M', x, y);
  return *this;
}

PathData& PathData::line_to(double x, double y) {
  place('L', x, y);
  return *this;
}

PathData& PathData::flow_to(double x, double y) {
  const double middle = (x_ + x) / 2;
  data_ += fmt::format("C{} {} {} {} {} {}", decimal(middle), decimal(y_), decimal(middle),
                       decimal(y), decimal(x), decimal(y));
  x_ = x;
  y_ = y;
  return *this;
}

PathData& PathData::close() {
  data_ += 'Z';
  return *this;
}

PathData& PathData::dot(double x, double y) {
  place('M', x, y);
  data_ += "h0";
  return *this;
}

Drawing::Drawing(std::string_view id, double width, double height, std::string_view title,
                 std::string_view description)
    : width_(width) {
  markup_ = fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
      "aria-labelledby=\"{2}-title {2}-desc\"><title id=\"{2}-title\">{3}</title>"
      "<desc id=\"{2}-desc\">{4}</desc>",
      decimal(width), decimal(height), id, escaped(title), escaped(description));
}

Drawing& Drawing::rect(double x, double y, double width, double height, std::string_view classes) {
  markup_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>", decimal(x),
                         decimal(y), decimal(width), decimal(height), class_attribute(classes));
  return *this;
}

Drawing& Drawing::shaded(double x, double y, double width, double height, std::string_view classes,
                         double strength) {
  markup_ += fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{} fill-opacity=\"{}\"/>", decimal(x),
      decimal(y), decimal(width), decimal(height), class_attribute(classes), decimal(strength, 2));
  return *this;
}

Drawing& Drawing::line(double x1, double y1, double x2, double y2, std::string_view classes) {
  markup_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>", decimal(x1),
                         decimal(y1), decimal(x2), decimal(y2), class_attribute(classes));
  return *this;
}

Drawing& Drawing::circle(double x, double y, double radius, std::string_view classes) {
  markup_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>", decimal(x), decimal(y),
                         decimal(radius), class_attribute(classes));
  return *this;
}

Drawing& Drawing::ellipse(double x, double y, double rx, double ry, double degrees,
                          std::string_view classes) {
  markup_ += fmt::format(
      "<ellipse rx=\"{}\" ry=\"{}\" transform=\"translate({} {}) rotate({})\"{}/>", decimal(rx),
      decimal(ry), decimal(x), decimal(y), decimal(degrees), class_attribute(classes));
  return *this;
}

Drawing& Drawing::path(const PathData& data, std::string_view classes) {
  if (!data.empty())
    markup_ += fmt::format("<path d=\"{}\"{}/>", data.text(), class_attribute(classes));
  return *this;
}

Drawing& Drawing::text(double x, double y, std::string_view words, std::string_view classes,
                       Anchor anchor) {
  constexpr std::string_view anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  markup_ +=
      fmt::format("<text x=\"{}\" y=\"{}\"{}{}>{}</text>", decimal(x), decimal(y),
                  class_attribute(classes), anchors[static_cast<int>(anchor)], escaped(words));
  return *this;
}

Drawing& Drawing::begin(std::string_view hint, std::string_view classes) {
  markup_ += fmt::format("<g{}>", class_attribute(classes));
  if (!hint.empty()) markup_ += fmt::format("<title>{}</title>", escaped(hint));
  return *this;
}

Drawing& Drawing::end() {
  markup_ += "</g>";
  return *this;
}

std::string Drawing::take() && {
  return std::move(markup_) + "</svg>";
}

}  // namespace cohort::report
