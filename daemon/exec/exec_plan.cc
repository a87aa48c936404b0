#include "daemon/exec/exec_plan.h"

#include <cstring>

namespace svcd {

namespace {

struct Header {
  uint32_t magic, version, length, steps;
};
struct StepHeader {
  uint16_t kind, numbers;
  uint32_t strings;  // how many
  uint32_t text;     // bytes of all strings with their NULs
  uint32_t size;     // of the whole step, with padding to 8
};
static_assert(sizeof(Header) == 16 && sizeof(StepHeader) == 16);

template <class T>
T read_at(std::span<const std::byte> bytes, size_t offset) {
  T value{};
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof value)
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// The size of the step at the front of `rest`; 0: it is not a step.
size_t check_step(std::span<const std::byte> rest) {
  if (rest.size() < sizeof(StepHeader)) return 0;
  const auto head = read_at<StepHeader>(rest, 0);
  if (head.size > rest.size() || head.size % 8 != 0) return 0;
  if (head.kind == 0 || head.kind >= step_infos().size()) return 0;
  const size_t fixed = sizeof head + head.numbers * sizeof(int64_t);
  if (fixed > head.size || head.text > head.size - fixed) return 0;
  size_t ends = 0;
  for (size_t i = 0; i < head.text; ++i) ends += rest[fixed + i] == std::byte{0};
  if (ends != head.strings || (head.text != 0 && rest[fixed + head.text - 1] != std::byte{0})) return 0;
  return head.size;
}

void print_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < ' ')
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  out += '"';
}

void print_number(std::string& out, char how, int64_t value) {
  if (how == 'o')
    out += fmt::format("{:04o}", value);
  else if (how == 'x')
    out += fmt::format("{:#x}", static_cast<uint64_t>(value));
  else if (how == 'u' && value == -1)
    out += "infinity";
  else
    out += fmt::format("{}", value);
}

}  // namespace

int64_t StepView::number(size_t index) const {
  return read_at<int64_t>(numbers_, index * sizeof(int64_t));
}

const char* StepView::string(size_t index) const {
  if (index >= string_count_) return "";
  const char* at = strings_.data();
  for (; index > 0; --index) at += std::strlen(at) + 1;
  return at;
}

ExecPlan::ExecPlan() : bytes_(sizeof(Header)) {
  const Header head{magic, version, sizeof(Header), 0};
  std::memcpy(bytes_.data(), &head, sizeof head);
}

void ExecPlan::add(StepKind kind, std::initializer_list<int64_t> numbers,
                   std::initializer_list<std::string_view> strings) {
  const std::vector<std::string> owned(strings.begin(), strings.end());
  add(kind, std::span(numbers.begin(), numbers.size()), owned);
}

void ExecPlan::add(StepKind kind, std::span<const int64_t> numbers, std::span<const std::string> strings) {
  size_t text = 0;
  for (const std::string& s : strings) text += std::strlen(s.c_str()) + 1;
  const size_t fixed = sizeof(StepHeader) + numbers.size_bytes();
  const size_t size = (fixed + text + 7) & ~size_t{7};
  const size_t start = bytes_.size();
  bytes_.resize(start + size);
  const StepHeader head{static_cast<uint16_t>(kind), static_cast<uint16_t>(numbers.size()),
                        static_cast<uint32_t>(strings.size()), static_cast<uint32_t>(text),
                        static_cast<uint32_t>(size)};
  std::byte* out = bytes_.data() + start;
  std::memcpy(out, &head, sizeof head);
  if (!numbers.empty()) std::memcpy(out + sizeof head, numbers.data(), numbers.size_bytes());
  out += fixed;
  for (const std::string& s : strings) {
    const size_t length = std::strlen(s.c_str()) + 1;  // a NUL inside would make two strings of one
    std::memcpy(out, s.c_str(), length);
    out += length;
  }
  auto total = read_at<Header>(bytes_, 0);
  total.length = static_cast<uint32_t>(bytes_.size());
  ++total.steps;
  std::memcpy(bytes_.data(), &total, sizeof total);
}

Result<ExecPlan> ExecPlan::parse(std::span<const std::byte> bytes) {
  const auto head = read_at<Header>(bytes, 0);
  if (bytes.size() < sizeof head || bytes.size() > length_at_most || head.magic != magic)
    return fail(ErrorCode::bad_message, "These {} bytes are not a plan.", bytes.size());
  if (head.version != version)
    return fail(ErrorCode::bad_message, "Plan of version {}, this program has {}.", head.version, version);
  if (head.length != bytes.size())
    return fail(ErrorCode::bad_message, "Plan of {} bytes, but {} came.", head.length, bytes.size());
  size_t at = sizeof head;
  uint32_t steps = 0;
  for (; at < bytes.size(); ++steps) {
    const size_t size = check_step(bytes.subspan(at));
    if (size == 0) return fail(ErrorCode::bad_message, "Step {} of the plan is damaged.", steps);
    at += size;
  }
  if (steps != head.steps) return fail(ErrorCode::bad_message, "Plan of {} steps, but {} came.", head.steps, steps);
  ExecPlan plan;
  plan.bytes_.assign(bytes.begin(), bytes.end());
  return plan;
}

bool ExecPlan::is_plain() const {
  for (Cursor at(*this); at.next();)
    if (step_info(at.step().kind()).needs_helper || (at.step().kind() == StepKind::execute && at.step().number(2) != 0))
      return false;
  return true;
}

ExecPlan::Cursor::Cursor(std::span<const std::byte> bytes)
    : rest_(bytes.subspan(bytes.size() < sizeof(Header) ? bytes.size() : sizeof(Header))) {}

bool ExecPlan::Cursor::next() {
  if (rest_.size() < sizeof(StepHeader)) return false;
  const auto head = read_at<StepHeader>(rest_, 0);
  const size_t numbers = head.numbers * sizeof(int64_t);
  step_ = StepView(static_cast<StepKind>(head.kind), rest_.subspan(sizeof head, numbers),
                   {reinterpret_cast<const char*>(rest_.data()) + sizeof head + numbers, head.text}, head.strings);
  rest_ = rest_.subspan(head.size);
  ++index_;
  return true;
}

std::string to_string(const ExecPlan& plan) {
  std::string out;
  for (ExecPlan::Cursor at(plan); at.next();) {
    const StepView& step = at.step();
    const StepInfo& info = step_info(step.kind());
    out += info.name;
    const char* how = info.numbers;
    for (size_t i = 0; i < step.number_count(); ++i) {
      out += ' ';
      print_number(out, *how != '\0' ? *how : 'd', step.number(i));
      if (how[0] != '\0' && how[1] != '\0') ++how;
    }
    for (std::string_view rest = step.strings(); !rest.empty();) {
      const size_t length = rest.find('\0');
      out += ' ';
      print_string(out, rest.substr(0, length));
      rest.remove_prefix(length + 1);
    }
    out += '\n';
  }
  return out;
}

}  // namespace svcd
