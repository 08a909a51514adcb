// Answers for test_versions.py: "compare TAB a TAB b" or "satisfies TAB range TAB version".
const semver = require(process.argv[2]);
const lines = require('fs').readFileSync(0, 'utf8').split('\n').slice(0, -1);

function answer(line) {
  const [kind, left, right] = line.split('\t');
  if (kind === 'compare') {
    const valid = semver.valid(left) && semver.valid(right);
    return valid ? semver.compare(left, right) : 'invalid';
  }
  const valid = semver.validRange(left) !== null && semver.valid(right);
  return valid ? semver.satisfies(right, left) : 'invalid';
}

console.log(lines.map(answer).join('\n'));
