// Token services of clouds: what their registries are shown instead of what the user has.
#ifndef PLIMSOLL_NET_CLOUD_INNER_H
#define PLIMSOLL_NET_CLOUD_INNER_H

#include "format/json/json.h"
#include "net/http_inner.h"

enum { MOST_CLOUD_BYTES = 256 << 10 }; // of requests and answers

// What is asked with, and where.
struct cloud {
    const struct registry_settings *settings;
    const struct net_options *options;
    uint64_t now;
    struct arena *mem;
};

// Sends one request; its answer is a JSON object. ERR_DENIED: the service refuses it. No error text
// holds what was sent or what came back.
bool cloud_ask(const struct cloud *cloud, const struct http_request *request, struct json **ret,
               struct err *err);
// Appends "NAME=VALUE" to a form.
void cloud_field(struct text *form, const char *name, span value);

bool amazon_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                  struct err *err);
bool google_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                  struct err *err);
bool azure_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                 struct err *err);

// ---------------------------------------------------------------- AWS Signature Version 4

struct aws_key {
    span id;
    span secret;
    span region;
    span service; // "ecr"
};

// The value of Authorization for a request (IAM user guide, "Create a signed AWS API request").
// `headers` are all that is signed, host and x-amz-date among them: names in lower case, sorted.
// `query` is canonical already.
struct aws_request {
    const char *method;
    span path;
    span query;
    const struct web_header *headers;
    size_t header_count;
    span content;
    span date; // that of x-amz-date: "20150830T123600Z"
};
bool aws_sign(const struct aws_key *key, const struct aws_request *request, struct arena *mem,
              span *ret, struct err *err);

// A signed JSON web token for Google's token service ("Using OAuth 2.0 for Server to Server
// Applications"), from a service account's key file, for `audience` (empty: what the file says).
// *ret_audience: where it is to be taken.
bool google_assertion(span key_file, span audience, uint64_t now, struct arena *mem, span *ret,
                      span *ret_audience, struct err *err);

#endif
