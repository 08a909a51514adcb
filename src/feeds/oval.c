#include "feeds/oval_inner.h"

// Elements by their id.
struct index_entry {
    span id;
    const struct xml_node *node;
};

// ---------------------------------------------------------------- the index

static int by_id(const void *left, const void *right)
{
    const struct index_entry *a = left;
    const struct index_entry *b = right;
    return span_compare(a->id, b->id);
}

// Tests, objects, states and variables; their ids are unique in a document.
static bool index_document(struct oval *oval, const struct xml_node *root, struct err *err)
{
    struct arena *mem = oval->translation->mem;
    list_init(&oval->index, mem, sizeof(struct index_entry), SIZE_MAX);
    for (const struct xml_node *group = root->first; group; group = group->next) {
        if (span_equal(group->name, S("definitions")))
            continue;
        for (const struct xml_node *node = group->first; node; node = node->next) {
            struct index_entry *entry = LIST_ADD(&oval->index, struct index_entry);
            if (entry)
                *entry = (struct index_entry){.id = xml_attribute(node, "id"), .node = node};
        }
    }
    if (!list_ok(&oval->index))
        return arena_err(mem, err, "oval");
    sort_items(oval->index.items, oval->index.count, sizeof(struct index_entry), by_id);
    return true;
}

const struct xml_node *oval_find(const struct oval *oval, span id)
{
    size_t low = 0;
    size_t high = oval->index.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct index_entry *entry = LIST_AT(&oval->index, struct index_entry, middle);
        int order = span_compare(entry->id, id);
        if (order == 0)
            return entry->node;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

// ---------------------------------------------------------------- platforms

// "azurelinux-3.0-oval.xml": only the name of the file says which release it is about.
static span release_in_path(span path)
{
    span rest = path_name(path);
    while (rest.len) {
        span part = span_cut(&rest, '-');
        if (part.len && ascii_is_digit(part.ptr[0]))
            return part;
    }
    return (span){0};
}

struct listed_platform {
    const char *prefix; // of the platform's name; the release is the word behind it
    const char *distro;
    const char *suffix; // that os-release adds to a release without a minor number
    enum name_kind name_kind;
};

static const struct listed_platform platforms[] = {
    {"Azure Linux", "azurelinux", "", NAME_SOURCE},
    {"CBL-Mariner", "mariner", "", NAME_SOURCE},
    {"Photon ", "photon", ".0", NAME_BINARY},
    {"Oracle Linux ", "ol", "", NAME_BINARY},
    {"Debian GNU/Linux ", "debian", "", NAME_SOURCE},
    {"Ubuntu ", "ubuntu", "", NAME_BINARY},
    {"Red Hat Enterprise Linux ", "rhel", "", NAME_BINARY},
};

static bool read_listed(struct oval *oval, span text, struct targets *ret)
{
    for (size_t i = 0; i < sizeof platforms / sizeof *platforms; i++) {
        const struct listed_platform *platform = &platforms[i];
        span prefix = span_of_text(platform->prefix);
        if (!span_starts_with(text, prefix))
            continue;
        span rest = span_from(text, prefix.len);
        span release = rest.len ? span_cut(&rest, ' ') : release_in_path(oval->path);
        struct text version = {0};
        text_init(&version, oval->translation->mem, SIZE_MAX);
        text_add(&version, release);
        if (span_find(release, '.') == SPAN_NONE)
            text_add(&version, span_of_text(platform->suffix));
        if (!text_ok(&version))
            oval->draft.affected.failed = true;
        ret->count = release.len ? 1 : 0;
        ret->items[0] = (struct affected){
            .ecosystem =
                draft_ecosystem(&oval->draft, span_of_text(platform->distro), text_span(&version)),
            .name_kind = platform->name_kind,
            .status = STATUS_FIXED,
        };
        return true;
    }
    return false;
}

void oval_read_platform(struct oval *oval, span text, struct targets *ret)
{
    span product = text;
    span publisher = span_cut(&product, ' ');
    if (!suse_read_product(&oval->draft, publisher, product, ret))
        (void)read_listed(oval, text, ret);
}

// ---------------------------------------------------------------- definitions

static void read_severity(struct oval *oval, const struct xml_node *bulletin)
{
    span severity = xml_child_text(oval->metadata, "severity");
    if (!severity.len)
        severity = xml_child_text(bulletin, "severity");
    (void)severity_parse(severity, &oval->draft.advisory.severity);
}

// The day of the last change, wherever the publisher writes it.
static span date_of(const struct oval *oval, const struct xml_node *bulletin)
{
    const span dates[] = {
        xml_attribute(xml_child(bulletin, "updated"), "date"),
        xml_attribute(xml_child(bulletin, "issued"), "date"),
        xml_child_text(oval->metadata, "advisory_date"),
        xml_child_text(xml_child(oval->metadata, "debian"), "date"),
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (dates[i].len)
            return dates[i];
    return (span){0};
}

static void add_flaws(struct oval *oval, const struct xml_node *bulletin)
{
    struct draft *draft = &oval->draft;
    if (is_cve(draft->advisory.id))
        return;
    const struct xml_node *cve = xml_child(bulletin, "cve");
    for (; cve; cve = xml_again(cve))
        if (is_cve(xml_text(cve)))
            draft_add_flaw(draft, xml_text(cve));
    const struct xml_node *reference = xml_child(oval->metadata, "reference");
    for (; reference; reference = xml_again(reference))
        if (span_equal(xml_attribute(reference, "source"), S("CVE")) &&
            is_cve(xml_attribute(reference, "ref_id")))
            draft_add_flaw(draft, xml_attribute(reference, "ref_id"));
}

// cvss3="8.1/CVSS:3.0/AV:N/…", impact="moderate"
static bool give_ratings(const struct oval *oval, const struct xml_node *bulletin, struct err *err)
{
    const struct xml_node *cve = xml_child(bulletin, "cve");
    for (; cve; cve = xml_again(cve)) {
        struct flaw flaw = flaw_none(oval->translation, xml_text(cve));
        span vector = xml_attribute(cve, "cvss3");
        (void)span_cut(&vector, '/');
        double score = 0;
        bool rated = severity_parse(xml_attribute(cve, "impact"), &flaw.severity);
        if (cvss_score(vector, &score)) {
            flaw.cvss = vector;
            flaw.score = score;
            rated = true;
        }
        if (rated && is_cve(flaw.id) && !translation_give_flaw(oval->translation, &flaw, err))
            return false;
    }
    return true;
}

// Titles begin with the name of the update or of the flaw: "ELSA-2022-4803:  rsyslog …".
static span id_of(const struct xml_node *metadata)
{
    span title = xml_child_text(metadata, "title");
    return span_trim_end(span_cut(&title, ' '), ':');
}

static bool give_definition(struct oval *oval, const struct xml_node *definition, struct err *err)
{
    struct translation *translation = oval->translation;
    oval->metadata = xml_child(definition, "metadata");
    const struct xml_node *bulletin = xml_child(oval->metadata, "advisory");
    span id = id_of(oval->metadata);
    if (!id.len)
        return err_set(err, ERR_INPUT, "oval: a definition without a title");
    draft_init(&oval->draft, translation, id);
    // Azure Linux: "this CVE either no longer is or was never applicable".
    oval->not_applicable =
        span_equal(xml_child_text(oval->metadata, "patchable"), S("Not Applicable"));
    oval->draft.advisory.modified = translation_day(translation, date_of(oval, bulletin));
    read_severity(oval, bulletin);
    add_flaws(oval, bulletin);
    const struct xml_node *criteria = xml_child(definition, "criteria");
    if (criteria)
        oval_read_criteria(oval, criteria);
    return draft_give(&oval->draft, err) && give_ratings(oval, bulletin, err);
}

// What checks whether a system is installed at all ("inventory") is no advisory.
static bool is_about_flaws(const struct xml_node *definition)
{
    span class = xml_attribute(definition, "class");
    bool deprecated = span_equal(xml_attribute(definition, "deprecated"), S("true"));
    return !deprecated && (span_equal(class, S("vulnerability")) || span_equal(class, S("patch")));
}

bool translate_oval(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_contains(path_name(path), S(".xml")))
        return true;
    struct limits limits = *translation->limits;
    limits.document_bytes = limits.feed_bytes;
    const struct xml_node *root = NULL;
    if (!xml_parse(bytes, &limits, translation->mem, &root, err))
        return false;
    const struct xml_node *definition = xml_child(xml_child(root, "definitions"), "definition");
    if (!definition)
        return err_set(err, ERR_INPUT, "oval: no definitions");
    struct oval oval = {.translation = translation, .path = path};
    if (!index_document(&oval, root, err))
        return false;
    for (; definition; definition = xml_again(definition)) {
        bool counts = is_about_flaws(definition) &&
                      translation_is_new(translation, xml_attribute(definition, "id"));
        if (counts && !give_definition(&oval, definition, err))
            return false;
    }
    return true;
}
