#include "model/model.h"

int64_t question_hash(enum question_kind kind, span ecosystem, span name)
{
    uint64_t hash = span_hash(name, span_hash(ecosystem, (uint64_t)kind + 1));
    int64_t number = 0;
    memcpy(&number, &hash, sizeof number);
    return number;
}
