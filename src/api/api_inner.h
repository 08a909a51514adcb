// Inside of api: a request on its way to the function that answers it.
#ifndef PLIMSOLL_API_INNER_H
#define PLIMSOLL_API_INNER_H

#include "api/api.h"
#include "database/database.h"
#include "flow/flow.h"
#include "format/json/json.h"
#include "os/os.h"
#include "report/report.h"

enum { MOST_PATH_VALUES = 4, MOST_QUERY = 32, MOST_WANTS = 16 };

// ---------------------------------------------------------------- routes

struct call;

struct route_parameter {
    const char *name;
    const char *about;
};

enum route_flag {
    ROUTE_OPEN = 1 << 0,         // needs no token
    ROUTE_ALL_PROJECTS = 1 << 1, // needs one that is not limited to a project
    ROUTE_CHANGES = 1 << 2,      // something: it is audited, refused or not
    ROUTE_STORELESS = 1 << 3,    // open, and takes no connection to the store
};

// One line of the table that both the dispatcher and /openapi.json are made from.
struct route {
    const char *method;
    const char *pattern; // "/v1/images/{digest}"; "{name...}" takes the rest with its slashes
    uint32_t scope;      // any of these bits
    uint32_t flags;      // bits of enum route_flag
    bool (*answer)(struct call *call, struct err *err);
    int view; // enum view_name: of a list, or of one row of it; or NO_VIEW
    const struct route_parameter *parameters; // of others; ended by one without a name; may be null
    const char *summary;
    const char *body;       // name of a schema, or null: there is none
    const char *result;     // the same
    unsigned status;        // when all is well
    const char *media_type; // of the result; null: JSON
};

const struct route *route_at(size_t index); // null past the last one
enum { MOST_ROUTES = 64, NO_VIEW = -1 };
const struct view *route_view(const struct route *route); // null: none
bool route_is_list(const struct route *route);            // with filters and pages

// Which route answers? *ret_path: there is one for the path, if not for the method.
const struct route *route_find(span method, span path, span values[static MOST_PATH_VALUES],
                               size_t *ret_index, bool *ret_path);
bool route_matches(const char *pattern, span path, span values[static MOST_PATH_VALUES]);

// ---------------------------------------------------------------- calls

struct parameter {
    span name;
    span value;
};

// A request, by whom it is, and its answer.
struct call {
    struct api *api;
    const struct http_request *request;
    const struct route *route;
    size_t route_index;
    struct http_response *response;
    struct arena *mem;
    struct store *store;
    struct token token; // id 0: none is needed
    uint64_t now;       // seconds since 1970
    span values[MOST_PATH_VALUES];
    struct parameter query[MOST_QUERY];
    size_t query_count;
    bool refused_early; // before anybody knew who it is
};

// A parameter of the query; a null pointer: it is not there.
span call_parameter(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name); // "true"
// ERR_MISSING: it is none of the images that the token may see.
bool call_sees_image(struct call *call, span image, struct err *err);
// Whose things it sees: 0: all.
int64_t call_project(const struct call *call);
uint32_t call_today(const struct call *call); // days since 1970-01-01
// Which rules count in the answer; `image`: the one image that it is about, or empty.
struct rules_request call_rules(const struct call *call, span image);
// Begins an answer in JSON.
struct json_out call_json(struct call *call);
// Ends it.
void call_finish(struct json_out *out);
// The body as a JSON object of which all keys are among `keys`, which null ends; ERR_USAGE.
bool call_body(struct call *call, const char *const *keys, struct json **ret, struct err *err);
// A number that stands in the path. ERR_MISSING.
bool call_number(const struct call *call, size_t index, int64_t *ret, struct err *err);
// Runs work(self) in a transaction together with the entry of the audit log that tells of it.
// `object` is asked for when the work is done.
struct edit {
    struct call *call;
    const char *action; // "token.create"
    bool (*work)(struct edit *edit, struct err *err);
    span object;
    span detail;
};
bool call_edit(struct edit *edit, struct err *err);

// ---------------------------------------------------------------- lists

// A page of the route's view.
bool answer_list(struct call *call, struct err *err);
// The same of findings, some of which rules silence.
bool answer_findings(struct call *call, struct err *err);
// The row of the route's view whose filter `filter` has the first value of the path.
bool answer_one(struct call *call, const char *filter, struct err *err);
// The same, of another view, into the object or array that is being written.
bool write_rows(struct call *call, const struct view *view, const char *filter, span value,
                struct json_out *out, size_t *ret_count, struct err *err);
// Text that is JSON already, as a value.
void write_json(struct json_out *out, const char *json);
// One value under its name.
void write_column(const struct view_column *column, const sql_value *value, struct json_out *out);
// Its schema.
void describe_column(const struct view_column *column, struct json_out *out);

// ---------------------------------------------------------------- schemas

// Texts of schemas by name; null: the name is that of a view ("image", "imageList").
const char *schema_text(size_t index, const char **ret_name);

// ---------------------------------------------------------------- rates

