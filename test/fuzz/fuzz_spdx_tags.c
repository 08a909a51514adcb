#include "fuzz_sbom.h"
