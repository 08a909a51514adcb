// Lists: from the description of one to a statement, and its rows.
#include "service/store/browse_inner.h"

#include "version/version.h"

enum {
    ROWS_AT_ONCE = 500,    // that are held against a version constraint
    MOST_ROWS = 100 * 500, // the same, for one page
    MOST_COLUMNS = 24,
    SILENCED_AT_ONCE = 50, // rows of a page that are taken to be, beside as many as it has
    QUESTION_COLUMNS = 3,  // what a silencer is asked with
};

// ---------------------------------------------------------------- conditions

void writing_add(struct writing *writing, const char *text)
{
    text_add(&writing->sql, span_of_text(text));
}

size_t writing_value(struct writing *writing, sql_value value)
{
    assert(writing->count < MOST_VALUES);
    writing->values[writing->count] = value;
    return ++writing->count;
}

// The condition with the number of the value in place of each '?'.
void writing_condition(struct writing *writing, const char *condition, sql_value value)
{
    size_t number = 0;
    writing_add(writing, writing->glue);
    writing->glue = " AND ";
    text_add_byte(&writing->sql, '(');
    for (span rest = span_of_text(condition); rest.len; rest = span_from(rest, 1)) {
        if (rest.ptr[0] != '?') {
            text_add_byte(&writing->sql, rest.ptr[0]);
            continue;
        }
        if (number == 0)
            number = writing_value(writing, value);
        text_addf(&writing->sql, "$%zu", number);
    }
    text_add_byte(&writing->sql, ')');
}

static bool refuse(struct writing *writing, const struct view_filter *filter, span value,
                   const char *wanted)
{
    return err_set(&writing->why, ERR_USAGE, "%s: '%s' is not %s", filter->name, quote(value).text,
                   wanted);
}

static bool parse_finding_kind(span text, int64_t *ret)
{
    for (int kind = FINDING_VULNERABILITY; kind <= FINDING_CONFIG; kind++)
        if (span_equal(text, span_of_text(finding_kind_name((enum finding_kind)kind)))) {
            *ret = kind;
            return true;
        }
    return false;
}

static bool parse_status(span text, int64_t *ret)
{
    for (int status = STATUS_FIXED; status <= STATUS_END_OF_LIFE; status++)
        if (span_equal(text, span_of_text(status_name((enum status)status)))) {
            *ret = status;
            return true;
        }
    return false;
}

static bool parse_job_kind(span text, int64_t *ret)
{
    for (int kind = 0; kind < JOB_KINDS; kind++)
        if (span_equal(text, span_of_text(job_kind_name((enum job_kind)kind)))) {
            *ret = kind;
            return true;
        }
    return false;
}

static bool parse_rule_kind(span text, int64_t *ret)
{
    enum rule_kind kind = RULE_IGNORE;
    if (!rule_kind_parse(text, &kind))
        return false;
    *ret = kind;
    return true;
}

static bool parse_notification(span text, int64_t *ret)
{
    enum notification_state state = NOTIFICATION_WAITING;
    if (!notification_state_parse(text, &state))
        return false;
    *ret = state;
    return true;
}

static bool parse_severity(span text, int64_t *ret)
{
    enum severity severity = SEVERITY_UNKNOWN;
    if (!severity_parse(text, &severity))
        return false;
    *ret = severity;
    return true;
}

static bool parse_integer(span text, int64_t *ret)
{
    uint64_t number = 0;
    if (!span_to_u64(text, &number) || number > INT64_MAX)
        return false;
    *ret = (int64_t)number;
    return true;
}

static bool parse_time(span text, int64_t *ret)
{
    enum { SECONDS_A_DAY = 86400 };
    uint32_t day = 0;
    if (!date_parse(text, &day))
        return false;
    *ret = (int64_t)day * SECONDS_A_DAY;
    return true;
}

