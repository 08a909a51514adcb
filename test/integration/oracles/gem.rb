# Answers for test_versions.py: "compare TAB a TAB b" or "satisfies TAB requirement TAB version".
require 'rubygems'

def answer(kind, left, right)
  return (Gem::Version.new(left) <=> Gem::Version.new(right)) if kind == 'compare'

  Gem::Requirement.new(left).satisfied_by?(Gem::Version.new(right))
rescue ArgumentError
  'invalid'
end

$stdin.each_line(chomp: true) { |line| puts answer(*line.split("\t", -1)) }
