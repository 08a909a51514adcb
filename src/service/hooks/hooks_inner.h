// Inside of hooks: one notice while it is read, and a reader for each family of senders.
#ifndef PLIMSOLL_SERVICE_HOOKS_INNER_H
#define PLIMSOLL_SERVICE_HOOKS_INNER_H

#include "format/json/json.h"
#include "service/hooks/hooks.h"

struct reading {
    const struct registry_settings *registry;
    const struct http_request *request;
    const struct limits *limits;
    uint64_t now;
    struct arena *mem;
    struct list pushes; // struct push
    size_t ignored;
    span reply;
};

// What a sender says of one image. Spans may be of a document that is freed soon.
struct event {
    enum push_kind kind;
    span repository;
    span tag;    // or a digest, as some say it
    span digest; // with or without "sha256:" in front
    span name; // of this event, by which a repeated one is known: an id, or a time that is as good
    span time; // RFC 3339; empty: not said
    uint64_t at; // the same in seconds since 1970; 0: see `time`
};

// Takes an event, or counts it as ignored: too old, or of a repository that nobody wants.
// ERR_INPUT: its names are none.
bool reading_add(struct reading *reading, const struct event *event, struct err *err);
void reading_ignore(struct reading *reading);

// ERR_DENIED unless the request is the registry's.
bool check_sender(const struct registry_settings *registry, const struct http_request *request,
                  uint64_t now, const struct limits *limits, struct arena *mem, struct err *err);
// ERR_DENIED unless `token` is a JSON web token (RFC 7519) signed by one of hook->keys, for
// hook->audience, and valid now.
bool check_token(span token, const struct hook_settings *hook, uint64_t now,
                 const struct limits *limits, struct arena *mem, struct err *err);

// What the senders say. ERR_INPUT: this is no notice of theirs.
typedef bool read_function(struct reading *reading, const struct json *body, struct err *err);
read_function read_distribution;
read_function read_gitlab;
read_function read_docker_hub;
read_function read_mirantis;
read_function read_harbor;
read_function read_quay;
read_function read_artifactory;
read_function read_nexus;
read_function read_ecr;
read_function read_google;
read_function read_azure;
read_function read_github;

// One event of Distribution's envelope, which Azure sends singly.
bool read_distribution_event(struct reading *reading, const struct json *event, struct err *err);

#endif
