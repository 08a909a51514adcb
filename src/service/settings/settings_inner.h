// Mappings of the configuration to structs, by tables of their keys.
#ifndef PLIMSOLL_SERVICE_SETTINGS_INNER_H
#define PLIMSOLL_SERVICE_SETTINGS_INNER_H

#include "format/yaml/yaml.h"
#include "service/settings/settings.h"

struct reading {
    const struct secret_source *secrets;
    enum secret_use use; // of the secrets in the mapping that is read
    struct arena *mem;
};

// Sets what is at `to` to what a value says. ERR_USAGE: that cannot be meant.
typedef bool set_function(const struct reading *reading, const struct yaml *value, void *to,
                          struct err *err);

struct setting {
    const char *key;
    set_function *set;
    size_t offset; // of the member, in the struct of the mapping
};

// The same reading in a mapping whose secrets are for `use`.
struct reading reading_for(const struct reading *reading, enum secret_use use);
// Are secrets of the mapping left unread?
bool reading_leaves_out(const struct reading *reading);

// Sets the members of `thing` that the mapping names. ERR_USAGE for a key that is not in the table.
bool setting_text_read(const struct reading *reading, const struct yaml *mapping,
                       const struct setting *table, size_t count, void *thing, struct err *err);

set_function set_text;     // span; not empty
set_function set_path;     // const char *
set_function set_flag;     // bool
set_function set_duration; // uint64_t, seconds: "90", "30s", "5m", "1h", "7d"
set_function set_size;     // uint64_t, bytes: "0", "500M", "2G"
set_function set_texts;    // struct spans
set_function set_file;     // span: the contents of the file that the value names; if it is left
                           // out: empty, and not null
set_function set_variable; // span: the same of a variable
set_function set_port;     // uint16_t
set_function set_url;      // span: "https://…" without a slash at its end

// A name that stands in URLs and names of images.
bool settings_name(const struct yaml *value, span *ret, struct err *err);
// "HOST", "HOST:PORT" or "[ADDRESS]:PORT".
set_function set_host; // span

set_function set_registries; // struct service_settings
set_function set_commands;   // the same
set_function set_mail;       // struct mail_settings

#endif
