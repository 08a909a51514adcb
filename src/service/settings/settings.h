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

// What a secret is for. Each is used by one role of the service.
enum secret_use {
    SECRET_OF_HOOK = 1 << 0,  // notices are checked by it: api
    SECRET_OF_LOGIN = 1 << 1, // images are fetched with it: worker
    SECRET_OF_MAIL = 1 << 2,  // the server of the channel `mail`: notifier
};

// Brings what the text only names: passwords, keys, tokens.
struct secret_source {
    void *self;
    // Bits of enum secret_use: they need not be there, and stay empty. Hooks whose secrets are left
    // out accept nothing.
    uint32_t left_out;
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
