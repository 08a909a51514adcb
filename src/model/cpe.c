#include "model/cpe_inner.h"
#include "model/model.h"

span cpe_of_program(span package)
{
    for (size_t i = 0; i < cpe_program_count; i++)
        if (span_equal(cpe_programs[i].package, package))
            return cpe_programs[i].products;
    return (span){0};
}
