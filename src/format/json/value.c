// Values of a document, and the questions that they answer.
#include "format/json/json_inner.h"

// Members that are looked for one by one: a search takes longer to begin.
enum { FEW = 16 };

// ---------------------------------------------------------------- objects

static int by_key(const void *left, const void *right)
{
    const struct json_entry *const *a = left;
    const struct json_entry *const *b = right;
    return span_compare((*a)->key, (*b)->key);
}

static bool sort_entries(const struct json_entry *entries, size_t count, struct arena *mem,
                         const struct json_entry ***ret)
{
    const struct json_entry **sorted = arena_array(mem, count, sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &entries[i];
    sort_items(sorted, count, sizeof *sorted, by_key);
    *ret = sorted;
    return true;
}

// Appends an entry, or gives the one that has its key another value.
static void put_entry(struct json_entry *entries, size_t *count, const struct json_entry *entry)
{
    for (size_t i = 0; i < *count; i++)
        if (span_equal(entries[i].key, entry->key)) {
            entries[i].value = entry->value;
            return;
        }
    entries[(*count)++] = *entry;
}

// The same for many: entries of one key stand together in `sorted`, in the order of the text.
static bool unite_sorted(const struct json_entry *entries, size_t count,
                         const struct json_entry *const *sorted, struct arena *mem,
                         struct json_entry *out, size_t *ret_count)
{
    const struct json_entry **last = arena_array(mem, count, sizeof *last);
    if (!last)
        return false;
    for (size_t i = 0, next = 0; i < count; i = next) {
        for (next = i + 1; next < count && span_equal(sorted[next]->key, sorted[i]->key);)
            next++;
        last[sorted[i] - entries] = sorted[next - 1];
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (last[i])
            out[kept++] = (struct json_entry){.key = entries[i].key, .value = last[i]->value};
    *ret_count = kept;
    return true;
}

bool json_object_new(const struct json_entry *entries, size_t count, struct arena *mem,
                     const struct json_object **ret, bool *ret_repeats)
{
    struct json_object *object = ARENA_NEW(mem, struct json_object);
    struct json_entry *own = arena_array(mem, count, sizeof *own);
    const struct json_entry **sorted = NULL;
    size_t kept = 0;
    if (!object || !own)
        return false;
    for (size_t i = 0; i < count && count <= FEW; i++)
        put_entry(own, &kept, &entries[i]);
    if (count > FEW && (!sort_entries(entries, count, mem, &sorted) ||
                        !unite_sorted(entries, count, sorted, mem, own, &kept) ||
                        !sort_entries(own, kept, mem, &sorted)))
        return false;
    *object = (struct json_object){.entries = own, .count = kept, .sorted = sorted};
    *ret = object;
    *ret_repeats = kept < count;
    return true;
}

static const struct json_entry *find_entry(const struct json_object *object, span key)
{
    size_t from = 0;
    size_t to = object->count;
    for (size_t i = 0; i < to && !object->sorted; i++)
        if (span_equal(object->entries[i].key, key))
            return &object->entries[i];
    while (from < to && object->sorted) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(object->sorted[at]->key, key);
        if (order == 0)
            return object->sorted[at];
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

// ---------------------------------------------------------------- documents

void json_free(struct json *document)
{
    if (document)
        arena_free(((struct json_document *)document)->mem);
}

void json_cleanup(struct json **document)
{
    json_free(*document);
}

// ---------------------------------------------------------------- questions

static bool is_kind(const struct json *value, enum json_kind kind)
{
    return value && value->kind == kind;
}

const struct json *json_get(const struct json *object, const char *key)
{
    const struct json_entry *entry =
        is_kind(object, JSON_OBJECT) ? find_entry(object->as.object, span_of_text(key)) : NULL;
    return entry ? &entry->value : NULL;
}

const struct json *json_at(const struct json *array, size_t index)
{
    return index < json_count(array) ? &array->as.array.items[index] : NULL;
}

size_t json_count(const struct json *array)
{
    return is_kind(array, JSON_ARRAY) ? array->as.array.count : 0;
}

span json_text(const struct json *string)
{
    return is_kind(string, JSON_STRING) ? string->as.text : (span){0};
}

span json_get_text(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_get_u64(const struct json *object, const char *key, uint64_t *ret)
{
    const struct json *value = json_get(object, key);
    if (!is_kind(value, JSON_INTEGER) || value->as.integer < 0)
        return false;
    *ret = (uint64_t)value->as.integer;
    return true;
}

bool json_number(const struct json *number, double *ret)
{
    if (!is_kind(number, JSON_INTEGER) && !is_kind(number, JSON_REAL))
        return false;
    *ret = number->kind == JSON_REAL ? number->as.real : (double)number->as.integer;
    return true;
}

bool json_is_true(const struct json *value)
{
    return is_kind(value, JSON_TRUE);
}

bool json_is_object(const struct json *value)
{
    return is_kind(value, JSON_OBJECT);
}

bool json_is_array(const struct json *value)
{
    return is_kind(value, JSON_ARRAY);
}

bool json_is_string(const struct json *value)
{
    return is_kind(value, JSON_STRING);
}

bool json_next(const struct json *object, struct json_member *member)
{
    if (!is_kind(object, JSON_OBJECT))
        return false;
    const struct json_object *members = object->as.object;
    const struct json_entry *before = member->at;
    size_t next = before ? (size_t)(before - members->entries) + 1 : 0;
    if (next >= members->count)
        return false;
    const struct json_entry *entry = &members->entries[next];
    *member = (struct json_member){
        .key = entry->key, .value = &entry->value, .at = (void *)(uintptr_t)entry};
    return true;
}
