// Schemas of what is no row of a list (JSON Schema 2020-12, as OpenAPI 3.1 has it).
#include "api/api_inner.h"

struct schema {
    const char *name;
    const char *text;
};

#define OBJECT(required, properties)                                              \
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" required \
    "],\"properties\":{" properties "}}"
#define TEXT "{\"type\":\"string\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define NUMBER "{\"type\":\"integer\",\"minimum\":0}"
#define NUMBER_OR_NULL "{\"type\":[\"number\",\"null\"]}"
#define TRUTH "{\"type\":\"boolean\"}"
#define TEXTS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define REFERENCE(name) "{\"$ref\":\"#/components/schemas/" name "\"}"
#define LIST_OF(schema) "{\"type\":\"array\",\"items\":" schema "}"
#define SCOPES                                                                                     \
    "{\"type\":\"array\",\"items\":{\"enum\":[\"read\",\"push\",\"scan\",\"subscribe\",\"admin\"," \
    "\"rules\"]}}"

#define TAGS LIST_OF(REFERENCE("tag"))
#define LAYERS LIST_OF(REFERENCE("imageLayer"))
#define SEVERITY(name) "\"" name "\":" NUMBER
#define SEVERITIES                                                                        \
    OBJECT("\"critical\",\"high\",\"medium\",\"low\",\"negligible\",\"unknown\"",         \
           SEVERITY("critical") "," SEVERITY("high") "," SEVERITY("medium") "," SEVERITY( \
               "low") "," SEVERITY("negligible") "," SEVERITY("unknown"))

static const struct schema schemas[] = {
    {"problem", "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{"
                "\"type\":" TEXT ",\"title\":" TEXT ",\"status\":" NUMBER ",\"detail\":" TEXT "}}"},
    {"health", OBJECT("\"status\",\"version\"", "\"status\":" TEXT ",\"version\":" TEXT)},
    {"ready", OBJECT("\"status\",\"store\",\"database\"",
                     "\"status\":" TEXT ",\"store\":" TRUTH ",\"database\":" TRUTH)},
    {"openapi", "{\"type\":\"object\",\"required\":[\"openapi\",\"info\",\"paths\"]}"},
    {"notice", "{\"description\":\"in the form of the registry that sends it\"}"},
    {"noticeTaken", OBJECT("\"accepted\",\"known\",\"ignored\"",
                           "\"accepted\":" NUMBER ",\"known\":" NUMBER ",\"ignored\":" NUMBER)},
    {"document", "{\"description\":\"in the form that was asked for\"}"},
    {"binary", "{\"type\":\"string\",\"contentMediaType\":\"application/vnd.plimsoll.scan\"}"},
    {"imageDetails",
     OBJECT("\"image\",\"tags\",\"layers\",\"findings\",\"suppressed\"",
            "\"image\":" REFERENCE("image") ",\"tags\":" TAGS ",\"layers\":" LAYERS
                                            ",\"findings\":" SEVERITIES ",\"suppressed\":" NUMBER)},
    {"advisory",
     OBJECT("\"id\",\"flaws\",\"statements\",\"changes\"",
            "\"id\":" TEXT ",\"flaws\":" LIST_OF(REFERENCE("flaw")) ",\"statements\":" LIST_OF(
                REFERENCE("statement")) ",\"changes\":" LIST_OF(REFERENCE("change")))},
    {"flaw", OBJECT("\"database\",\"severity\",\"kev\"",
                    "\"database\":" TEXT ",\"severity\":" TEXT ",\"cvss\":" TEXT_OR_NULL
                    ",\"score\":" NUMBER_OR_NULL ",\"epss\":" NUMBER_OR_NULL ",\"kev\":" TRUTH
                    ",\"rejected\":" TRUTH ",\"disputed\":" TRUTH ",\"published\":" TEXT_OR_NULL)},
    {"statement",
     OBJECT("\"database\",\"advisory\",\"package\",\"status\"",
            "\"database\":" TEXT ",\"advisory\":" TEXT ",\"ecosystem\":" TEXT_OR_NULL
            ",\"package\":" TEXT ",\"status\":" TEXT ",\"severity\":" TEXT
            ",\"introduced\":" TEXT_OR_NULL ",\"fixed\":" TEXT_OR_NULL
            ",\"last_affected\":" TEXT_OR_NULL ",\"withdrawn\":" TRUTH ",\"malicious\":" TRUTH)},
    {"newSubscription",
     OBJECT("\"owner\",\"channel\"",
            "\"project\":" TEXT ",\"owner\":" TEXT ",\"image\":" TEXT ",\"repository\":" TEXT
            ",\"label_key\":" TEXT ",\"label_value\":" TEXT ",\"severity\":" TEXT
            ",\"only_fixed\":" TRUTH ",\"only_exploited\":" TRUTH
            ",\"channel\":{\"enum\":[\"webhook\",\"mail\",\"slack\",\"teams\",\"file\","
            "\"command\"]},\"address\":" TEXT ",\"secret\":" TEXT ",\"digest\":" NUMBER
            ",\"disabled\":" TRUTH)},
    {"newRule",
     OBJECT("\"reason\",\"expires\"",
            "\"project\":" TEXT ",\"kind\":{\"enum\":[\"ignore\"]},\"ids\":" TEXTS
            ",\"packages\":" TEXTS ",\"paths\":" TEXTS ",\"image\":" TEXT ",\"reason\":" TEXT
            ",\"expires\":{\"type\":\"string\",\"format\":\"date\"}")},
    {"newProject", OBJECT("\"name\",\"patterns\"", "\"name\":" TEXT ",\"patterns\":" TEXTS)},
    {"projectPatterns", OBJECT("\"patterns\"", "\"patterns\":" TEXTS)},
    {"projectDetails", OBJECT("\"id\",\"name\",\"patterns\"",
                              "\"id\":" NUMBER ",\"name\":" TEXT ",\"patterns\":" TEXTS)},
    {"newToken",
     OBJECT("\"name\",\"scopes\"", "\"name\":" TEXT ",\"scopes\":" SCOPES ",\"project\":" TEXT
                                   ",\"expires\":{\"type\":\"string\",\"format\":\"date-time\"}")},
    {"rotation", OBJECT("", "\"grace\":" NUMBER)},
    {"tokenSecret", OBJECT("\"id\",\"token\"", "\"id\":" NUMBER ",\"token\":" TEXT)},
    {"auditState", OBJECT("\"entries\",\"head\",\"unbroken\",\"first_broken\"",
                          "\"entries\":" NUMBER ",\"head\":" TEXT_OR_NULL ",\"unbroken\":" TRUTH
                          ",\"first_broken\":{\"type\":[\"integer\",\"null\"]}")},
};

const char *schema_text(size_t index, const char **ret_name)
{
    if (index >= sizeof schemas / sizeof *schemas)
        return NULL;
    *ret_name = schemas[index].name;
    return schemas[index].text;
}
