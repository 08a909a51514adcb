<?php
// Answers for test_versions.py: "compare TAB a TAB b" or "satisfies TAB constraint TAB version".
require $argv[1];

function order(string $left, string $right): string
{
    $parser = new Composer\Semver\VersionParser();
    return (string) version_compare($parser->normalize($left), $parser->normalize($right));
}

function answer(string $kind, string $left, string $right): string
{
    if (preg_match('/[0-9]{18}/', $left . ' ' . $right)) {
        return 'invalid'; // PHP's integers end there
    }
    if ($kind === 'satisfies' && preg_match('/\b0[0-9]/', $left)) {
        return 'invalid'; // how long a number is with zeros before it decides what is a date
    }
    try {
        if ($kind === 'compare') {
            return order($left, $right);
        }
        return Composer\Semver\Semver::satisfies($right, $left) ? 'true' : 'false';
    } catch (UnexpectedValueException $error) {
        return 'invalid';
    }
}

while (($line = fgets(STDIN)) !== false) {
    echo answer(...explode("\t", rtrim($line, "\n"))), "\n";
}
