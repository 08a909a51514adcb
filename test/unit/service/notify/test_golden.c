// Each sample on each channel against the file that shows how it should look. With --write, the
// files are made anew, to be read before they are committed.
#include "samples.h"

#include <stdio.h>
#include <string.h>

static const struct golden {
    const char *file;
    const char *sample;
    enum channel_kind channel;
} goldens[] = {
    {"usual.event.json", "usual", CHANNEL_WEBHOOK},
    {"usual.eml", "usual", CHANNEL_MAIL},
    {"usual.slack.json", "usual", CHANNEL_SLACK},
    {"usual.teams.json", "usual", CHANNEL_TEAMS},
    {"hostile.event.json", "hostile", CHANNEL_FILE},
    {"hostile.eml", "hostile", CHANNEL_MAIL},
    {"hostile.slack.json", "hostile", CHANNEL_SLACK},
    {"hostile.teams.json", "hostile", CHANNEL_TEAMS},
    {"empty.event.json", "empty", CHANNEL_COMMAND},
    {"empty.eml", "empty", CHANNEL_MAIL},
    {"empty.slack.json", "empty", CHANNEL_SLACK},
    {"empty.teams.json", "empty", CHANNEL_TEAMS},
};

static span render(const struct golden *golden, struct arena *mem)
{
    struct message message = {0};
    struct rendering rendering = {0};
    struct err err = {0};
    struct service_settings settings = sample_settings();
    struct subscription subscription = sample_subscription(golden->channel);
    struct notify_options options = {.settings = &settings, .now = SAMPLE_TIME};
    assert(sample_message(span_of_text(golden->sample), mem, &message));
    if (!notify_render(&subscription, &message, &options, mem, &rendering, &err))
        (void)fprintf(stderr, "%s: %s\n", golden->file, err.text);
    return rendering.body;
}

static bool write_golden(const char *path, span body)
{
    FILE *file = fopen(path, "wb");
    return file && fwrite(body.ptr, 1, body.len, file) == body.len && fclose(file) == 0;
}

static bool is_golden(const char *path, span body, struct arena *mem)
{
    enum { MOST = 1 << 20 };
    uint8_t *bytes = arena_alloc(mem, MOST);
    FILE *file = fopen(path, "rb");
    if (!bytes || !file)
        return false;
    bool same = span_equal(body, span_of(bytes, fread(bytes, 1, MOST, file)));
    return fclose(file) == 0 && same;
}

static bool check(const struct golden *golden, const char *directory, bool write)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", directory, golden->file);
    assert(mem && len > 0 && (size_t)len < sizeof path);
    span body = render(golden, mem);
    if (write)
        return write_golden(path, body);
    if (is_golden(path, body, mem))
        return true;
    (void)fprintf(stderr, "%s should be:\n%.*s\n", golden->file, (int)body.len,
                  (const char *)body.ptr);
    return false;
}

// The whole flood, for those who hold it to the limits of channels.
static bool write_flood(const char *directory)
{
    static const struct golden floods[] = {
        {"flood.event.json", "flood", CHANNEL_WEBHOOK},
        {"flood.eml", "flood", CHANNEL_MAIL},
        {"flood.slack.json", "flood", CHANNEL_SLACK},
        {"flood.teams.json", "flood", CHANNEL_TEAMS},
    };
    bool written = true;
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++)
        written = check(&floods[i], directory, true) && written;
    return written;
}

int main(int argc, char **argv)
{
    size_t failed = 0;
    if (argc < 2)
        return 64;
    if (argc > 2 && strcmp(argv[2], "--flood") == 0)
        return write_flood(argv[1]) ? 0 : 1;
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++)
        failed += !check(&goldens[i], argv[1], argc > 2 && strcmp(argv[2], "--write") == 0);
    return failed ? 1 : 0;
}
