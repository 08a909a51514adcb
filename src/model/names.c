#include "model/model.h"

const char *severity_name(enum severity severity)
{
    switch (severity) {
    case SEVERITY_UNKNOWN:
        return "unknown";
    case SEVERITY_NEGLIGIBLE:
        return "negligible";
    case SEVERITY_LOW:
        return "low";
    case SEVERITY_MEDIUM:
        return "medium";
    case SEVERITY_HIGH:
        return "high";
    case SEVERITY_CRITICAL:
        return "critical";
    }
    return "unknown";
}

bool severity_parse(span text, enum severity *ret)
{
    static const struct {
        const char *word;
        enum severity severity;
    } words[] = {
        {"unknown", SEVERITY_UNKNOWN},
        {"untriaged", SEVERITY_UNKNOWN},        // Ubuntu
        {"not yet assigned", SEVERITY_UNKNOWN}, // Debian
        {"unimportant", SEVERITY_NEGLIGIBLE},   // Debian
        {"none", SEVERITY_NEGLIGIBLE},          // CVSS: a score of 0.0
        {"negligible", SEVERITY_NEGLIGIBLE},    // Ubuntu
        {"low", SEVERITY_LOW},
        {"minor", SEVERITY_LOW},
        {"medium", SEVERITY_MEDIUM},
        {"moderate", SEVERITY_MEDIUM}, // Red Hat, SUSE, GitHub
        {"high", SEVERITY_HIGH},
        {"important", SEVERITY_HIGH}, // Red Hat, SUSE
        {"critical", SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!span_equal_nocase(text, span_of_text(words[i].word)))
            continue;
        *ret = words[i].severity;
        return true;
    }
    return false;
}

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_FIXED:
        return "fixed";
    case STATUS_AFFECTED:
        return "affected";
    case STATUS_WONT_FIX:
        return "wont_fix";
    case STATUS_UNDER_INVESTIGATION:
        return "under_investigation";
    case STATUS_END_OF_LIFE:
        return "end_of_life";
    case STATUS_NOT_AFFECTED:
        return "not_affected";
    }
    return "affected";
}

const char *finding_kind_name(enum finding_kind kind)
{
    switch (kind) {
    case FINDING_VULNERABILITY:
        return "vulnerability";
    case FINDING_INTEGRITY:
        return "integrity";
    case FINDING_MALWARE:
        return "malware";
    case FINDING_SECRET:
        return "secret";
    case FINDING_RULE:
        return "rule";
    case FINDING_CONFIG:
        return "config";
    }
    return "vulnerability";
}

const char *suppression_kind_name(enum suppression_kind kind)
{
    switch (kind) {
    case SUPPRESSION_IGNORED:
        return "ignored";
    case SUPPRESSION_NOT_AFFECTED:
        return "not_affected";
    case SUPPRESSION_FIXED:
        return "fixed";
    case SUPPRESSION_KNOWN:
        return "known";
    }
    return "ignored";
}