// Those filters whose values are words or numbers that stand for a number.
static const struct {
    bool (*parse)(span text, int64_t *ret);
    const char *wanted;
} numbers[] = {
    [FILTER_INTEGER] = {parse_integer, "a number"},
    [FILTER_SEVERITY] = {parse_severity, "a severity"},
    [FILTER_FINDING_KIND] = {parse_finding_kind, "a kind of finding"},
    [FILTER_STATUS] = {parse_status, "a status"},
    [FILTER_JOB_KIND] = {parse_job_kind, "a kind of job"},
    [FILTER_NOTIFICATION] = {parse_notification, "a state of notifications"},
    [FILTER_RULE_KIND] = {parse_rule_kind, "a kind of rules"},
    [FILTER_TIME] = {parse_time, "a date (2025-02-12)"},
};

static bool add_flag(struct writing *writing, const struct view_filter *filter, span value)
{
    bool is_true = span_equal(value, S("true"));
    const struct silencer *silencer = writing->browse->silencer;
    if (value.ptr && !is_true && !span_equal(value, S("false")))
        return refuse(writing, filter, value, "true or false");
    const char *condition = is_true ? filter->condition : filter->otherwise;
    // Of what may be silenced the silencer decides.
    if (silencer && is_true && strcmp(filter->name, "suppressed") == 0)
        condition = silencer->all ? NULL : "f.suppressed = 1 OR meant.unit IS NOT NULL";
    if (condition)
        writing_condition(writing, condition, sql_null());
    return true;
}

// "1" satisfies or does not satisfy every constraint that is one.
static bool check_constraint(struct writing *writing, const struct view_filter *filter, span value)
{
    bool ignored = false;
    return version_satisfies(SCHEME_GENERIC, value, S("1"), &ignored, NULL) ||
           refuse(writing, filter, value, "a constraint on versions (< 2.17, >= 1.0)");
}

bool writing_filter(struct writing *writing, const struct view_filter *filter, span value)
{
    int64_t number = 0;
    if (filter->kind == FILTER_FLAG)
        return add_flag(writing, filter, value);
    if (!value.ptr)
        return true;
    if (filter->kind == FILTER_VERSION)
        return check_constraint(writing, filter, value);
    if (filter->kind == FILTER_TEXT) {
        const struct view *view = writing->browse->view;
        bool is_wide = writing->is_wide && strcmp(view->wide, filter->name) == 0;
        writing_condition(writing, is_wide ? view->wide_condition : filter->condition,
                          sql_text(value));
        return true;
    }
    if (!numbers[filter->kind].parse(value, &number))
        return refuse(writing, filter, value, numbers[filter->kind].wanted);
    writing_condition(writing, filter->condition, sql_integer(number));
    return true;
}

// ---------------------------------------------------------------- pages

static size_t key_count(const struct view *view)
{
    size_t count = 0;
    while (count < KEY_MOST && view->key[count])
        count++;
    return count;
}

static void add_keys(struct writing *writing, const char *suffix)
{
    const struct view *view = writing->browse->view;
    for (size_t i = 0; i < key_count(view); i++) {
        writing_add(writing, i ? ", " : "");
        writing_add(writing, view->key[i]);
        writing_add(writing, suffix);
    }
}

// Where a page ended: the key of its last row, with dots in between.
static bool add_start(struct writing *writing, span after)
{
    const struct view *view = writing->browse->view;
    size_t count = key_count(view);
    span rest = after;
    writing_add(writing, writing->glue);
    writing->glue = " AND ";
    text_add_byte(&writing->sql, '(');
    add_keys(writing, "");
    writing_add(writing, view->newest_first ? ") < (" : ") > (");
    for (size_t i = 0; i < count; i++) {
        int64_t number = 0;
        bool is_text = view->key_ends_in_text && i + 1 == count;
        span part = i + 1 == count ? rest : span_cut(&rest, '.');
        if (!is_text && !parse_integer(part, &number))
            return err_set(&writing->why, ERR_USAGE, "after: '%s' is not where a page ended",
                           quote(after).text);
        sql_value value = is_text ? sql_text(part) : sql_integer(number);
        text_addf(&writing->sql, "%s$%zu", i ? ", " : "", writing_value(writing, value));
    }
    text_add_byte(&writing->sql, ')');
    return true;
}

static bool write_end(const struct view *view, const struct sql_row *row, struct arena *mem,
                      span *ret)
{
    size_t count = key_count(view);
    struct text end;
    text_init(&end, mem, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_add_byte(&end, '.');
        if (view->key_ends_in_text && i + 1 == count)
            text_add(&end, sql_row_bytes(row, i));
        else
            text_add_u64(&end, (uint64_t)sql_row_integer(row, i));
    }
    *ret = text_span(&end);
    return text_ok(&end);
}

