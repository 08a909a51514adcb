// Which of the images in an index is meant for a machine.
#ifndef PLIMSOLL_SCAN_SOURCE_PLATFORM_INNER_H
#define PLIMSOLL_SCAN_SOURCE_PLATFORM_INNER_H

#include "base/base.h"
#include "model/model.h"

// Fills empty fields of `asked` with linux and this machine's architecture, and writes names in
// their usual form: x86_64 is amd64, aarch64 is arm64, armhf is arm/v7. The variants that every
// machine of an architecture has (amd64 v1, arm64 v8) become empty, arm without one becomes v7.
struct platform platform_complete(struct platform asked);
struct platform platform_normalise(struct platform platform);

// How well an image for `have` runs on `want` (both normalised): 0 not at all, more is better. As
// containerd orders them: the very platform, lower variants, then the 32-bit sister.
// An image that names no platform is 1.
unsigned platform_rank(struct platform want, struct platform have);

// "linux/arm/v7"
bool platform_text(struct platform platform, struct arena *mem, span *ret);

#endif
