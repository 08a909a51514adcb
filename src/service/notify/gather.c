// However much there is to say: one message.
#include "service/notify/notify_inner.h"

enum { FIRST_SLOTS = 64 };

struct gathered {
    struct learned learned; // without its images
    uint64_t hash;
    struct held_by *held_by; // GATHER_HELD_BY of them
    size_t held_by_count;
};

struct gather {
    struct arena *mem;
    struct gathered **slots; // open addressing; a power of two
    size_t slot_count;
    struct gathered **items;
    size_t count;
    uint64_t omitted; // of messages that were added, and past GATHER_DISTINCT
    uint64_t images;  // the most that anything added is about
};

static bool grow(struct gather *gather)
{
    size_t slot_count = gather->slot_count ? 2 * gather->slot_count : FIRST_SLOTS;
    struct gathered **slots = arena_array(gather->mem, slot_count, sizeof *slots);
    struct gathered **items = arena_array(gather->mem, slot_count / 2, sizeof *items);
    if (!slots || !items)
        return false;
    for (size_t i = 0; i < gather->count; i++) {
        size_t at = gather->items[i]->hash & (slot_count - 1);
        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = items[i] = gather->items[i];
    }
    gather->slots = slots;
    gather->slot_count = slot_count;
    gather->items = items;
    return true;
}

bool gather_new(struct arena *mem, struct gather **ret, struct err *err)
{
    struct gather *gather = ARENA_NEW(mem, struct gather);
    if (gather)
        gather->mem = mem;
    if (!gather || !grow(gather))
        return arena_err(mem, err, "what there is to say");
    *ret = gather;
    return true;
}

// ---------------------------------------------------------------- the same

enum { TEXTS = 5 };

static void list_texts(const struct learned *learned, span ret[static TEXTS])
{
    ret[0] = learned->id;
    ret[1] = learned->package;
    ret[2] = learned->version;
    ret[3] = learned->package_type;
    ret[4] = learned->fixed_version;
}

static uint64_t hash_of(const struct learned *learned)
{
    span texts[TEXTS];
    list_texts(learned, texts);
    uint64_t hash = (uint64_t)learned->kind << 8 | (uint64_t)learned->severity;
    for (size_t i = 0; i < TEXTS; i++)
        hash = span_hash(texts[i], hash);
    return hash;
}

static int compare_texts(const struct learned *a, const struct learned *b)
{
    span left[TEXTS];
    span right[TEXTS];
    list_texts(a, left);
    list_texts(b, right);
    int order = 0;
    for (size_t i = 0; i < TEXTS && order == 0; i++)
        order = span_compare(left[i], right[i]);
    return order;
}

static bool is_same(const struct learned *a, const struct learned *b)
{
    return a->kind == b->kind && a->severity == b->severity && compare_texts(a, b) == 0;
}

// Where it is, or would be.
static struct gathered **find_slot(const struct gather *gather, const struct learned *learned,
                                   uint64_t hash)
{
    size_t at = hash & (gather->slot_count - 1);
    while (gather->slots[at] &&
           (gather->slots[at]->hash != hash || !is_same(&gather->slots[at]->learned, learned)))
        at = (at + 1) & (gather->slot_count - 1);
    return &gather->slots[at];
}

// ---------------------------------------------------------------- adding

static bool is_named(const struct gathered *gathered, const struct held_by *held_by)
{
    for (size_t i = 0; i < gathered->held_by_count; i++)
        if (span_equal(gathered->held_by[i].image, held_by->image) &&
            span_equal(gathered->held_by[i].name, held_by->name))
            return true;
    return false;
}

// *ret_known: how many of them were there.
static bool add_held_by(struct gather *gather, struct gathered *gathered,
                        const struct learned *learned, uint64_t *ret_known)
{
    for (size_t i = 0; i < learned->held_by_count; i++) {
        struct held_by held_by = {0};
        if (gathered->held_by_count == GATHER_HELD_BY && i >= GATHER_HELD_BY)
            return true;
        if (!clean_held_by(&learned->held_by[i], gather->mem, &held_by))
            return false;
        if (is_named(gathered, &held_by))
            *ret_known += 1;
        else if (gathered->held_by_count < GATHER_HELD_BY)
            gathered->held_by[gathered->held_by_count++] = held_by;
    }
    return true;
}

