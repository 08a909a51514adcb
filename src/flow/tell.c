// From what was learned of packages to one message for each subscription that it concerns.
//
// It goes by sets: the bundles that hold the packages, the images that hold these, each looked at
// once; who subscribes to an image is found once, too. What remains is counting.
#include "flow/tell_inner.h"

// ---------------------------------------------------------------- sorting and finding

static int by_unit(const void *a, const void *b)
{
    int64_t left = ((const struct holding *)a)->unit;
    int64_t right = ((const struct holding *)b)->unit;
    return (left > right) - (left < right);
}

static int by_bundle(const void *a, const void *b)
{
    int64_t left = ((const struct holder *)a)->bundle;
    int64_t right = ((const struct holder *)b)->bundle;
    return (left > right) - (left < right);
}

// The first of an array of structs, sorted by the number at `offset`, whose number is not below
// `id`.
static size_t first_at(const void *items, size_t count, size_t size, size_t offset, int64_t id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t number = 0;
        memcpy(&number, (const char *)items + middle * size + offset, sizeof number);
        if (number < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t first_of_unit(const struct teller *teller, int64_t unit)
{
    return first_at(teller->holdings, teller->holding_count, sizeof *teller->holdings,
                    offsetof(struct holding, unit), unit);
}

static size_t first_of_bundle(const struct teller *teller, int64_t bundle)
{
    return first_at(teller->holders, teller->holder_count, sizeof *teller->holders,
                    offsetof(struct holder, bundle), bundle);
}

// ---------------------------------------------------------------- what is where

// The numbers in one member of an array of structs, each once.
static bool distinct(const void *items, size_t count, size_t size, size_t offset, struct arena *mem,
                     int64_t **ret, size_t *ret_count, struct err *err)
{
    struct list numbers;
    list_init(&numbers, mem, sizeof(int64_t), SIZE_MAX);
    if (!list_reserve(&numbers, count))
        return arena_err(mem, err, "numbers");
    for (size_t i = 0; i < count; i++) {
        int64_t *number = LIST_ADD(&numbers, int64_t);
        memcpy(number, (const char *)items + i * size + offset, sizeof *number);
    }
    *ret_count = sort_distinct(numbers.items, numbers.count);
    *ret = numbers.items;
    return true;
}

static bool find_all_holders(struct teller *teller, const struct lesson *lessons, size_t count,
                             struct err *err)
{
    struct store *store = teller->service->store;
    struct arena *mem = teller->mem;
    int64_t *units = NULL;
    int64_t *bundles = NULL;
    size_t unit_count = 0;
    size_t bundle_count = 0;
    return distinct(lessons, count, sizeof *lessons, offsetof(struct lesson, unit), mem, &units,
                    &unit_count, err) &&
           store_bundles_of_units(store, units, unit_count, mem, &teller->holdings,
                                  &teller->holding_count, err) &&
           distinct(teller->holdings, teller->holding_count, sizeof *teller->holdings,
                    offsetof(struct holding, bundle), mem, &bundles, &bundle_count, err) &&
           store_holders_of_bundles(store, bundles, bundle_count, mem, &teller->holders,
                                    &teller->holder_count, err);
}

// `only`: of one image, however many others share its layers; 0: of all.
static bool find_holders(struct teller *teller, const struct lesson *lessons, size_t count,
                         int64_t only, struct err *err)
{
    bool found = only ? store_holdings_of_image(teller->service->store, only, teller->mem,
                                                &teller->holdings, &teller->holding_count,
                                                &teller->holders, &teller->holder_count, err)
                      : find_all_holders(teller, lessons, count, err);
    if (!found)
        return false;
    // Ours, though nobody else is to change them.
    sort_items((void *)(uintptr_t)teller->holdings, teller->holding_count, sizeof *teller->holdings,
               by_unit);
    sort_items((void *)(uintptr_t)teller->holders, teller->holder_count, sizeof *teller->holders,
               by_bundle);
    return true;
}

// ---------------------------------------------------------------- who looks at it

struct subscribers {
    struct list indexes; // of size_t
};

static void take_subscriber(void *self, size_t index)
{
    struct subscribers *subscribers = self;
    for (size_t i = 0; i < subscribers->indexes.count; i++)
        if (*LIST_AT(&subscribers->indexes, size_t, i) == index)
            return;
    size_t *item = LIST_ADD(&subscribers->indexes, size_t);
    if (item)
        *item = index;
}

// The name without its tag, as patterns are held against it.
static span without_tag(span name)
{
    return span_first(name, span_find_last(name, ':'));
}

static bool find_subscribers(struct teller *teller, struct seen_image *image,
                             const struct image_labels *labels, struct err *err)
{
    struct subscribers subscribers;
    list_init(&subscribers.indexes, teller->mem, sizeof(size_t), teller->subscriptions.count);
    for (size_t i = 0; i < image->name_count; i++) {
        const struct sight sight = {
            .project = image->names[i].project,
            .digest = image->names[i].digest,
            .name = without_tag(image->names[i].name),
            .labels = labels->items,
            .label_count = labels->count,
        };
        audience_find(teller->audience, &sight, take_subscriber, &subscribers);
    }
    if (!list_ok(&subscribers.indexes))
        return arena_err(teller->mem, err, "subscribers");
    image->subscribers = subscribers.indexes.items;
    image->subscriber_count = subscribers.indexes.count;
    return true;
}

// Names come image by image. An image without one is nobody's.
static void see_images(struct teller *teller, const int64_t *ids, size_t count,
                       const struct named_image *names, size_t name_count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct seen_image *image = &teller->images[i];
        *image = (struct seen_image){.id = ids[i], .names = &names[at]};
        for (; at < name_count && names[at].image == ids[i]; at++)
            image->name_count++;
    }
    teller->image_count = count;
}

static bool find_all_subscribers(struct teller *teller, const struct image_labels *labels,
                                 struct err *err)
{
    for (size_t i = 0; i < teller->image_count; i++)
        if (!find_subscribers(teller, &teller->images[i], &labels[i], err))
            return false;
    return true;
}

// Each image is one of some holder.
static bool find_images_of_holders(struct teller *teller, struct err *err)
{
    struct seen_image **found = arena_array(teller->mem, teller->holder_count, sizeof *found);
    if (!found)
        return arena_err(teller->mem, err, "images");
    for (size_t i = 0; i < teller->holder_count; i++)
        found[i] =
            &teller->images[first_at(teller->images, teller->image_count, sizeof *teller->images,
                                     offsetof(struct seen_image, id), teller->holders[i].image)];
    teller->images_of_holders = found;
    return true;
}

static bool find_images(struct teller *teller, struct err *err)
{
    struct store *store = teller->service->store;
    int64_t *ids = NULL;
    size_t count = 0;
    const struct named_image *names = NULL;
    size_t name_count = 0;
    if (!distinct(teller->holders, teller->holder_count, sizeof *teller->holders,
                  offsetof(struct holder, image), teller->mem, &ids, &count, err))
        return false;
    struct image_labels *labels = arena_array(teller->mem, count, sizeof *labels);
    teller->images = arena_array(teller->mem, count, sizeof *teller->images);
    if (!teller->images || !labels)
        return arena_err(teller->mem, err, "images");
    if (!store_named_images(store, ids, count, teller->mem, &names, &name_count, err) ||
        !store_labels_of_images(store, ids, count, teller->mem, labels, err))
        return false;
    see_images(teller, ids, count, names, name_count);
    return find_images_of_holders(teller, err) && find_all_subscribers(teller, labels, err);
}

// ---------------------------------------------------------------- counting

static void sample(struct tally *tally, struct seen_image *image, uint32_t layer)
{
    if (tally->sample_count < SAMPLES)
        tally->samples[tally->sample_count++] = (struct sampled){image, layer};
}

// Counts the images that hold a unit, for each subscription that sees them.
static void count_unit(struct teller *teller, int64_t unit, size_t mark)
{
    for (size_t i = first_of_unit(teller, unit);
         i < teller->holding_count && teller->holdings[i].unit == unit; i++) {
        int64_t bundle = teller->holdings[i].bundle;
        for (size_t j = first_of_bundle(teller, bundle);
             j < teller->holder_count && teller->holders[j].bundle == bundle; j++) {
            struct seen_image *image = teller->images_of_holders[j];
            if (image->unit_mark == mark)
                continue;
            image->unit_mark = mark;
            for (size_t k = 0; k < image->subscriber_count; k++) {
                struct tally *tally = &teller->tallies[image->subscribers[k]];
                if (tally->mark != mark)
                    *tally = (struct tally){.mark = mark};
                tally->images++;
                sample(tally, image, teller->holders[j].layer);
            }
        }
    }
}

// ---------------------------------------------------------------- what counts

static bool is_seen_by(const struct seen_image *image, size_t subscriber)
{
    for (size_t i = 0; i < image->subscriber_count; i++)
        if (image->subscribers[i] == subscriber)
            return true;
    return false;
}

// Counts the images that hold a package for one subscription, without those in which a rule
// silences what was learned of it.
static bool count_lesson(struct teller *teller, const struct lesson *lesson, size_t subscriber,
                         struct tally *tally, struct err *err)
{
    int64_t project = teller->subscriptions.items[subscriber].project;
    size_t mark = ++teller->mark;
    *tally = (struct tally){.mark = mark};
    for (size_t i = first_of_unit(teller, lesson->unit);
         i < teller->holding_count && teller->holdings[i].unit == lesson->unit; i++) {
        int64_t bundle = teller->holdings[i].bundle;
        for (size_t j = first_of_bundle(teller, bundle);
             j < teller->holder_count && teller->holders[j].bundle == bundle; j++) {
            struct seen_image *image = teller->images_of_holders[j];
            bool is_silenced = false;
            if (image->unit_mark == mark || !is_seen_by(image, subscriber))
                continue;
            const struct hush_place at = {bundle, image->names, image->name_count};
            if (!hush_ask_image(teller->hush, lesson, project, &at, &is_silenced, err))
                return false;
            if (is_silenced)
                continue;
            image->unit_mark = mark;
            tally->images++;
            sample(tally, image, teller->holders[j].layer);
        }
    }
    return true;
}

// *ret: what a subscription sees of a lesson, `own` or what it sees of the unit; no images:
// nothing, since its project says so.
static bool hear(struct teller *teller, const struct lesson *lesson, size_t subscriber,
                 struct tally *own, const struct tally **ret, struct err *err)
{
    enum hush_answer answer = HUSH_COUNTS;
    int64_t project = teller->subscriptions.items[subscriber].project;
    if (teller->hush && !hush_ask(teller->hush, lesson, project, &answer, err))
        return false;
    if (answer == HUSH_BY_IMAGE && !count_lesson(teller, lesson, subscriber, own, err))
        return false;
    *ret = answer == HUSH_COUNTS ? &teller->tallies[subscriber] : own;
    return true;
}

// A unit is seen by a subscription once, however many lessons it has.
static bool keep_samples(struct teller *teller, const struct tally *tally,
                         const struct sampled **ret, struct err *err)
{
    struct sampled *samples = arena_array(teller->mem, tally->sample_count, sizeof *samples);
    if (!samples)
        return arena_err(teller->mem, err, "images");
    memcpy(samples, tally->samples, tally->sample_count * sizeof *samples);
    *ret = samples;
    return true;
}

static bool add_wanted(struct teller *teller, const struct lesson *lessons, size_t count,
                       size_t subscriber, struct err *err)
{
    const struct tally *seen = &teller->tallies[subscriber];
    const struct sampled *shared = NULL;
    for (size_t i = 0; i < count; i++) {
        struct tally own = {0};
        const struct tally *tally = seen;
        if (!subscription_wants(&teller->subscriptions.items[subscriber], &lessons[i].learned))
            continue;
        if (!hear(teller, &lessons[i], subscriber, &own, &tally, err))
            return false;
        if (tally->images == 0)
            continue;
        const struct sampled *samples = tally == seen ? shared : NULL;
        if (!samples && !keep_samples(teller, tally, &samples, err))
            return false;
        shared = tally == seen ? samples : shared;
        struct wanted *wanted = LIST_ADD(&teller->wanted[subscriber], struct wanted);
        if (!wanted)
            return arena_err(teller->mem, err, "what there is to say");
        *wanted = (struct wanted){&lessons[i], tally->images, samples, tally->sample_count};
    }
    return true;
}

// Lessons of one unit stand together.
static bool find_wanted(struct teller *teller, const struct lesson *lessons, size_t count,
                        struct err *err)
{
    for (size_t i = 0; i < count;) {
        size_t mark = ++teller->mark;
        size_t end = i;
        while (end < count && lessons[end].unit == lessons[i].unit)
            end++;
        count_unit(teller, lessons[i].unit, mark);
        for (size_t j = 0; j < teller->subscriptions.count; j++)
            if (teller->tallies[j].mark == mark &&
                !add_wanted(teller, &lessons[i], end - i, j, err))
                return false;
        i = end;
    }
    return true;
}

// ---------------------------------------------------------------- all of it

static bool read_subscriptions(struct teller *teller, struct err *err)
{
    enum { SUBSCRIPTIONS_MOST = 1 << 16 };
    struct subscriptions *all = &teller->subscriptions;
    if (!store_subscriptions(teller->service->store, 0, 0, SUBSCRIPTIONS_MOST, teller->mem, all,
                             err))
        return false;
    teller->wanted = arena_array(teller->mem, all->count, sizeof *teller->wanted);
    teller->tallies = arena_array(teller->mem, all->count, sizeof *teller->tallies);
    if (!teller->wanted || !teller->tallies)
        return arena_err(teller->mem, err, "subscriptions");
    for (size_t i = 0; i < all->count; i++)
        list_init(&teller->wanted[i], teller->mem, sizeof(struct wanted), UINT32_MAX);
    return audience_make(all->items, all->count, teller->mem, &teller->audience, err);
}

bool tell(struct service *service, const struct lesson *lessons, size_t count, int64_t image,
          span occasion, span built, struct arena *mem, struct telling *ret, struct err *err)
{
    struct teller teller = {.service = service, .mem = mem};
    if (!read_subscriptions(&teller, err))
        return false;
    if (teller.subscriptions.count == 0 || count == 0) {
        *ret = (struct telling){0};
        return true;
    }
    CLEANUP(hush_cleanup) struct hush *hush = NULL;
    if (!hush_new(service, lessons, count, mem, &hush, err))
        return false;
    teller.hush = hush;
    return find_holders(&teller, lessons, count, image, err) && find_images(&teller, err) &&
           find_wanted(&teller, lessons, count, err) &&
           tell_messages(&teller, occasion, built, ret, err);
}

bool telling_keep(struct store *store, const struct telling *telling, uint64_t now, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < telling->subscriptions.count; i++) {
        const struct subscription *subscription = &telling->subscriptions.items[i];
        span key = {0};
        if (telling->contents[i].len == 0)
            continue;
        if (!mem)
            return err_set(err, ERR_MEMORY, "out of memory");
        if (!message_key(telling->key, subscription->id, mem, &key, err) ||
            !store_add_notification(store, subscription, key, telling->contents[i], now, err))
            return false;
    }
    return true;
}
