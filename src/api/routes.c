// The table of routes.
#include "api/api_inner.h"

static const struct route_parameter bom_parameters[] = {
    {"format", "cyclonedx-json (unless said), spdx-json or json"},
    {NULL, NULL},
};
static const struct route_parameter hook_parameters[] = {
    {"token", "the registry's secret, where its notices can prove themselves by nothing else"},
    {NULL, NULL},
};
static const struct route_parameter harbor_parameters[] = {
    {"sbom_media_type", "application/spdx+json or application/vnd.cyclonedx+json"},
    {NULL, NULL},
};
static const struct route_parameter judge_parameters[] = {
    {"format", "json (unless said), or any that /v1/images/{digest}/scan knows"},
    {"suppressed", "true: with what does not count"},
    {NULL, NULL},
};
static const struct route_parameter scan_parameters[] = {
    {"format", "json (unless said), sarif, csv, junit, html, cyclonedx-vdr or gitlab"},
    {"suppressed", "true: with what rules of the project silence"},
    {NULL, NULL},
};

#define LIST(of, name) answer_list, .view = (of), .result = (name), .status = 200
#define ONE(function, of, name) (function), .view = (of), .result = (name), .status = 200
#define PLAIN(function) (function), .view = NO_VIEW

static const struct route routes[] = {
    // -------- how the service is
    {"GET", "/healthz", 0, ROUTE_OPEN | ROUTE_STORELESS, PLAIN(answer_health),
     .summary = "The process is up", .result = "health", .status = 200},
    {"GET", "/readyz", 0, ROUTE_OPEN | ROUTE_STORELESS, PLAIN(answer_ready),
     .summary = "The store answers and there is an advisory database", .result = "ready",
     .status = 200},
    {"GET", "/openapi.json", 0, ROUTE_OPEN | ROUTE_STORELESS, PLAIN(answer_openapi),
     .summary = "This description", .result = "openapi", .status = 200},
    {"GET", "/metrics", SCOPE_READ | SCOPE_ADMIN, ROUTE_ALL_PROJECTS, PLAIN(answer_metrics),
     .summary = "Figures in the text format of Prometheus", .status = 200,
     .media_type = "text/plain; version=0.0.4; charset=utf-8"},

    // -------- what there is
    {"GET", "/v1/images", SCOPE_READ, 0, LIST(VIEW_IMAGES, "imageList"),
     .summary = "Images, newest first"},
    {"GET", "/v1/images/{digest}", SCOPE_READ, 0, ONE(answer_image, VIEW_IMAGES, "imageDetails"),
     .summary = "One image with its names, layers and findings by severity"},
    {"GET", "/v1/images/{digest}/bom", SCOPE_READ, 0, PLAIN(answer_image_bom),
     .parameters = bom_parameters, .summary = "Its bill of materials", .result = "document",
     .status = 200},
    {"GET", "/v1/images/{digest}/scan", SCOPE_READ, 0, PLAIN(answer_image_scan),
     .parameters = scan_parameters,
     .summary = "What is wrong with it, in the forms of plimsoll scan", .result = "document",
     .status = 200},
    {"GET", "/v1/layers", SCOPE_READ, 0, LIST(VIEW_LAYERS, "layerList"), .summary = "Layers"},
    {"GET", "/v1/layers/{diff_id}", SCOPE_READ, 0, ONE(answer_layer, VIEW_LAYERS, "layer"),
     .summary = "One layer"},
    {"GET", "/v1/packages", SCOPE_READ, 0, LIST(VIEW_PACKAGES, "packageList"),
     .summary = "Packages, each once"},
    {"GET", "/v1/packages/{id}", SCOPE_READ, 0, ONE(answer_package, VIEW_PACKAGES, "package"),
     .summary = "One package"},
    {"GET", "/v1/places", SCOPE_READ, 0, LIST(VIEW_PLACES, "placeList"),
     .summary = "Where a package is: in which images, under which names, in which layer"},
    {"GET", "/v1/findings", SCOPE_READ, 0, answer_findings, .view = VIEW_FINDINGS,
     .result = "findingList", .status = 200, .summary = "What is wrong with packages"},
    {"GET", "/v1/repositories", SCOPE_READ, 0, LIST(VIEW_REPOSITORIES, "repositoryList"),
     .summary = "Repositories and whose they are"},
    {"GET", "/v1/tags", SCOPE_READ, 0, LIST(VIEW_TAGS, "tagList"),
     .summary = "Tags and what they stand for"},

    // -------- what is known
    {"GET", "/v1/advisories/{id}", SCOPE_READ, 0, PLAIN(answer_advisory),
     .summary = "What the database knows of a flaw, an advisory or a package of this name, and"
                " which judgements it changed",
     .result = "advisory", .status = 200},
    {"GET", "/v1/judgements", SCOPE_READ, 0, LIST(VIEW_JUDGEMENTS, "judgementList"),
     .summary = "Each time that the database changed, and what came of it"},
    {"GET", "/v1/changes", SCOPE_READ, 0, LIST(VIEW_CHANGES, "changeList"),
     .summary = "The advisories that made a difference"},
    {"POST", "/v1/scan", SCOPE_SCAN, 0, PLAIN(answer_scan), .parameters = judge_parameters,
     .summary = "Judges a bill of materials in Plimsoll's own form; keeps nothing",
     .body = "binary", .result = "document", .status = 200},

    // -------- what registries say
    {"POST", "/v1/hooks/{registry}", 0, ROUTE_OPEN | ROUTE_STORELESS | ROUTE_CHANGES,
     PLAIN(answer_hook), .parameters = hook_parameters,
     .summary = "A notice of a registry of the configuration, in that registry's form, with what"
                " proves that it is the registry's",
     .body = "notice", .result = "noticeTaken", .status = 202},

    {"GET", "/api/v1/metadata", SCOPE_PUSH | SCOPE_READ, 0, PLAIN(answer_harbor_metadata),
     .summary = "Harbor's scanner API: what this scanner can do", .result = "document",
     .status = 200, .media_type = "application/vnd.scanner.adapter.metadata+json; version=1.1"},
    {"POST", "/api/v1/scan", SCOPE_PUSH, 0, PLAIN(answer_harbor_scan),
     .summary = "Harbor's scanner API: look at an image of the Harbor of the configuration",
     .body = "notice", .result = "document", .status = 202,
     .media_type = "application/vnd.scanner.adapter.scan.response+json; version=1.0"},
    {"GET", "/api/v1/scan/{id}/report", SCOPE_READ, 0, PLAIN(answer_harbor_report),
     .parameters = harbor_parameters, .summary = "Harbor's scanner API: what is wrong with it",
     .result = "document", .status = 200,
     .media_type = "application/vnd.security.vulnerability.report; version=1.1"},

    // -------- what is done
    {"GET", "/v1/jobs", SCOPE_READ | SCOPE_ADMIN, ROUTE_ALL_PROJECTS, LIST(VIEW_JOBS, "jobList"),
     .summary = "What is to be done and was done, newest first"},
    {"GET", "/v1/jobs/{id}", SCOPE_READ | SCOPE_ADMIN, ROUTE_ALL_PROJECTS,
     ONE(answer_job, VIEW_JOBS, "job"), .summary = "One job"},

    // -------- what projects say of findings
    {"GET", "/v1/rules", SCOPE_READ | SCOPE_RULES | SCOPE_ADMIN, 0, LIST(VIEW_RULES, "ruleList"),
     .summary = "What does not count, why, until when, and whether it is about anything"},
    {"POST", "/v1/rules", SCOPE_RULES | SCOPE_ADMIN, ROUTE_CHANGES, PLAIN(answer_rule_create),
     .summary = "Makes a rule for a project, or, with scope admin and no project, for all",
     .body = "newRule", .result = "rule", .status = 201},
    {"GET", "/v1/rules/{id}", SCOPE_READ | SCOPE_RULES | SCOPE_ADMIN, 0,
     ONE(answer_rule, VIEW_RULES, "rule"), .summary = "One rule"},
    {"PUT", "/v1/rules/{id}", SCOPE_RULES | SCOPE_ADMIN, ROUTE_CHANGES, PLAIN(answer_rule_change),
     .summary = "Replaces a rule, whose project stays", .body = "newRule", .result = "rule",
     .status = 200},
    {"DELETE", "/v1/rules/{id}", SCOPE_RULES | SCOPE_ADMIN, ROUTE_CHANGES,
     PLAIN(answer_rule_remove), .summary = "Removes a rule: what it silenced counts again",
     .status = 204},

    // -------- who is told
    {"GET", "/v1/subscriptions", SCOPE_READ | SCOPE_SUBSCRIBE, 0,
     LIST(VIEW_SUBSCRIPTIONS, "subscriptionList"), .summary = "Who is told what"},
    {"POST", "/v1/subscriptions", SCOPE_SUBSCRIBE, ROUTE_CHANGES, PLAIN(answer_subscription_create),
     .summary = "Tells somebody from now on", .body = "newSubscription", .result = "subscription",
     .status = 201},
    {"GET", "/v1/subscriptions/{id}", SCOPE_READ | SCOPE_SUBSCRIBE, 0,
     ONE(answer_subscription, VIEW_SUBSCRIPTIONS, "subscription"), .summary = "One subscription"},
    {"PUT", "/v1/subscriptions/{id}", SCOPE_SUBSCRIBE, ROUTE_CHANGES,
     PLAIN(answer_subscription_change),
     .summary = "Replaces a subscription; an address or secret that is not said stays",
     .body = "newSubscription", .result = "subscription", .status = 200},
    {"DELETE", "/v1/subscriptions/{id}", SCOPE_SUBSCRIBE, ROUTE_CHANGES,
     PLAIN(answer_subscription_remove), .summary = "Removes a subscription with its messages",
     .status = 204},
    {"GET", "/v1/notifications", SCOPE_READ | SCOPE_SUBSCRIBE, 0,
     LIST(VIEW_NOTIFICATIONS, "notificationList"),
     .summary = "What owners were told or will be, newest first"},
    {"GET", "/v1/notifications/{id}", SCOPE_READ | SCOPE_SUBSCRIBE, 0,
     ONE(answer_notification, VIEW_NOTIFICATIONS, "notification"), .summary = "One of them"},
    {"POST", "/v1/notifications/{id}/resend", SCOPE_SUBSCRIBE, ROUTE_CHANGES,
     ONE(answer_notification_resend, VIEW_NOTIFICATIONS, "notification"),
     .summary = "Sends one again that was given up"},

    // -------- who may do what
    {"GET", "/v1/projects", SCOPE_READ | SCOPE_ADMIN, 0, LIST(VIEW_PROJECTS, "projectList"),
     .summary = "Projects"},
    {"POST", "/v1/projects", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_project_create), .summary = "Makes a project", .body = "newProject",
     .result = "projectDetails", .status = 201},
    {"GET", "/v1/projects/{name}", SCOPE_READ | SCOPE_ADMIN, 0, PLAIN(answer_project),
     .summary = "One project with its patterns", .result = "projectDetails", .status = 200},
    {"PUT", "/v1/projects/{name}", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_project_change), .summary = "Gives a project other patterns",
     .body = "projectPatterns", .result = "projectDetails", .status = 200},
    {"DELETE", "/v1/projects/{name}", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_project_remove), .summary = "Removes a project that has nothing any more",
     .status = 204},
    {"GET", "/v1/tokens", SCOPE_ADMIN, ROUTE_ALL_PROJECTS, LIST(VIEW_TOKENS, "tokenList"),
     .summary = "Tokens, without their secrets"},
    {"POST", "/v1/tokens", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_token_create), .summary = "Makes a token; its secret is shown this once",
     .body = "newToken", .result = "tokenSecret", .status = 201},
    {"GET", "/v1/tokens/{id}", SCOPE_ADMIN, ROUTE_ALL_PROJECTS,
     ONE(answer_token, VIEW_TOKENS, "token"), .summary = "One token"},
    {"DELETE", "/v1/tokens/{id}", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_token_revoke), .summary = "Revokes a token at once", .status = 204},
    {"POST", "/v1/tokens/{id}/rotate", SCOPE_ADMIN, ROUTE_ALL_PROJECTS | ROUTE_CHANGES,
     PLAIN(answer_token_rotate),
     .summary = "Makes a new secret for a token; the old one is good for a while",
     .body = "rotation", .result = "tokenSecret", .status = 201},
    {"GET", "/v1/audit", SCOPE_ADMIN, ROUTE_ALL_PROJECTS, LIST(VIEW_AUDIT, "auditList"),
     .summary = "Who changed what, or was refused; newest first"},
    {"GET", "/v1/audit/state", SCOPE_ADMIN, ROUTE_ALL_PROJECTS, PLAIN(answer_audit_state),
     .summary = "Reads the whole audit log and says whether it is unbroken", .result = "auditState",
     .status = 200},
};

