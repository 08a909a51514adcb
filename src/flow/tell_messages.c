// What a subscription is told: one message, with the images in which things are.
#include "flow/tell_inner.h"

enum {
    NAMED = 2 * GATHER_LEARNED, // lessons of one subscription that come with the names of images
    IMAGES_NAMED = 400,         // in all of one subscription, but one for each lesson
};

// ---------------------------------------------------------------- which images are named

static int worst_first(const void *a, const void *b)
{
    const struct learned *left = &((const struct wanted *)a)->lesson->learned;
    const struct learned *right = &((const struct wanted *)b)->lesson->learned;
    if (left->exploited != right->exploited)
        return left->exploited ? -1 : 1;
    return (left->severity < right->severity) - (left->severity > right->severity);
}

// Of many lessons each names few images: whoever reads them looks the others up.
static void choose_images(struct list *wanted)
{
    size_t count = wanted->count < NAMED ? wanted->count : NAMED;
    size_t each = count ? IMAGES_NAMED / count : 0;
    sort_items(wanted->items, wanted->count, sizeof(struct wanted), worst_first);
    for (size_t i = 0; i < wanted->count; i++) {
        struct wanted *item = LIST_AT(wanted, struct wanted, i);
        size_t most = i < NAMED ? each : 0;
        if (item->sample_count > most)
            item->sample_count = most;
        for (size_t j = 0; j < item->sample_count; j++)
            item->samples[j].image->is_named = true;
    }
}

// Layers come image by image.
static void take_layers(struct teller *teller, const struct bundled_layer *layers, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < teller->image_count; i++) {
        struct seen_image *image = &teller->images[i];
        if (!image->is_named)
            continue;
        image->layers = &layers[at];
        for (; at < count && layers[at].image == image->id; at++)
            image->layer_count++;
    }
}

static bool read_layers(struct teller *teller, struct err *err)
{
    struct list ids;
    const struct bundled_layer *layers = NULL;
    size_t count = 0;
    list_init(&ids, teller->mem, sizeof(int64_t), SIZE_MAX);
    for (size_t i = 0; i < teller->image_count; i++) {
        int64_t *id = teller->images[i].is_named ? LIST_ADD(&ids, int64_t) : NULL;
        if (id)
            *id = teller->images[i].id;
    }
    if (!list_ok(&ids))
        return arena_err(teller->mem, err, "images");
    if (!store_layers_of_bundles(teller->service->store, ids.items, ids.count, teller->mem, &layers,
                                 &count, err))
        return false;
    take_layers(teller, layers, count);
    return true;
}

// ---------------------------------------------------------------- messages

static const struct bundled_layer *find_layer(const struct seen_image *image, uint32_t position)
{
    static const struct bundled_layer none = {0};
    for (size_t i = 0; i < image->layer_count; i++)
        if (image->layers[i].position == position)
            return &image->layers[i];
    return &none;
}

// As the project calls it: how others do is none of its business. Who hears of an image has a name
// for it.
static span name_for(const struct seen_image *image, int64_t project)
{
    for (size_t i = 0; i < image->name_count; i++)
        if (image->names[i].project == project)
            return image->names[i].name;
    return image->names[0].digest;
}

// The layer and the line that brought the package.
static bool name_holders(const struct wanted *wanted, int64_t project, struct arena *mem,
                         struct learned *learned, struct err *err)
{
    struct held_by *held_by = arena_array(mem, wanted->sample_count, sizeof *held_by);
    if (!held_by)
        return arena_err(mem, err, "images");
    for (size_t i = 0; i < wanted->sample_count; i++) {
        const struct seen_image *image = wanted->samples[i].image;
        const struct bundled_layer *layer = find_layer(image, wanted->samples[i].layer);
        held_by[i] = (struct held_by){
            .image = image->names[0].digest,
            .name = name_for(image, project),
            .layer = layer->diff_id,
            .created_by = layer->created_by,
            .layer_index = wanted->samples[i].layer,
        };
    }
    learned->held_by = held_by;
    learned->held_by_count = wanted->sample_count;
    return true;
}

static bool gather_wanted(const struct list *wanted, int64_t project, struct arena *mem,
                          struct gather *gather, struct err *err)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const struct wanted *item = LIST_AT(wanted, struct wanted, i);
        struct learned learned = item->lesson->learned;
        learned.images = item->images;
        if (!name_holders(item, project, mem, &learned, err) || !gather_add(gather, &learned, err))
            return false;
    }
    return true;
}

bool message_key(span occasion, int64_t subscription, struct arena *mem, span *ret, struct err *err)
{
    struct text key;
    text_init(&key, mem, MESSAGE_KEY_MOST);
    text_add(&key, span_first(occasion, MESSAGE_KEY_MOST - 24));
    text_addf(&key, "-%lld", (long long)subscription);
    *ret = text_span(&key);
    return text_ok(&key) || arena_err(mem, err, "message");
}

// What is gathered takes far more room than the message that comes of it.
static bool write_message(const struct teller *teller, size_t index, span occasion, span built,
                          span *ret, struct err *err)
{
    const struct serve_options *options = teller->service->options;
    const struct subscription *subscription = &teller->subscriptions.items[index];
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(options->limits.build_bytes);
    struct gather *gather = NULL;
    struct message message = {
        .owner = subscription->owner,
        .at = os_now(),
        .database = built,
        .more = options->settings->public_url,
    };
    struct text content;
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    text_init(&content, teller->mem, SIZE_MAX);
    if (!gather_new(mem, &gather, err) ||
        !gather_wanted(&teller->wanted[index], subscription->project, mem, gather, err) ||
        !message_key(occasion, subscription->id, mem, &message.key, err) ||
        !gather_finish(gather, &message, err))
        return false;
    message_write(&message, &content);
    *ret = text_span(&content);
    return text_ok(&content) || arena_err(teller->mem, err, "message");
}

bool tell_messages(struct teller *teller, span occasion, span built, struct telling *ret,
                   struct err *err)
{
    size_t count = teller->subscriptions.count;
    span *contents = arena_array(teller->mem, count, sizeof *contents);
    if (!contents)
        return arena_err(teller->mem, err, "messages");
    for (size_t i = 0; i < count; i++)
        choose_images(&teller->wanted[i]);
    if (!read_layers(teller, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (teller->wanted[i].count &&
            !write_message(teller, i, occasion, built, &contents[i], err))
            return false;
    *ret = (struct telling){
        .subscriptions = teller->subscriptions,
        .contents = contents,
        .key = occasion,
    };
    return true;
}
