#include "daemon/exec/program_image.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "daemon/exec/raw_call.h"

namespace svcd {

namespace {

/// Decimal digits without the library; stops at `end`.
char* put_number(char* at, const char* end, uint64_t value) noexcept {
  char digits[20];
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0 && at < end) *at++ = digits[--count];
  return at;
}

}  // namespace

std::vector<std::string> split_strings(std::string_view strings) {
  std::vector<std::string> out;
  while (!strings.empty()) {
    const size_t length = strings.find('\0');
    out.emplace_back(strings.substr(0, length));
    strings.remove_prefix(length == strings.npos ? strings.size() : length + 1);
  }
  return out;
}

ProgramImage::Text ProgramImage::text_of(const ExecPlan& plan) {
  Text text;
  for (ExecPlan::Cursor at(plan); at.next();) {
    const StepView& step = at.step();
    if (step.kind() == StepKind::environment) text.environment = split_strings(step.strings());
    if (step.kind() == StepKind::environment_late) text.late = split_strings(step.strings());
    if (step.kind() != StepKind::execute) continue;
    text.argv = split_strings(step.strings());
    const auto paths = std::clamp<int64_t>(step.number(0), 0, static_cast<int64_t>(text.argv.size()));
    text.paths.assign(text.argv.begin(), text.argv.begin() + paths);
    text.argv.erase(text.argv.begin(), text.argv.begin() + paths);
  }
  return text;
}

ProgramImage::ProgramImage(Text text) : text_(std::move(text)) {
  if (!text_.paths.empty()) name_ = text_.paths.front();
  if (text_.paths.size() > 1) name_.erase(0, name_.rfind('/') + 1);  // was looked for in several folders
  for (std::string& word : text_.argv) argv_.push_back(word.data());
  argv_.push_back(nullptr);
  for (const std::string& name : text_.late) {
    Late late;
    late.name_length = name.copy(late.text.data(), 32);
    late.text[late.name_length++] = '=';
    late.is_journal = name == "JOURNAL_STREAM";
    late_.push_back(late);
  }
  for (std::string& variable : text_.environment) environment_.push_back(variable.data());
  environment_.resize(environment_.size() + late_.size() + 1, nullptr);  // complete() fills these in
}

void ProgramImage::complete(int64_t pid, uint64_t journal_device, uint64_t journal_inode) noexcept {
  size_t next = text_.environment.size();
  for (Late& late : late_) {
    if (late.is_journal && journal_inode == 0) continue;
    char* at = late.text.data() + late.name_length;
    const char* end = late.text.data() + late.text.size() - 1;
    if (late.is_journal) {
      at = put_number(at, end, journal_device);
      if (at < end) *at++ = ':';
      at = put_number(at, end, journal_inode);
    } else {
      at = put_number(at, end, static_cast<uint64_t>(pid));
    }
    *at = '\0';
    environment_[next++] = late.text.data();
  }
  environment_[next] = nullptr;
}

int ProgramImage::execute() const noexcept {
  int error = ENOENT;
  for (const std::string& path : text_.paths) {
    const int refusal = raw_error(SYS_execve, path.c_str(), argv_.data(), environment_.data());
    if (refusal != ENOENT && error == ENOENT) error = refusal;
    if (refusal != ENOENT && refusal != EACCES && refusal != ENOTDIR) break;  // it is there, and it is the one
  }
  return error;
}

bool ProgramImage::is_there() const noexcept {
  for (const std::string& path : text_.paths)
    if (raw_call(SYS_faccessat, AT_FDCWD, path.c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace svcd
