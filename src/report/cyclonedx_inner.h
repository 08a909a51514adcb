// Inside of report/: the two halves of the CycloneDX form.
#ifndef PLIMSOLL_REPORT_CYCLONEDX_INNER_H
#define PLIMSOLL_REPORT_CYCLONEDX_INNER_H

#include "format/json/json.h"
#include "report/report_inner.h"
#include "report/sbom_inner.h"

// Does a finding stand there?
bool cyclonedx_shows(const struct finding *finding, const struct report_options *options);
// The section `vulnerabilities`: the findings that the options show.
void cyclonedx_vulnerabilities(struct json_out *out, const struct sbom *sbom);

#endif
