// model: what the service's configuration says (doc/formats/service-settings.md): registries, how
// their notices are checked and their images fetched, and by which ways messages may leave.
#ifndef PLIMSOLL_MODEL_SETTINGS_PART_H
#define PLIMSOLL_MODEL_SETTINGS_PART_H

#include "model/notes_part.h"

// ---------------------------------------------------------------- registries

// Whose notices are to be understood, and whose ways of signing in.
enum registry_kind {
    REGISTRY_DISTRIBUTION, // CNCF Distribution, and whoever sends its notices
    REGISTRY_DOCKER_HUB,
    REGISTRY_MIRANTIS, // Mirantis Secure Registry, once Docker Trusted Registry
    REGISTRY_HARBOR,
    REGISTRY_QUAY,
    REGISTRY_GITLAB,
    REGISTRY_ARTIFACTORY,
    REGISTRY_NEXUS,
    REGISTRY_ECR,    // Amazon
    REGISTRY_GOOGLE, // Artifact Registry, Container Registry
    REGISTRY_AZURE,
    REGISTRY_GITHUB, // GitHub Packages
};
const char *registry_kind_name(enum registry_kind kind); // "distribution", "docker-hub", …
bool registry_kind_parse(span text, enum registry_kind *ret);

enum login_kind {
    LOGIN_NONE,
    LOGIN_BASIC,   // user and password, which the registry's token service may be shown
    LOGIN_BEARER,  // `password` is a token that the registry itself takes (Artifactory, Nexus)
    LOGIN_REFRESH, // `password` is an OAuth2 refresh token
    LOGIN_ECR,     // `user` is the id of an AWS access key, `password` its secret
    LOGIN_GOOGLE,  // `password` is a service account's key file (JSON)
    LOGIN_AZURE,   // `user` is the id of an application in Entra, `password` its secret
};
const char *login_kind_name(enum login_kind kind); // "none", "basic", "bearer", …
bool login_kind_parse(span text, enum login_kind *ret);

struct registry_login {
    enum login_kind kind;
    span user;
    span password;
    span session;  // of AWS: token of temporary credentials; or empty
    span region;   // of AWS
    span tenant;   // of Azure
    span endpoint; // URL of the service that is asked for tokens; empty: the cloud's own
};

// How it is known that a notice comes from the registry. What each kind sends: decision 94.
struct hook_settings {
    bool accepted; // there are settings: without any, notices are refused
    bool insecure; // whoever reaches the service may say what was pushed
    span secret;   // token, password or HMAC key
    span user;     // of Basic authentication
    span header;   // in which the secret comes, where the sender lets that be chosen
    // A signed token (OIDC) instead of a secret, as Google sends:
    span keys; // JWKS (RFC 7517) of who may sign
    span issuer;
    span audience;
    span email;   // whose token it must be
    uint64_t age; // seconds: what says that it is older is refused
};

struct registry_settings {
    span name; // in URLs and names of images: a letter or digit, then those, '.', '_', '-'
    enum registry_kind kind;
    span host; // "registry.example:5000"
    struct registry_login login;
    struct hook_settings hook;
    uint64_t poll;             // seconds between two looks at what is there; 0: none
    struct spans repositories; // patterns with '*' for what is looked at; none: everything
    struct spans platforms;    // "linux/arm64"; none: all that an index names
    const char *ca_file;       // PEM; null: the system's
    bool plain_http;           // no TLS
};
// Is the repository one of those that are looked at?
bool registry_takes(const struct registry_settings *registry, span repository);

// ---------------------------------------------------------------- ways out

// A program for CHANNEL_COMMAND: subscriptions name it, only the configuration says what it is.
struct command_settings {
    span name;
    const char *const *argv; // ended by null
};

enum mail_security {
    MAIL_STARTTLS, // demanded, not tried
    MAIL_TLS,      // from the first byte
    MAIL_PLAIN,    // no TLS: to loopback alone
};

struct mail_settings {
    span host; // empty: no mail is sent
    uint16_t port;
    enum mail_security security;
    span user; // empty: no authentication
    span password;
    span from;           // address of the sender
    const char *ca_file; // PEM; null: the system's
};

// ---------------------------------------------------------------- all of it

struct service_settings {
    span public_url; // under which owners reach the service: "https://plimsoll.example"; or empty
    const struct registry_settings *registries;
    size_t registry_count;
    const struct command_settings *commands;
    size_t command_count;
    // Where messages may go besides public addresses: names of hosts with '*', addresses and
    // networks ("10.1.0.0/16").
    struct spans allowed;
    // Addresses and networks of proxies in front of the API that are believed.
    struct spans proxies;
    struct mail_settings mail;
    const char *files;     // directory below which CHANNEL_FILE may write; null: nowhere
    uint64_t shared_bytes; // of what was read of layers, in the store for all workers; 0: none
};
// Null: there is none of that name.
const struct registry_settings *service_registry(const struct service_settings *settings,
                                                 span name);
const struct command_settings *service_command(const struct service_settings *settings, span name);

#endif
