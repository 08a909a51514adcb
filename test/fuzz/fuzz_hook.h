// Notices as test/corpus/hook has them: "KIND ?QUERY", then headers, an empty line, and the body.
#ifndef PLIMSOLL_FUZZ_HOOK_H
#define PLIMSOLL_FUZZ_HOOK_H

#include "service/hooks/hooks.h"

enum { HOOK_SAMPLE_NOW = 1700000000 }; // 2023-11-14T22:13:20Z

struct hook_sample {
    struct registry_settings registry;
    struct http_request request;
    struct http_header headers[16];
};

// The key of RFC 7515, appendix A.2.
#define HOOK_SAMPLE_KEYS                                                                           \
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"unused\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"               \
    "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"rfc7515\",\"e\":\"AQAB\",\"n\":" \
    "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0B" \
    "m4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5" \
    "rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhy" \
    "xXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}]}"

static void hook_sample_settings(struct hook_sample *sample, enum registry_kind kind)
{
    span host = S("registry.example");
    if (kind == REGISTRY_ECR)
        host = S("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    if (kind == REGISTRY_GOOGLE)
        host = S("europe-docker.pkg.dev");
    sample->registry = (struct registry_settings){
        .name = S("main"),
        .kind = kind,
        .host = host,
        .hook =
            {
                .accepted = true,
                .secret = S("hook-secret"),
                .header = S("X-Hook"),
                .keys = S(HOOK_SAMPLE_KEYS),
                .audience = S("https://plimsoll.example/v1/hooks/google"),
                .email = S("push@project.iam.gserviceaccount.com"),
                .age = 86400,
            },
    };
}

// False for what is no sample.
static bool hook_sample_read(span text, struct hook_sample *ret)
{
    enum registry_kind kind = REGISTRY_DISTRIBUTION;
    span rest = text;
    span query = span_cut_line(&rest);
    size_t count = 0;
    if (!registry_kind_parse(span_cut(&query, ' '), &kind))
        return false;
    hook_sample_settings(ret, kind);
    while (rest.len && count < sizeof ret->headers / sizeof *ret->headers) {
        span value = span_cut_line(&rest);
        if (value.len == 0)
            break;
        ret->headers[count].name = span_cut(&value, ':');
        ret->headers[count++].value = span_trim(value);
    }
    ret->request = (struct http_request){
        .method = S("POST"),
        .path = S("/v1/hooks/main"),
        .query = span_from(query, 1),
        .headers = ret->headers,
        .header_count = count,
        .body = rest,
    };
    return true;
}

#endif