const struct route *route_at(size_t index)
{
    static_assert(sizeof routes / sizeof *routes < MOST_ROUTES, "metrics have room for all");
    return index < sizeof routes / sizeof *routes ? &routes[index] : NULL;
}

const struct view *route_view(const struct route *route)
{
    return route->view == NO_VIEW ? NULL : store_view((enum view_name)route->view);
}

bool route_is_list(const struct route *route)
{
    return route->answer == answer_list || route->answer == answer_findings;
}

// ---------------------------------------------------------------- matching

// One segment of a pattern against one of a path.
static bool match_segment(span pattern, span segment, span *values, size_t *count)
{
    if (!span_starts_with(pattern, S("{")))
        return span_equal(pattern, segment);
    if (segment.len == 0 || *count == MOST_PATH_VALUES)
        return false;
    values[(*count)++] = segment;
    return true;
}

bool route_matches(const char *pattern, span path, span values[static MOST_PATH_VALUES])
{
    span left = span_from(span_of_text(pattern), 1);
    span right = span_from(path, 1);
    size_t count = 0;
    if (span_find(path, '/') != 0)
        return false;
    while (left.len && right.len) {
        // An empty segment at the end is one, too: "/v1/images/" is not "/v1/images".
        bool is_last = span_find(left, '/') == SPAN_NONE;
        if (is_last != (span_find(right, '/') == SPAN_NONE))
            return false;
        if (!match_segment(span_cut(&left, '/'), span_cut(&right, '/'), values, &count))
            return false;
    }
    return left.len == 0 && right.len == 0;
}

const struct route *route_find(span method, span path, span values[static MOST_PATH_VALUES],
                               size_t *ret_index, bool *ret_path)
{
    span wanted = span_equal(method, S("HEAD")) ? S("GET") : method;
    bool has_path = false;
    for (size_t i = 0; route_at(i); i++) {
        if (!route_matches(route_at(i)->pattern, path, values))
            continue;
        has_path = true;
        if (span_equal(wanted, span_of_text(route_at(i)->method))) {
            *ret_index = i;
            *ret_path = true;
            return route_at(i);
        }
    }
    *ret_path = has_path;
    return NULL;
}
