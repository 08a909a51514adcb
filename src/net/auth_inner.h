// What a registry asks for, and the header that answers it.
#ifndef PLIMSOLL_NET_AUTH_INNER_H
#define PLIMSOLL_NET_AUTH_INNER_H

#include "base/base.h"
#include "net/http_inner.h"
#include "net/net.h"

enum challenge_scheme {
    CHALLENGE_NONE, // nothing that is spoken here
    CHALLENGE_BASIC,
    CHALLENGE_BEARER,
};

struct challenge {
    enum challenge_scheme scheme;
    span realm;
    span service;
    span scope;
};

// Parses a WWW-Authenticate value that may hold several challenges (RFC 9110 section 11.6.1) and
// takes the best that is spoken here: Bearer, then Basic. ERR_INPUT for what is no such list.
bool challenge_parse(span header, struct arena *mem, struct challenge *ret, struct err *err);

// The Authorization value for "Basic".
bool basic_authorization(const struct credentials *credentials, struct arena *mem, span *ret,
                         struct err *err);
// Fetches a bearer token (distribution's token specification; OAuth2 for an identity token) and
// makes the Authorization value. `trusted`: the challenge came over TLS from the registry itself,
// so the realm it names may see the credentials.
bool bearer_authorization(struct http *http, const struct challenge *challenge, span repository,
                          const struct credentials *credentials, bool trusted, struct arena *mem,
                          span *ret, struct err *err);

// What one config.json (or auth.json) says. Helper names are checked to be plain words.
struct docker_config {
    span helper; // the program docker-credential-<helper> to ask; empty: none
    span server; // what to ask it for
    struct credentials credentials;
};
bool docker_config_parse(span text, const struct reference *reference, const struct limits *limits,
                         struct arena *mem, struct docker_config *ret, struct err *err);
// The answer of a credential helper.
bool helper_answer_parse(span text, const struct limits *limits, struct arena *mem,
                         struct credentials *ret, struct err *err);

#endif
