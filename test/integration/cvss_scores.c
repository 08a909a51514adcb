// Prints the score of each CVSS vector that comes in, a line each; "none" where it has none.
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        double score = 0;
        if (cvss_score(span_trim(span_of_text(line)), &score))
            printf("%.4f\n", score);
        else
            printf("none\n");
    }
    return EXIT_SUCCESS;
}
