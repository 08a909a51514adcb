#include "model/model.h"

#include <string.h>

enum {
    DAYS_PER_ERA = 146097,      // 400 years of the Gregorian calendar
    DAYS_TO_1970 = 719468,      // from 0000-03-01
    DAYS_TO_LAST_DATE = 2932896 // 9999-12-31, from 1970-01-01
};

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Counts years from March, so that the leap day is the last of its year and the lengths of the
// months before any month follow one line: (153 * month + 2) / 5.
static uint32_t days_of(unsigned year, unsigned month, unsigned day)
{
    year -= month <= 2;
    unsigned era = year / 400;
    unsigned year_of_era = year % 400;
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static bool read_number(span text, size_t start, size_t len, unsigned *ret)
{
    uint64_t number = 0;
    if (!span_to_u64(span_slice(text, start, len), &number))
        return false;
    *ret = (unsigned)number;
    return true;
}

bool date_parse(span text, uint32_t *ret_days)
{
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (text.len < 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
        return false;
    if (!read_number(text, 0, 4, &year) || !read_number(text, 5, 2, &month) ||
        !read_number(text, 8, 2, &day))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    *ret_days = days_of(year, month, day);
    return true;
}

// "Z" or "+HH:MM": how far ahead of UTC the clock is.
static bool read_offset(span text, int64_t *ret_seconds)
{
    unsigned hours = 0;
    unsigned minutes = 0;
    if (span_equal_nocase(text, S("Z"))) {
        *ret_seconds = 0;
        return true;
    }
    if (text.len != 6 || (text.ptr[0] != '+' && text.ptr[0] != '-') || text.ptr[3] != ':' ||
        !read_number(text, 1, 2, &hours) || !read_number(text, 4, 2, &minutes) || hours > 23 ||
        minutes > 59)
        return false;
    int64_t seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;
    *ret_seconds = text.ptr[0] == '-' ? -seconds : seconds;
    return true;
}

bool time_parse(span text, uint64_t *ret_seconds)
{
    uint32_t days = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    int64_t offset = 0;
    if (!date_parse(text, &days) || text.len < 20 || text.ptr[13] != ':' || text.ptr[16] != ':')
        return false;
    if (!read_number(text, 11, 2, &hour) || !read_number(text, 14, 2, &minute) ||
        !read_number(text, 17, 2, &second) || hour > 23 || minute > 59 || second > 60)
        return false;
    span rest = span_from(text, 19);
    if (span_starts_with(rest, S(".")))
        for (rest = span_from(rest, 1); rest.len && ascii_is_digit(rest.ptr[0]);)
            rest = span_from(rest, 1);
    if (!read_offset(rest, &offset))
        return false;
    int64_t seconds = (int64_t)days * 86400 + hour * 3600 + minute * 60 + second - offset;
    if (seconds < 0)
        return false;
    *ret_seconds = (uint64_t)seconds;
    return true;
}

static void put_digits(char *out, unsigned value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

void date_format(uint32_t days, char out[static 11])
{
    uint32_t since = (days < DAYS_TO_LAST_DATE ? days : DAYS_TO_LAST_DATE) + DAYS_TO_1970;
    unsigned era = since / DAYS_PER_ERA;
    unsigned day_of_era = since % DAYS_PER_ERA;
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_from_march = (5 * day_of_year + 2) / 153;
    unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    memcpy(out, "0000-00-00", 11);
    put_digits(out, era * 400 + year_of_era + (month <= 2), 4);
    put_digits(out + 5, month, 2);
    put_digits(out + 8, day, 2);
}

void time_format(uint64_t seconds, char out[static 21])
{
    uint64_t days = seconds / 86400;
    unsigned second = (unsigned)(seconds % 86400);
    char date[11] = "";
    date_format(days < DAYS_TO_LAST_DATE ? (uint32_t)days : DAYS_TO_LAST_DATE, date);
    memcpy(out, date, 10);
    memcpy(out + 10, "T00:00:00Z", 11);
    put_digits(out + 11, second / 3600, 2);
    put_digits(out + 14, second / 60 % 60, 2);
    put_digits(out + 17, second % 60, 2);
}
