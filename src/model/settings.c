#include "model/model.h"

static const char *const registry_kinds[] = {
    [REGISTRY_DISTRIBUTION] = "distribution",
    [REGISTRY_DOCKER_HUB] = "docker-hub",
    [REGISTRY_MIRANTIS] = "mirantis",
    [REGISTRY_HARBOR] = "harbor",
    [REGISTRY_QUAY] = "quay",
    [REGISTRY_GITLAB] = "gitlab",
    [REGISTRY_ARTIFACTORY] = "artifactory",
    [REGISTRY_NEXUS] = "nexus",
    [REGISTRY_ECR] = "ecr",
    [REGISTRY_GOOGLE] = "google",
    [REGISTRY_AZURE] = "azure",
    [REGISTRY_GITHUB] = "github",
};

static const char *const login_kinds[] = {
    [LOGIN_NONE] = "none",       [LOGIN_BASIC] = "basic", [LOGIN_BEARER] = "bearer",
    [LOGIN_REFRESH] = "refresh", [LOGIN_ECR] = "ecr",     [LOGIN_GOOGLE] = "google",
    [LOGIN_AZURE] = "azure",
};

static bool find_word(const char *const *words, size_t count, span text, size_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (!span_equal(text, span_of_text(words[i])))
            continue;
        *ret = i;
        return true;
    }
    return false;
}

const char *registry_kind_name(enum registry_kind kind)
{
    return registry_kinds[kind];
}

bool registry_kind_parse(span text, enum registry_kind *ret)
{
    size_t index = 0;
    if (!find_word(registry_kinds, sizeof registry_kinds / sizeof *registry_kinds, text, &index))
        return false;
    *ret = (enum registry_kind)index;
    return true;
}

const char *login_kind_name(enum login_kind kind)
{
    return login_kinds[kind];
}

bool login_kind_parse(span text, enum login_kind *ret)
{
    size_t index = 0;
    if (!find_word(login_kinds, sizeof login_kinds / sizeof *login_kinds, text, &index))
        return false;
    *ret = (enum login_kind)index;
    return true;
}

bool registry_takes(const struct registry_settings *registry, span repository)
{
    for (size_t i = 0; i < registry->repositories.count; i++)
        if (span_matches(repository, registry->repositories.items[i]))
            return true;
    return registry->repositories.count == 0;
}

const struct registry_settings *service_registry(const struct service_settings *settings, span name)
{
    for (size_t i = 0; i < settings->registry_count; i++)
        if (span_equal(settings->registries[i].name, name))
            return &settings->registries[i];
    return NULL;
}

const struct command_settings *service_command(const struct service_settings *settings, span name)
{
    for (size_t i = 0; i < settings->command_count; i++)
        if (span_equal(settings->commands[i].name, name))
            return &settings->commands[i];
    return NULL;
}
