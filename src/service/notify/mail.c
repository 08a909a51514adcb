// The message as a mail: RFC 5322, with a text and a page (RFC 2046 section 5.1.4).
#include "service/notify/notify_inner.h"

enum {
    LINE_CHARACTERS = 76, // RFC 2045 section 6.7, RFC 2047 section 2
    SUBJECT_BYTES = 200,
    WORD_BYTES = 45, // of text in one encoded word: 60 in base64
    PLAIN_SUBJECT = 65,
};

// Cannot stand in a quoted-printable part: a '=' is followed by hexadecimal digits or a line break.
#define BOUNDARY "=_plimsoll"

// ---------------------------------------------------------------- quoted-printable

struct encoder {
    struct text *out;
    size_t column;
};

// `more`: something follows on the line, so that there must be room for the '=' that breaks it.
static void put_encoded(struct encoder *encoder, span piece, bool more)
{
    if (encoder->column + piece.len + more > LINE_CHARACTERS) {
        text_add(encoder->out, S("=\r\n"));
        encoder->column = 0;
    }
    text_add(encoder->out, piece);
    encoder->column += piece.len;
}

// RFC 2045 section 6.7.
static void encode_line(struct encoder *encoder, span line)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < line.len; i++) {
        uint8_t c = line.ptr[i];
        bool is_last = i + 1 == line.len;
        bool is_blank = c == ' ' || c == '\t';
        // Mail programs take a dot, or "From ", at the start of a line for something else.
        bool is_start = encoder->column == 0 && (c == '.' || c == 'F');
        if (((c > ' ' && c <= '~' && c != '=') || (is_blank && !is_last)) && !is_start) {
            put_encoded(encoder, span_of(&c, 1), !is_last);
            continue;
        }
        uint8_t hex[3] = {'=', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15]};
        put_encoded(encoder, span_of(hex, sizeof hex), !is_last);
    }
    text_add(encoder->out, S("\r\n"));
    encoder->column = 0;
}

static void add_part(struct text *out, const char *type, const struct text *content)
{
    struct encoder encoder = {.out = out};
    span rest = text_span(content);
    text_add(out, S("--" BOUNDARY "\r\nContent-Type: "));
    text_add(out, span_of_text(type));
    text_add(out, S("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"));
    while (rest.len)
        encode_line(&encoder, span_cut_line(&rest));
    out->failed |= content->failed;
}

// ---------------------------------------------------------------- headers

static bool is_plain(span subject)
{
    for (size_t i = 0; i < subject.len; i++)
        if (subject.ptr[i] < ' ' || subject.ptr[i] > '~')
            return false;
    return subject.len <= PLAIN_SUBJECT && !span_contains(subject, S("=?"));
}

// At most WORD_BYTES, without cutting a character.
static size_t word_length(span text)
{
    size_t len = 0;
    while (len < text.len) {
        size_t next = utf8_sequence(span_from(text, len));
        next = next ? next : 1;
        if (len + next > WORD_BYTES)
            break;
        len += next;
    }
    return len;
}

// RFC 2047: what is no plain ASCII, or too long for a line, as words in base64. No byte of the
// subject can end the header.
static bool add_subject(struct text *out, span subject)
{
    text_add(out, S("Subject: "));
    if (is_plain(subject)) {
        text_add(out, subject);
        text_add(out, S("\r\n"));
        return true;
    }
    for (bool first = true; subject.len; first = false) {
        span encoded = {0};
        size_t len = word_length(subject);
        if (!base64_encode(span_first(subject, len), out->mem, &encoded))
            return false;
        text_add(out, first ? S("=?utf-8?B?") : S(" =?utf-8?B?"));
        text_add(out, encoded);
        text_add(out, S("?=\r\n"));
        subject = span_from(subject, len);
    }
    return true;
}

// "3 new findings, worst critical, in 12 images: CVE-2024-3094 in xz-utils".
static void say_subject(struct text *out, const struct message *message)
{
    text_add(out, S("[plimsoll] "));
    say_headline(out, message);
    if (message->count == 0)
        return;
    const struct learned *worst = &message->learned[0];
    span rest[] = {S(": "), worst->id, S(" in "), worst->package};
    for (size_t i = 0; i < sizeof rest / sizeof *rest && worst->package.len; i++)
        if (out->len + rest[i].len <= SUBJECT_BYTES)
            text_add(out, rest[i]);
}

// RFC 5322 section 3.3.
static void add_date(struct text *out, uint64_t at)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char time[21] = {0}; // 2026-11-22T12:13:14Z
    uint64_t month = 1;
    time_format(at, time);
    span text = span_of_text(time);
    (void)span_to_u64(span_slice(text, 5, 2), &month); // two digits of ours
    text_addf(out, "Date: %s, %.2s %s %.4s %.8s +0000\r\n", days[at / 86400 % 7], time + 8,
              months[(month - 1) % 12], time, time + 11);
}

static void add_address(struct text *out, const char *header, span address)
{
    text_add(out, span_of_text(header));
    text_add_byte(out, '<');
    text_add(out, address);
    text_add(out, S(">\r\n"));
}

static bool add_headers(struct text *out, const struct message *message, span from, span to)
{
    struct text subject;
    size_t at = span_find_last(from, '@');
    text_init(&subject, out->mem, BODY_BYTES);
    say_subject(&subject, message);
    add_address(out, "From: Plimsoll ", from);
    add_address(out, "To: ", to);
    add_date(out, message->at);
    if (!text_ok(&subject) || !add_subject(out, text_span(&subject)))
        return false;
    text_add(out, S("Message-ID: <"));
    text_add(out, message->key);
    text_add_byte(out, '@');
    text_add(out, at == SPAN_NONE ? S("localhost") : span_from(from, at + 1));
    text_add(out, S(">\r\nAuto-Submitted: auto-generated\r\n" // RFC 3834: no answers, please
                    "MIME-Version: 1.0\r\n"
                    "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n"));
    return true;
}

bool render_mail(const struct message *message, span from, span to, struct arena *mem, span *ret,
                 struct err *err)
{
    struct text out;
    struct text text;
    struct text page;
    text_init(&out, mem, BODY_BYTES);
    text_init(&text, mem, BODY_BYTES);
    text_init(&page, mem, BODY_BYTES);
    mail_text(&text, message);
    mail_html(&page, message);
    bool fits = add_headers(&out, message, from, to);
    add_part(&out, "text/plain", &text);
    add_part(&out, "text/html", &page);
    text_add(&out, S("--" BOUNDARY "--\r\n"));
    if (!fits || !text_ok(&out))
        return arena_err(mem, err, "mail");
    *ret = text_span(&out);
    return true;
}
