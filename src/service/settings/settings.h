// settings: the text of the service's configuration (doc/formats/service-settings.md) to nouns. The
// folder reads no files: where the text names a secret, it asks for it.
#ifndef PLIMSOLL_SERVICE_SETTINGS_H
#define PLIMSOLL_SERVICE_SETTINGS_H

#include "base/base.h"
#include "model/model.h"

enum secret_place {
    SECRET_FILE,     // `name` is a path
    SECRET_VARIABLE, // of the environment
};

// Brings what the text only names: passwords, keys, tokens.
struct secret_source {
    void *self;
    bool (*read)(void *self, enum secret_place place, span name, struct arena *mem, span *ret,
                 struct err *err);
};

// Everything in *ret is in `mem` or in `text`. ERR_USAGE names the line of what cannot be meant: an
// unknown setting, one that is missing, a secret that stands in the text itself. No error text
// holds a secret.
bool service_settings_read(span text, const struct secret_source *secrets,
                           const struct limits *limits, struct arena *mem,
                           struct service_settings *ret, struct err *err);

#endif
