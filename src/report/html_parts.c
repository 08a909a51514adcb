// The pieces that the page is made of; the only door for text from outside.
#include "report/html_inner.h"

#include <stdarg.h>
#include <stdio.h>

void page_markup(struct page *page, const char *markup)
{
    text_add(page->out, span_of_text(markup));
}

void page_text(struct page *page, span text)
{
    text_add_html(page->out, text);
}

void page_number(struct page *page, size_t number)
{
    text_add_u64(page->out, number);
}

void page_format(struct page *page, const char *format, ...)
{
    char buffer[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    assert(len >= 0 && (size_t)len < sizeof buffer); // numbers and words of our own only
    text_add(page->out, span_of(buffer, (size_t)len));
}

void page_element(struct page *page, const char *tag, const char *class, span text)
{
    if (class)
        page_format(page, "<%s class=\"%s\">", tag, class);
    else
        page_format(page, "<%s>", tag);
    page_text(page, text);
    page_format(page, "</%s>", tag);
}

void page_id(struct page *page, span id)
{
    struct text url = {0};
    text_init(&url, page->out->mem, SIZE_MAX);
    if (!advisory_url(id, &url)) {
        page_element(page, "span", "id", id);
        return;
    }
    page_markup(page, "<a class=\"id\" rel=\"noreferrer\" href=\"");
    page_text(page, text_span(&url));
    page_markup(page, "\">");
    page_text(page, id);
    page_markup(page, "</a>");
}

void page_severity(struct page *page, enum severity severity)
{
    page_format(page, "<span class=\"sev %s\">%s</span>", severity_name(severity),
                severity_name(severity));
}

void page_distro(struct page *page)
{
    const struct distro *distro = &page->scan->bom.distro;
    if (distro->pretty_name.len) {
        page_text(page, distro->pretty_name);
        return;
    }
    page_text(page, distro->id);
    page_markup(page, " ");
    page_text(page, distro->version_id);
}

void page_layer(struct page *page, uint32_t layer)
{
    const struct image *image = &page->scan->image;
    if (image->layer_count < 2 || layer >= image->layer_count)
        return;
    page_format(page, "layer %u", layer + 1);
    if (report_knows_base(image))
        page_markup(page, report_is_inherited(image, layer) ? ", base image" : ", own");
}

void page_section(struct page *page, const char *id, const char *heading)
{
    page_format(page, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n", id,
                id, id, heading);
}

void page_table(struct page *page, const char *caption, const char *const *heads)
{
    page_format(page, "<table>\n<caption>%s</caption>\n<thead><tr>", caption);
    for (; *heads; heads++) {
        bool is_number = **heads == '#';
        page_format(page, "<th scope=\"col\"%s>%s</th>", is_number ? " class=\"n\"" : "",
                    *heads + is_number);
    }
    page_markup(page, "</tr></thead>\n<tbody>\n");
}
