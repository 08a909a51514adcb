# -*- encoding: utf-8 -*-
# stub: nokogiri 1.13.10 ruby lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.licenses = ["MIT".freeze, 'Ruby'.freeze]
  s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])
end
