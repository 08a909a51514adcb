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