static struct gathered *add_gathered(struct gather *gather, const struct learned *learned,
                                     uint64_t hash)
{
    if (2 * (gather->count + 1) > gather->slot_count && !grow(gather))
        return NULL;
    struct gathered *gathered = ARENA_NEW(gather->mem, struct gathered);
    struct held_by *held_by = arena_array(gather->mem, GATHER_HELD_BY, sizeof *held_by);
    if (!gathered || !held_by)
        return NULL;
    *gathered = (struct gathered){.learned = *learned, .hash = hash, .held_by = held_by};
    gathered->learned.images = 0;
    *find_slot(gather, learned, hash) = gathered;
    gather->items[gather->count++] = gathered;
    return gathered;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

bool gather_add(struct gather *gather, const struct learned *learned, struct err *err)
{
    struct learned copy = {0};
    uint64_t known = 0;
    if (!clean_learned(learned, gather->mem, &copy))
        return arena_err(gather->mem, err, "what there is to say");
    uint64_t hash = hash_of(&copy);
    struct gathered *gathered = *find_slot(gather, &copy, hash);
    if (!gathered && gather->count == GATHER_DISTINCT) {
        gather->omitted++;
        return true;
    }
    if (!gathered)
        gathered = add_gathered(gather, &copy, hash);
    if (!gathered || !add_held_by(gather, gathered, learned, &known))
        return arena_err(gather->mem, err, "what there is to say");
    struct learned *all = &gathered->learned;
    uint64_t images =
        learned->images > learned->held_by_count ? learned->images : learned->held_by_count;
    all->images += images > known ? images - known : 0;
    all->exploited |= copy.exploited;
    all->score = larger(all->score, copy.score);
    all->epss = larger(all->epss, copy.epss);
    return true;
}

bool gather_add_message(struct gather *gather, const struct message *message, struct err *err)
{
    gather->omitted += message->omitted;
    if (message->images > gather->images)
        gather->images = message->images;
    for (size_t i = 0; i < message->count; i++)
        if (!gather_add(gather, &message->learned[i], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the message

static int by_number(double a, double b)
{
    return a > b ? -1 : a < b;
}

// What is gone is good news, and can wait.
static int worst_first(const void *left, const void *right)
{
    const struct learned *a = &(*(const struct gathered *const *)left)->learned;
    const struct learned *b = &(*(const struct gathered *const *)right)->learned;
    if ((a->kind == LEARNED_GONE) != (b->kind == LEARNED_GONE))
        return a->kind == LEARNED_GONE ? 1 : -1;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->exploited != b->exploited)
        return a->exploited ? -1 : 1;
    int order = by_number(a->epss, b->epss);
    if (order == 0)
        order = by_number(a->score, b->score);
    if (order == 0)
        order = compare_texts(a, b);
    return order ? order : (int)a->kind - (int)b->kind;
}

static int by_image(const void *left, const void *right)
{
    const struct held_by *a = left;
    const struct held_by *b = right;
    int order = span_compare(a->name, b->name);
    return order ? order : span_compare(a->image, b->image);
}

static int by_span(const void *left, const void *right)
{
    return span_compare(*(const span *)left, *(const span *)right);
}

// How many images are named, each once.
static bool count_images(const struct message *message, struct arena *mem, uint64_t *ret)
{
    struct list images;
    list_init(&images, mem, sizeof(span), GATHER_IMAGES + GATHER_LEARNED);
    for (size_t i = 0; i < message->count; i++)
        for (size_t j = 0; j < message->learned[i].held_by_count; j++) {
            span *image = LIST_ADD(&images, span);
            if (image)
                *image = message->learned[i].held_by[j].image;
        }
    sort_items(images.items, images.count, sizeof(span), by_span);
    uint64_t count = images.count > 0;
    for (size_t i = 1; i < images.count; i++)
        count += by_span(LIST_AT(&images, span, i - 1), LIST_AT(&images, span, i)) != 0;
    *ret = count;
    return list_ok(&images);
}

static bool fill(struct gather *gather, size_t count, struct learned *items,
                 struct message *message)
{
    // So that the images of all of them together are not too many.
    size_t most = count ? GATHER_IMAGES / count : 0;
    for (size_t i = 0; i < count; i++) {
        struct gathered *gathered = gather->items[i];
        sort_items(gathered->held_by, gathered->held_by_count, sizeof *gathered->held_by, by_image);
        items[i] = gathered->learned;
        items[i].held_by = gathered->held_by;
        items[i].held_by_count = gathered->held_by_count < most ? gathered->held_by_count : most;
        if (items[i].images > message->images)
            message->images = items[i].images;
    }
    message->learned = items;
    message->count = count;
    message->omitted = gather->omitted + (gather->count - count);
    uint64_t named = 0;
    if (!count_images(message, gather->mem, &named))
        return false;
    message->images = message->images > named ? message->images : named;
    return true;
}

bool gather_finish(struct gather *gather, struct message *message, struct err *err)
{
    size_t count = gather->count < GATHER_LEARNED ? gather->count : GATHER_LEARNED;
    struct learned *items = arena_array(gather->mem, count, sizeof *items);
    if (!items)
        return arena_err(gather->mem, err, "what there is to say");
    sort_items(gather->items, gather->count, sizeof(struct gathered *), worst_first);
    if (gather->images > message->images)
        message->images = gather->images;
    return fill(gather, count, items, message) || arena_err(gather->mem, err, "message");
}
