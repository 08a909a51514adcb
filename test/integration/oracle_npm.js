// Ranks versions by node-semver: oracle_npm.js DIRECTORY_OF_SEMVER. In: {package: [version, ...]};
// out: {package: [rank or null, ...]}, null for what is no version, equal ranks for equal versions.
'use strict';
const fs = require('fs');
const semver = require(process.argv[2]);

// "1.2" stands for 1.2.0 in advisories.
function read(text) {
  const short = /^\d+(\.\d+)?$/.test(text);
  return short ? semver.coerce(text) : semver.parse(text);
}

function ranks(texts) {
  const versions = texts.map(read);
  const sorted = versions.filter((version) => version).sort(semver.compare);
  const firsts = sorted.filter((version, i) => i === 0 || semver.compare(sorted[i - 1], version));
  return versions.map((version) =>
    version ? firsts.findIndex((first) => semver.compare(first, version) === 0) : null);
}

const packages = JSON.parse(fs.readFileSync(0, 'utf8'));
const answer = {};
for (const name of Object.keys(packages)) answer[name] = ranks(packages[name]);
process.stdout.write(JSON.stringify(answer));
