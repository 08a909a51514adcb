// Inside of report/: what the forms share.
#ifndef PLIMSOLL_REPORT_INNER_H
#define PLIMSOLL_REPORT_INNER_H

#include "report/report.h"

// Do the options show this finding?
bool report_shows(const struct finding *finding, const struct report_options *options);

void report_table(const struct scan *scan, const struct report_options *options, struct text *out);
void report_json(const struct scan *scan, const struct report_options *options, struct text *out);

#endif
