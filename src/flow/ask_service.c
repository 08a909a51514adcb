// A scan whose findings a service knows: it is sent the bill of materials, and nothing else.
#include "flow/session_inner.h"

#include "flow/judge_inner.h"

#define SCAN_MEDIA_TYPE S("application/vnd.plimsoll.scan")
#define VERDICT_MEDIA_TYPE S("application/vnd.plimsoll.verdict")

// What is wrong with files stays here: the service is asked for what advisories say.
static void write_question(const struct scan_session *session, struct text *out)
{
    struct scan sent = {
        .image = session->scan.image,
        .bom = session->scan.bom,
        .bom_complete = session->scan.bom_complete,
    };
    sent.bom.notes = (struct notes){0};
    scan_write(&sent, out);
}

static bool ask(struct scan_session *session, struct arena *mem, span *ret, struct err *err)
{
    const struct scan_request *request = session->request;
    CLEANUP(web_cleanup) struct web *web = NULL;
    struct text url;
    struct text authorization;
    struct text content;
    text_init(&url, mem, SIZE_MAX);
    text_init(&authorization, mem, SIZE_MAX);
    text_init(&content, mem, SIZE_MAX);
    text_add(&url, request->server.url);
    text_add(&url, S("/v1/scan"));
    if (request->match.suppressed)
        text_add(&url, S("?suppressed=true"));
    text_add(&authorization, S("Bearer "));
    text_add(&authorization, request->server.token);
    write_question(session, &content);
    if (!text_ok(&url) || !text_ok(&authorization) || !text_ok(&content))
        return arena_err(mem, err, "request");
    const struct web_question question = {
        .url = text_span(&url),
        .authorization = text_span(&authorization),
        .accept = VERDICT_MEDIA_TYPE,
        .content_type = SCAN_MEDIA_TYPE,
        .content = text_span(&content),
        .most = request->limits.kept_bytes,
    };
    return web_open(&session->source_options.net, &web, err) &&
           web_ask(web, &question, mem, ret, err);
}

static bool is_wanted(const struct scan_session *session, const struct finding *finding)
{
    uint32_t kinds = session->request->match.kinds;
    return kinds == 0 || (kinds >> finding->kind & 1) != 0;
}

static void keep_wanted(const struct scan_session *session, struct findings *findings)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        if (is_wanted(session, &findings->items[i]))
            findings->items[count++] = findings->items[i];
    findings->count = count;
}

// The rules of the project count for all that was found here, too.
static bool take_rules(struct scan_session *session, const struct project_rules *rules,
                       struct err *err)
{
    for (size_t i = 0; i < rules->count; i++)
        if (!suppress_add_rule(session->suppress, &rules->items[i], err))
            return false;
    return true;
}

bool ask_service(struct scan_session *session, struct err *err)
{
    struct arena *mem = session->mem; // the verdict's texts lie in the answer
    struct scan *scan = &session->scan;
    struct verdict verdict = {0};
    span answer = {0};
    session_progress(session, "asking the service", 0, 0);
    if (!ask(session, mem, &answer, err) ||
        !read_verdict(answer, &scan->bom, &session->request->limits, mem, &verdict, err))
        return err_add(err, "%s", quote(session->request->server.url).text);
    if (!take_rules(session, &verdict.rules, err))
        return false;
    keep_wanted(session, &verdict.findings);
    scan->matched = true;
    scan->database = verdict.database;
    scan->bom.distro.end_of_life = verdict.end_of_life;
    scan->bom.distro.end_of_extended_life = verdict.end_of_extended_life;
    notes_merge(&session->notes, &verdict.notes);
    return findings_join(&scan->findings, &verdict.findings, mem, &scan->findings, err);
}
