#include "feeds/feeds_inner.h"

#include <stdio.h>

// The largest first, so that threads which take them in turn end together.
static const struct feed feeds[] = {
    {"nvd", "nvd-json11-feeds.tar.zst", "public domain", translate_nvd},
    {"ubuntu", "ubuntu-cve-tracker-json.tar.zst", "none stated", translate_ubuntu},
    {"debian-osv", "debian-osv.tar.zst", "none stated", translate_debian_osv},
    {"redhat-osv", "redhat-osv.tar.zst", "CC-BY-4.0", translate_redhat_osv},
    {"redhat-cve", "redhat-cve-api.tar.zst", "CC-BY-4.0", translate_redhat_cve},
    {"ghsa", "ghsa-osv.tar.zst", "CC-BY-4.0", translate_ghsa},
    {"ossf-malicious", "malicious-packages-osv.tar.zst", "Apache-2.0", translate_malicious},
    {"pypa", "pypa-advisory-db.tar.zst", "CC-BY-4.0", translate_pypa},
    {"suse", "suse-osv.tar.zst", "none stated", translate_suse},
    {"alpine-osv", "alpine-osv.tar.zst", "none stated", translate_alpine_osv},
    {"amazon", "amazon-alas.tar.zst", "none stated", translate_amazon},
    {"almalinux-errata", "almalinux-errata.tar.zst", "none stated", translate_almalinux_errata},
    {"almalinux-osv", "almalinux-osv.tar.zst", "MIT", translate_almalinux_osv},
    {"rocky", "rocky.tar.zst", "BSD", translate_rocky},
    {"go", "go-vulndb-osv.tar.zst", "CC-BY-4.0", translate_go},
    {"epss", "epss-partial-2025-07-05.csv.zst", "free use with attribution to FIRST EPSS",
     translate_epss},
    {"azurelinux", "azurelinux-oval.tar.zst", "MIT", translate_oval},
    {"arch", "arch-avg.tar.zst", "none stated", translate_arch},
    {"alpine-secdb", "alpine-secdb.tar.zst", "none stated", translate_alpine_secdb},
    {"kev", "kev.json.zst", "CC0-1.0", translate_kev},
    {"eol-products", "eol-products.tar.zst", "MIT", translate_end_of_life},
};

size_t feeds_count(void)
{
    return sizeof feeds / sizeof *feeds;
}

const struct feed *feeds_at(size_t index)
{
    return index < feeds_count() ? &feeds[index] : NULL;
}

// A file for this one is a list of hundreds of megabytes: its elements are the documents.
static bool is_list(const struct feed *feed)
{
    return feed->translate == translate_nvd;
}

// A feed with more spoiled documents than one in SPOILED_SHARE is not what we take it for.
enum { SPOILED_SHARE = 20 };

struct run {
    const struct feed *feed;
    struct translation translation;
    uint64_t documents;
    uint64_t spoiled;
    uint32_t newest_file; // day on which a document was last changed
};

static bool is_about_document(const struct err *err)
{
    return err->kind == ERR_INPUT || err->kind == ERR_LIMIT || err->kind == ERR_UNSUPPORTED;
}

static bool visit_document(void *self, const struct document *document, struct err *err)
{
    struct run *run = self;
    struct translation *translation = &run->translation;
    run->documents++;
    if (document->modified > run->newest_file)
        run->newest_file = document->modified;
    struct err failure = {0};
    bool ok = run->feed->translate(translation, document->path, document->bytes, &failure);
    arena_reset(translation->mem);
    if (ok)
        return true;
    if (translation->sink_failed || !is_about_document(&failure))
        return err_set(err, failure.kind, "%s: %s", quote(document->path).text, failure.text);
    run->spoiled++;
    notes_add_err(translation->notes, document->path, &failure);
    return true;
}

static bool finish(const struct run *run, struct err *err)
{
    if (run->spoiled > run->documents / SPOILED_SHARE)
        return err_set(err, ERR_INPUT, "%llu of %llu documents cannot be read",
                       (unsigned long long)run->spoiled, (unsigned long long)run->documents);
    const struct advisory_sink *sink = run->translation.sink;
    // Some documents bear no date: then the archive knows when they were written.
    uint32_t newest = run->translation.newest ? run->translation.newest : run->newest_file;
    return sink->take_source(sink->self, run->translation.database, newest,
                             span_of_text(run->feed->licence), err);
}

bool feeds_translate(const struct feed *feed, const char *directory, const struct limits *limits,
                     const struct advisory_sink *sink, struct notes *notes, struct err *err)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", directory, feed->file);
    if (len < 0 || (size_t)len >= sizeof path)
        return err_set(err, ERR_USAGE, "feed %s: the name of the directory is too long",
                       feed->name);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(document_budget(limits));
    if (!mem)
        return err_set(err, ERR_MEMORY, "feed %s", feed->name);
    struct run run = {
        .feed = feed,
        .translation =
            {
                .database = span_of_text(feed->name),
                .limits = limits,
                .mem = mem,
                .sink = sink,
                .notes = notes,
            },
    };
    if (!archive_each(path, is_list(feed), limits, visit_document, &run, err) || !finish(&run, err))
        return err_add(err, "feed %s", feed->name);
    return true;
}
