// Where the verbs about unit files do their work: through the manager, which answers with what it changed, or on the
// files themselves: with --root= and --global, and where no manager runs. What is done and what is not is printed here,
// in systemctl's words, which are not the same for both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ctl/context.h"
#include "libunit/install.h"

namespace svcd::ctl {

class Installation {
 public:
  virtual ~Installation() = default;

  /// What became of a request.
  struct Outcome {
    bool failed = false;  // why was printed
    bool carries_install_info = true;
  };
  virtual Outcome change(const InstallRequest&) = 0;
  virtual std::optional<std::string> state(const std::string& name) = 0;  // nothing: why was printed
  virtual std::vector<std::string> links(const std::string& name) = 0;    // as GetUnitFileLinks() tells
  virtual std::optional<std::string> default_target() = 0;
  virtual std::optional<std::vector<client::UnitFile>> list(const std::vector<std::string>& states,
                                                            const std::vector<std::string>& patterns) = 0;
  /// Lets the manager read the files again, if there is one and --no-reload was not said.
  virtual void reload() = 0;
};

/// The right one for the options, and for where we run.
std::unique_ptr<Installation> installation(Context&);
/// --root= or --global was given, or nobody runs here who could do it.
bool works_on_files(const Options&);
/// Whether the verb can do without a manager, as --root= wants it.
bool takes_root(std::string_view verb, const Options&);
/// "enable", as in "Failed to enable unit, …"; with a manager "enable unit", as in "Failed to enable unit: …".
std::string name_of(InstallVerb, bool with_manager);

std::unique_ptr<Installation> installation_on_files(Context&);
std::unique_ptr<Installation> installation_by_manager(Context&);

}  // namespace svcd::ctl
