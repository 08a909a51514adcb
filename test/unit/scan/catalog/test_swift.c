#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pins_have_three_versions(void **state)
{
    (void)state;
    scene_expect("Package.resolved",
                 "{\"object\": {\"pins\": [{\"package\": \"SwiftNIO\", \"repositoryURL\": "
                 "\"https://github.com/apple/swift-nio.git\", \"state\": {\"branch\": null, "
                 "\"revision\": \"124119f0\", \"version\": \"2.41.0\"}}]}, \"version\": 1}",
                 "swift github.com/apple/swift-nio 2.41.0\n", 0);
    scene_expect("Package.resolved",
                 "{\"originHash\": \"0a\", \"pins\": ["
                 "{\"identity\": \"swift-log\", \"kind\": \"remoteSourceControl\", \"location\": "
                 "\"git@github.com:apple/swift-log.git\", \"state\": {\"revision\": \"3230\", "
                 "\"version\": \"1.4.4\"}},"
                 "{\"identity\": \"edge\", \"kind\": \"remoteSourceControl\", \"location\": "
                 "\"https://example.org/edge\", \"state\": {\"branch\": \"main\", \"revision\": "
                 "\"77aa\"}},"
                 "{\"identity\": \"mona.LinkedList\", \"kind\": \"registry\", \"location\": \"\", "
                 "\"state\": {\"version\": \"1.1.0\"}}], \"version\": 3}",
                 "swift github.com/apple/swift-log 1.4.4\nswift example.org/edge 77aa\n"
                 "swift mona.LinkedList 1.1.0\n",
                 0);
}

static void subspecs_are_parts_of_their_pod(void **state)
{
    (void)state;
    scene_expect("ios/Podfile.lock",
                 "PODS:\n"
                 "  - AFNetworking (4.0.1):\n    - AFNetworking/NSURLSession (= 4.0.1)\n"
                 "  - AFNetworking/NSURLSession (4.0.1)\n"
                 "  - \"GoogleUtilities/Environment (7.13.0)\":\n    - PromisesObjC (< 3.0)\n"
                 "  - PromisesObjC (2.4.0)\n\n"
                 "DEPENDENCIES:\n  - AFNetworking (~> 4.0)\n\n"
                 "SPEC CHECKSUMS:\n  AFNetworking: 3bd23d814e976cd148d7d44c3ab78017b744cd58\n\n"
                 "COCOAPODS: 1.12.0\n",
                 "cocoapods AFNetworking 4.0.1\ncocoapods GoogleUtilities 7.13.0\n"
                 "cocoapods PromisesObjC 2.4.0\n",
                 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("Package.resolved", "[]", "", 1);
    scene_expect("Package.resolved", "{\"pins\": [1, {\"location\": \"@\"}]}", "", 0);
    scene_expect("Podfile.lock", "PODS: [", "", 1);
    scene_expect("Podfile.lock", "PODS:\n  - ()\n  - (1)\n  - a (\n  - [[]]\n", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins_have_three_versions),
        cmocka_unit_test(subspecs_are_parts_of_their_pod),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