// ---------------------------------------------------------------- the statement

static void add_word(struct writing *writing, span word)
{
    const struct browse *browse = writing->browse;
    if (span_equal(word, S("{today}")))
        text_addf(&writing->sql, "$%zu", writing_value(writing, sql_integer(browse->today)));
    else if (browse->project && span_equal(word, S("{of project}")))
        text_addf(&writing->sql, " AND r.project = $%zu",
                  writing_value(writing, sql_integer(browse->project)));
    else if (browse->project)
        text_addf(&writing->sql,
                  " AND EXISTS (SELECT 1 FROM bundle_unit bu WHERE bu.unit = q.unit AND"
                  " bu.bundle IN (" BUNDLES_OF_PROJECT("$%zu") "))",
                  writing_value(writing, sql_integer(browse->project)));
}

static void add_expression(struct writing *writing, const char *expression)
{
    span rest = span_of_text(expression);
    while (rest.len) {
        size_t plain = span_find(rest, '{');
        size_t end = span_find(rest, '}');
        text_add(&writing->sql, span_first(rest, plain));
        if (plain == SPAN_NONE)
            return;
        add_word(writing, span_first(span_from(rest, plain), end + 1 - plain));
        rest = span_from(rest, end + 1);
    }
}

// What the silencer is asked with, of rows that it may silence; else null.
static void add_question(struct writing *writing)
{
    const char *condition = writing->browse->silencer->all ? "1 = 1" : "meant.unit IS NOT NULL";
    const char *const columns[] = {"u.hash", "u.company", "f.detail"};
    for (size_t i = 0; i < QUESTION_COLUMNS; i++)
        text_addf(&writing->sql, ", CASE WHEN %s THEN %s END", condition, columns[i]);
}

// Units that rules of the project may be about.
static void add_meant(struct writing *writing)
{
    const struct browse *browse = writing->browse;
    size_t project = writing_value(writing, sql_integer(browse->project));
    size_t today = writing_value(writing, sql_integer(browse->today));
    text_addf(&writing->sql,
              " LEFT JOIN (SELECT DISTINCT q.unit FROM rule x JOIN rule_key k ON k.rule = x.id"
              " JOIN question q ON q.hash = k.hash WHERE " RULE_IS_OF_PROJECT(
                  "$%zu") " AND x.expires > $%zu AND x.image = '' AND x.paths = '') meant"
                          " ON meant.unit = u.id",
              project, project, today);
}

void writing_columns(struct writing *writing, const char *in_front)
{
    const struct view *view = writing->browse->view;
    writing_add(writing, "SELECT ");
    add_keys(writing, "");
    if (writing->browse->silencer)
        add_question(writing);
    for (size_t i = 0; i < view->column_count; i++) {
        writing_add(writing, ", ");
        add_expression(writing, view->columns[i].expression);
    }
    writing_add(writing, " FROM ");
    writing_add(writing, in_front);
    writing_add(writing, view->from);
    if (writing->browse->silencer && !writing->browse->silencer->all)
        add_meant(writing);
}

void writing_project(struct writing *writing)
{
    const struct view *view = writing->browse->view;
    const char *visible = view->visible ? view->visible : "1 = 0";
    if (view->visible_of_many && writing->has_many)
        visible = view->visible_of_many;
    writing_condition(writing, visible, sql_integer(writing->browse->project));
}

static bool add_conditions(struct writing *writing, span after)
{
    const struct browse *browse = writing->browse;
    const struct view *view = browse->view;
    writing->glue = " WHERE ";
    if (browse->project)
        writing_project(writing);
    for (size_t i = 0; i < view->filter_count; i++)
        if (!writing_filter(writing, &view->filters[i], browse->wants[i]))
            return false;
    return after.len == 0 || add_start(writing, after);
}

