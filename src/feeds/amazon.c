#include "feeds/updateinfo_inner.h"

// Amazon Linux's bulletins (ALAS): the updateinfo.xml of each repository, or its records rendered
// as JSON, one a document. Which release and which repository they are for stands in JSON's path
// ("2/core/2024/…", "2/extras/docker/2024/…", "2023/kernel-livepatch/2024/…", "1/updates/2024/…"),
// in XML in the name of the collection ("amazon-linux-2", "amazon-linux-2---docker",
// "amazon-linux-2023---kernel-livepatch", "amazon-linux-ami").

// What every machine gets its packages from.
static bool is_main(span repository)
{
    return span_equal(repository, S("core")) || span_equal(repository, S("updates"));
}

// An extra is called by its repository file: "amzn2extra-docker".
static span extra_name(struct draft *draft, span release, span topic)
{
    struct text name = {0};
    text_init(&name, draft->translation->mem, SIZE_MAX);
    text_add(&name, S("amzn"));
    text_add(&name, release);
    text_add(&name, S("extra-"));
    text_add(&name, topic);
    if (!text_ok(&name))
        draft->affected.failed = true;
    return text_span(&name);
}

static bool read_path(struct draft *draft, span path, struct affected *ret)
{
    span rest = path;
    span release = span_cut(&rest, '/');
    span repository = span_cut(&rest, '/');
    uint64_t number = 0;
    if (!span_to_u64(release, &number) || !rest.len)
        return false;
    ret->ecosystem = draft_ecosystem(draft, S("amzn"), release);
    if (span_equal(repository, S("extras")))
        ret->repository = extra_name(draft, release, span_cut(&rest, '/'));
    else if (!is_main(repository))
        ret->repository = repository;
    return true;
}

// Red Hat's bulletins stand beside the CVEs: what an update was rebuilt from, no other name of it.
static void add_flaws(struct draft *draft, const struct json *references)
{
    for (size_t i = 0; i < json_count(references); i++) {
        span id = json_get_text(json_at(references, i), "ID");
        if (is_cve(id))
            draft_add_flaw(draft, id);
    }
}

static void add_build(struct draft *draft, const struct affected *pattern,
                      const struct json *package)
{
    const struct rpm_package build = {
        .name = json_get_text(package, "Name"),
        .epoch = json_get_text(package, "Epoch"),
        .version = json_get_text(package, "Version"),
        .release = json_get_text(package, "Release"),
    };
    rpm_add_package(draft, pattern, &build);
}

static bool translate_json(struct translation *translation, span path, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    struct draft draft = {0};
    struct affected pattern = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    draft_init(&draft, translation, json_get_text(document, "ID"));
    if (!draft.advisory.id.len || !read_path(&draft, path, &pattern))
        return err_set(err, ERR_INPUT, "amazon: a bulletin without an id or a release");
    span updated = json_get_text(json_get(document, "Updated"), "Date");
    draft.advisory.modified = translation_day(translation, updated);
    (void)severity_parse(json_get_text(document, "Severity"), &draft.advisory.severity);
    add_flaws(&draft, json_get(json_get(document, "References"), "Reference"));
    const struct json *packages =
        json_get(json_get(json_get(document, "Pkglist"), "Collection"), "Package");
    for (size_t i = 0; i < json_count(packages); i++)
        add_build(&draft, &pattern, json_at(packages, i));
    return draft_give(&draft, err);
}

// ---------------------------------------------------------------- XML

static bool read_collection(struct draft *draft, span name, span path, struct affected *ret)
{
    span prefix = S("amazon-linux");
    uint64_t number = 0;
    (void)path;
    if (!span_starts_with(name, prefix))
        return false;
    span repository = span_from(name, prefix.len);
    (void)span_cut(&repository, '-');
    span release = span_cut(&repository, '-');
    if (!release.len || span_equal(release, S("ami")))
        release = S("1");
    if (!span_to_u64(release, &number))
        return false;
    ret->ecosystem = draft_ecosystem(draft, S("amzn"), release);
    repository = span_from(repository, span_starts_with(repository, S("--")) ? 2 : 0);
    bool is_extra = repository.len && span_equal(release, S("2"));
    ret->repository = is_extra ? extra_name(draft, release, repository) : repository;
    return true;
}

bool translate_amazon(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct updateinfo_dialect dialect = {.read_collection = read_collection};
    if (span_ends_with(path, S(".json")))
        return translate_json(translation, path, bytes, err);
    return !updateinfo_is(bytes) || updateinfo_translate(translation, &dialect, path, bytes, err);
}
