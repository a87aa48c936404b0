#include "libunit/path_check.h"

namespace svcd {
namespace {

tl::unexpected<Error> refuse(std::string_view path, unsigned rules, const LoadContext& context, std::string_view what) {
  if ((rules & path_fatal) != 0) return fail(ErrorCode::bad_unit_setting, "{}= path {}: {}", context.key, what, path);
  return fail(ErrorCode::bad_message, "{}= path {}, ignoring: {}", context.key, what, path);
}

}  // namespace

Result<std::string> check_path(std::string_view path, unsigned rules, const LoadContext& context) {
  if ((rules & path_absolute) != 0 && !path.starts_with('/')) return refuse(path, rules, context, "is not absolute");
  if ((rules & path_absolute) == 0 && path.starts_with('/')) return refuse(path, rules, context, "is absolute");
  std::string result = simplify_path(path);
  if (!is_safe_path(result)) return refuse(result, rules, context, "is not normalized");
  return result;
}

}  // namespace svcd