// Token buckets by who asks, in a table of a fixed size: who has not been heard of for long is
// forgotten first.
struct rates;
bool rates_new(struct rates **ret, struct err *err);
void rates_free(struct rates *rates);
// May `who` have one more? Its bucket holds `burst` and fills by `per_second`. *ret_wait: seconds
// until it may.
bool rates_take(struct rates *rates, span who, double per_second, double burst, uint64_t *ret_wait);

// ---------------------------------------------------------------- what is shared

struct api_metrics;
bool metrics_new(struct api_metrics **ret, struct err *err);
void metrics_free(struct api_metrics *metrics);
void metrics_count(struct api_metrics *metrics, size_t route, unsigned status, uint64_t ns);

// The advisory database as it is now. A newer file is opened when it is there; the old one is
// closed when nobody has it any more.
struct shelf;
struct shelved {
    struct database *database;
    unsigned users;
};
bool shelf_new(const char *path, struct shelf **ret, struct err *err);
void shelf_free(struct shelf *shelf);
// ERR_MISSING: there is none.
bool shelf_take(struct shelf *shelf, struct shelved **ret, struct err *err);
void shelf_give_back(struct shelf *shelf, struct shelved *shelved); // null is fine

struct pool; // of connections to the store
bool pool_new(const struct api_options *options, struct pool **ret, struct err *err);
void pool_free(struct pool *pool);
bool pool_take(struct pool *pool, struct store **ret, struct err *err);
void pool_give_back(struct pool *pool, struct store *store);
// Jobs were added to the store.
void pool_tell_added(const struct pool *pool);

struct intake; // pushes of requests that come together
bool intake_new(struct pool *pool, struct intake **ret, struct err *err);
void intake_free(struct intake *intake);
// Makes jobs of pushes (store_take_pushes), and waits until they are kept.
bool intake_pushes(struct intake *intake, const struct push *pushes, size_t count, size_t *ret_new,
                   struct err *err);

struct api {
    struct api_options options;
    struct httpd *httpd;
    struct pool *pool;
    struct intake *intake;
    struct shelf *shelf;
    struct rates *rates;
    struct api_metrics *metrics;
};

// ---------------------------------------------------------------- who asks

// Fills call->token. ERR_DENIED: nobody that is known.
bool access_check(struct call *call, struct err *err);
// Who it is, for the audit log.
bool access_actor(const struct call *call, span *ret, struct err *err);
// May one more refusal be told in `log`? Once a minute and a few at once for each network: a log is
// no place that others may fill.
bool access_may_tell(const struct call *call, const char *log);
// Keeps in the audit log that a change was refused, unless whoever tries does so all the time.
void access_refused(struct call *call, unsigned status);

// ---------------------------------------------------------------- reports

// The parameter `format`. ERR_USAGE: there is none of that name.
bool call_format(const struct call *call, enum report_format usual, enum report_format *ret,
                 struct err *err);
// The answer is a report.
bool answer_document(struct call *call, const struct scan *scan, enum report_format format,
                     struct err *err);

// ---------------------------------------------------------------- handlers, by file

bool answer_health(struct call *call, struct err *err); // route_system.c
bool answer_ready(struct call *call, struct err *err);
bool answer_openapi(struct call *call, struct err *err);
bool answer_metrics(struct call *call, struct err *err); // metrics.c

bool answer_image(struct call *call, struct err *err); // route_images.c
bool answer_image_bom(struct call *call, struct err *err);
bool answer_image_scan(struct call *call, struct err *err);
bool answer_layer(struct call *call, struct err *err);
bool answer_package(struct call *call, struct err *err);
bool answer_advisory(struct call *call, struct err *err); // route_advisories.c
bool answer_scan(struct call *call, struct err *err);     // route_scan.c
bool answer_job(struct call *call, struct err *err);

bool answer_hook(struct call *call, struct err *err); // route_hooks.c

bool answer_harbor_metadata(struct call *call, struct err *err); // route_harbor.c
bool answer_harbor_scan(struct call *call, struct err *err);
bool answer_harbor_report(struct call *call, struct err *err);

bool answer_token(struct call *call, struct err *err); // route_tokens.c
bool answer_token_create(struct call *call, struct err *err);
bool answer_token_rotate(struct call *call, struct err *err);
bool answer_token_revoke(struct call *call, struct err *err);

bool answer_subscription(struct call *call, struct err *err); // route_subscriptions.c
bool answer_subscription_create(struct call *call, struct err *err);
bool answer_subscription_change(struct call *call, struct err *err);
bool answer_subscription_remove(struct call *call, struct err *err);
bool answer_notification(struct call *call, struct err *err);
bool answer_notification_resend(struct call *call, struct err *err);

bool answer_rule(struct call *call, struct err *err); // route_rules.c
bool answer_rule_create(struct call *call, struct err *err);
bool answer_rule_change(struct call *call, struct err *err);
bool answer_rule_remove(struct call *call, struct err *err);

bool answer_project(struct call *call, struct err *err); // route_projects.c
bool answer_project_create(struct call *call, struct err *err);
bool answer_project_change(struct call *call, struct err *err);
bool answer_project_remove(struct call *call, struct err *err);

bool answer_audit_state(struct call *call, struct err *err); // route_system.c

#endif