static bool write_statement(struct writing *writing, span after, size_t limit)
{
    text_init(&writing->sql, writing->mem, SIZE_MAX);
    writing->count = 0;
    writing_columns(writing, "");
    if (!add_conditions(writing, after))
        return false;
    writing_add(writing, " ORDER BY ");
    add_keys(writing, writing->browse->view->newest_first ? " DESC" : "");
    text_addf(&writing->sql, " LIMIT $%zu", writing_value(writing, sql_integer((int64_t)limit)));
    text_add_byte(&writing->sql, 0);
    return text_ok(&writing->sql) || arena_err(writing->mem, &writing->why, "list");
}

// ---------------------------------------------------------------- rows

struct reading {
    const struct browse *browse;
    const struct sql_reader *to;
    struct arena *mem;
    span constraint; // on versions; a null pointer: none
    size_t type_at;
    size_t version_at;
    size_t suppressed_at; // and behind it the rule, the reason and the day
    bool wants_suppressed;
    size_t given;
    size_t rows;
    size_t keys;
    span end;     // the key of the last row that was looked at
    bool is_full; // and there is one more
};

// What has no order in its ecosystem is not what is looked for.
static bool fits(const struct reading *reading, const struct sql_row *row)
{
    enum scheme scheme = SCHEME_GENERIC;
    bool fits = false;
    if (!reading->constraint.ptr)
        return true;
    (void)scheme_parse(sql_row_bytes(row, reading->type_at), &scheme); // others are generic
    return version_satisfies(scheme, reading->constraint, sql_row_bytes(row, reading->version_at),
                             &fits, NULL) &&
           fits;
}

// The number in the name that suppress_add_rule gives a rule.
static int64_t rule_of(const struct suppression *suppression)
{
    int64_t number = 0;
    span rest = suppression->source;
    (void)span_cut(&rest, ' ');
    return parse_integer(rest, &number) ? number : 0;
}

// *ret: null: no rule says anything of it.
static bool ask_silencer(const struct reading *reading, const struct sql_row *row,
                         const struct suppression **ret, struct err *err)
{
    const struct silencer *silencer = reading->browse->silencer;
    *ret = NULL;
    if (!silencer || sql_row_is_null(row, reading->keys))
        return true;
    // The keys of VIEW_FINDINGS are the unit, the kind and the id.
    const struct silencer_question question = {
        .unit = sql_row_bytes(row, reading->keys),
        .company = sql_row_bytes(row, reading->keys + 1),
        .detail = sql_row_bytes(row, reading->keys + 2),
        .kind = (enum finding_kind)sql_row_integer(row, 1),
        .id = sql_row_bytes(row, 2),
    };
    return silencer->ask(silencer->self, &question, ret, err);
}

static bool give(struct reading *reading, const struct sql_row *row,
                 const struct suppression *suppression, struct err *err)
{
    sql_value values[MOST_COLUMNS];
    struct sql_row given = *row;
    size_t at = reading->suppressed_at;
    assert(row->count <= MOST_COLUMNS);
    if (suppression) {
        for (size_t i = 0; i < row->count; i++)
            values[i] = row->values[i];
        values[at] = sql_integer(1);
        values[at + 1] = sql_integer(rule_of(suppression));
        values[at + 2] = sql_text(suppression->reason);
        values[at + 3] = sql_integer(suppression->expires);
        given.values = values;
    }
    reading->given++;
    return reading->to->row(reading->to->self, &given, err);
}

static bool take_row(void *self, const struct sql_row *row, struct err *err)
{
    struct reading *reading = self;
    const struct suppression *suppression = NULL;
    reading->rows++;
    if (reading->given == reading->browse->limit) {
        reading->is_full = true;
        return true;
    }
    if (!write_end(reading->browse->view, row, reading->mem, &reading->end))
        return arena_err(reading->mem, err, "list");
    size_t before = reading->keys + (reading->browse->silencer ? QUESTION_COLUMNS : 0);
    struct sql_row columns = {.values = row->values + before, .count = row->count - before};
    if (!fits(reading, &columns))
        return true;
    if (!ask_silencer(reading, row, &suppression, err))
        return false;
    bool is_suppressed = suppression || sql_row_integer(&columns, reading->suppressed_at);
    if (reading->browse->silencer && is_suppressed != reading->wants_suppressed)
        return true;
    return give(reading, &columns, suppression, err);
}

