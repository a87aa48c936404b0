#include "ctl/json_text.h"

#include <nlohmann/json.hpp>

namespace svcd::ctl {
namespace {

using Json = nlohmann::ordered_json;
constexpr auto replace = Json::error_handler_t::replace;

bool is_utf8(const std::string& text) {
  try {
    (void)Json(text).dump();
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

Json value_of(const std::string& text) {
  if (is_utf8(text)) return text;
  Json bytes = Json::array();
  for (const char c : text) bytes.push_back(static_cast<unsigned char>(c));
  return bytes;
}

/// Containers nest at most 64 deep (client::Value).
Json json_of(const client::Value& value) {
  switch (value.type()) {
    case 'b': return value.boolean();
    case 'n':
    case 'i':
    case 'x': return value.signed_number();
    case 'y':
    case 'q':
    case 'u':
    case 't': return value.number();
    case 'd': return value.real();
    case 's':
    case 'o':
    case 'g': return value.text();
    default: break;
  }
  if (value.type() != 'a' && value.type() != '(') return nullptr;
  const bool is_dictionary = value.contents().starts_with("{");
  Json made = is_dictionary ? Json::object() : Json::array();
  for (const client::Value& item : value.items()) {
    if (is_dictionary)
      made[item.item(0).text()] = json_of(item.item(1));
    else
      made.push_back(json_of(item));
  }
  return made;
}

}  // namespace

std::string json_dictionaries(const std::vector<client::Properties>& dictionaries, bool pretty) {
  Json array = Json::array();
  for (const client::Properties& dictionary : dictionaries)
    array.push_back(json_of(client::Value::dictionary(dictionary.entries())));
  return array.dump(pretty ? 1 : -1, '\t', false, replace) + "\n";
}

std::string json_rows(const std::vector<JsonRow>& rows, bool pretty) {
  Json array = Json::array();
  for (const JsonRow& row : rows) {
    Json object = Json::object();
    for (const JsonField& field : row) {
      if (field.text)
        object[field.name] = *field.text;
      else if (field.number)
        object[field.name] = *field.number;
      else
        object[field.name] = nullptr;
    }
    array.push_back(std::move(object));
  }
  return array.dump(pretty ? 1 : -1, '\t', false, replace) + "\n";
}

std::string json_object(const std::vector<std::pair<std::string, std::string>>& fields, bool pretty) {
  Json object = Json::object();
  for (const auto& [name, text] : fields) {
    Json value = value_of(text);
    if (!object.contains(name)) {
      object[name] = std::move(value);
    } else {
      Json& old = object[name];
      // An array of arrays or of texts is ours already; an array of bytes is one value.
      if (!old.is_array() || (!old.empty() && old[0].is_number())) old = Json::array({old});
      old.push_back(std::move(value));
    }
  }
  return object.dump(pretty ? 1 : -1, '\t', false, replace) + "\n";
}

}  // namespace svcd::ctl