static size_t column_at(const struct view *view, const char *name)
{
    for (size_t i = 0; i < view->column_count; i++)
        if (strcmp(view->columns[i].name, name) == 0)
            return i;
    return 0;
}

static void find_constraint(struct reading *reading)
{
    const struct view *view = reading->browse->view;
    for (size_t i = 0; i < view->filter_count; i++)
        if (view->filters[i].kind == FILTER_VERSION)
            reading->constraint = reading->browse->wants[i];
    for (size_t i = 0; i < view->filter_count; i++)
        if (strcmp(view->filters[i].name, "suppressed") == 0)
            reading->wants_suppressed = span_equal(reading->browse->wants[i], S("true"));
    reading->suppressed_at = column_at(view, "suppressed");
    reading->type_at = column_at(view, "type");
    reading->version_at = column_at(view, "version");
}

// Few rows that count are silenced; of those that may be silenced, and of one image's, many do not
// fit. A second statement costs more than rows that are not needed.
static size_t first_rows(const struct reading *reading)
{
    const struct browse *browse = reading->browse;
    bool most_fit = browse->silencer && !browse->silencer->all && !reading->wants_suppressed;
    size_t likely = most_fit ? browse->limit * 2 + SILENCED_AT_ONCE : ROWS_AT_ONCE;
    if (!reading->constraint.ptr && !browse->silencer)
        return browse->limit + 1;
    return likely < ROWS_AT_ONCE ? likely : ROWS_AT_ONCE;
}

// One statement, or several where most of their rows may not fit a constraint.
static bool read_pages(struct store *store, struct writing *writing, struct reading *reading,
                       struct err *err)
{
    const struct sql_reader rows = {reading, take_row};
    bool sifts = reading->constraint.ptr || reading->browse->silencer;
    size_t limit = first_rows(reading);
    reading->end = reading->browse->after;
    for (size_t all = 0;; all += limit) {
        reading->rows = 0;
        if (!write_statement(writing, reading->end, limit))
            return err_copy(err, &writing->why);
        if (!sql_ask(store->sql, (const char *)writing->sql.ptr, writing->values, writing->count,
                     &rows, err))
            return false;
        if (reading->is_full || reading->rows < limit)
            return true;
        if (all + limit >= MOST_ROWS || !sifts) {
            reading->is_full = true;
            return true;
        }
    }
}

// Of few everything is gathered; where there are many, rows are asked one by one, and soon one
// fits.
static bool is_many(struct store *store, const char *count, sql_value of, bool *ret,
                    struct err *err)
{
    enum { MANY = 1000 };
    const sql_value values[] = {of, sql_integer(MANY)};
    int64_t found = 0;
    if (!sql_ask_integer(store->sql, count, values, 2, &found, err))
        return false;
    *ret = found == MANY;
    return true;
}

static bool find_many(struct store *store, struct writing *writing, struct err *err)
{
    const struct browse *browse = writing->browse;
    const struct view *view = browse->view;
    if (browse->project && view->visible_of_many &&
        !is_many(store,
                 "SELECT count(*) FROM (SELECT 1 FROM repository r JOIN tag t ON"
                 " t.repository = r.id WHERE r.project = $1 LIMIT $2) few",
                 sql_integer(browse->project), &writing->has_many, err))
        return false;
    for (size_t i = 0; view->wide && i < view->filter_count; i++)
        if (browse->wants[i].ptr && strcmp(view->filters[i].name, view->wide) == 0)
            return is_many(store, view->wide_count, sql_text(browse->wants[i]), &writing->is_wide,
                           err);
    return true;
}

bool store_browse(struct store *store, const struct browse *browse, const struct sql_reader *to,
                  struct arena *mem, span *ret_next, struct err *err)
{
    if (browse->view == store_view(VIEW_PLACES))
        return browse_places(store, browse, to, mem, ret_next, err);
    struct writing writing = {.browse = browse, .mem = mem};
    struct reading reading = {
        .browse = browse, .to = to, .mem = mem, .keys = key_count(browse->view)};
    find_constraint(&reading);
    if (!find_many(store, &writing, err) || !read_pages(store, &writing, &reading, err))
        return false;
    *ret_next = reading.is_full ? reading.end : (span){0};
    return true;
}
