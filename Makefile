# Plimsoll: meson does the work, this says what can be done. `make` alone lists it.
BUILD = build
SECONDS = 60
PREFIX = /usr/local

# Folders are picked up when they appear, so meson looks again each time (a second). It takes new options
# of its own (b_lto) only by `configure`.
configure = if [ -f $(1)/build.ninja ]; then meson configure $(2) $(1) && meson setup --reconfigure $(1); \
	else $(3) meson setup $(2) $(1); fi >$(1).log 2>&1 || { cat $(1).log; exit 1; }
TESTS = -Dtests=enabled -Db_lto=false
# What is used is linked as a whole, which takes a tenth off matching; tests are many, and linked fast.
RELEASE = -Dtests=disabled -Db_lto=true
# The checks of the sanitizers make up most of the code: -O1 compiles it in two thirds of the time, and
# -g1 keeps the lines, which is what a report shows.
SANITIZE = $(TESTS) -Doptimization=1 -Ddebug=true -Dc_args=-g1 -Db_lundef=false -Db_sanitize
# The tests are 370 programs; gold links one in less than half of the time. It is part of binutils.
LINKER = $(if $(shell command -v ld.gold),CC_LD=gold)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: deps-demo build ## scan this machine and an image
	@tools/demo $(BUILD)/src/app/plimsoll

demo-service: deps-demo deps-demo-service build ## a registry, the service, a push, and what its owner is told
	@tools/demo-service $(BUILD)/src/app/plimsoll

build: deps-build ## compile the program, for use
	@$(call configure,$(BUILD),$(RELEASE) --prefix=$(PREFIX))
	@ninja -C $(BUILD)

test: deps-build deps-test ## run every test, plain and under the address and undefined sanitizers
	@$(call configure,$(BUILD),$(TESTS),$(LINKER))
	@$(call configure,build-asan,$(SANITIZE)=address$(COMMA)undefined,$(LINKER))
	@tools/run-tests $(BUILD) build-asan

test-asan: deps-build deps-test ## run the tests under the address and undefined sanitizers
	@$(call configure,build-asan,$(SANITIZE)=address$(COMMA)undefined,$(LINKER))
	@tools/run-tests build-asan

test-tsan: deps-build deps-test ## run the tests under the thread sanitizer
	@$(call configure,build-tsan,$(SANITIZE)=thread)
	@tools/run-tests build-tsan

check: check-fast check-gcc check-clang check-tidy check-cppcheck ## everything that can be said without running it

check-fast: deps-build deps-test ## format, layers, purity, style
	@$(call configure,$(BUILD),$(TESTS))
	@ninja -C $(BUILD)
	@tools/check-format
	@tools/check-layers
	@tools/check-style
	@tools/check-pure $(BUILD)

check-gcc: deps-build deps-test ## gcc with warnings as errors
	@CC=gcc; export CC; $(call configure,build-gcc,$(TESTS) -Dwerror=true)
	@ninja -C build-gcc

check-clang: deps-build deps-test deps-check ## clang with warnings as errors
	@CC=clang-14; export CC; $(call configure,build-clang,$(TESTS) -Dwerror=true)
	@ninja -C build-clang

check-tidy: check-clang ## clang-tidy, as .clang-tidy says
	@tools/check-tidy build-clang

check-cppcheck: deps-check ## cppcheck
	@tools/check-cppcheck

fuzz: deps-build deps-test deps-check ## fuzz one parser: NAME=tar SECONDS=60; `make fuzz` lists them
	@CC=clang-14; export CC; $(call configure,build-fuzz,$(TESTS) -Dfuzz=true)
	@tools/fuzz build-fuzz $(SECONDS) $(NAME)

fuzz-all: ## fuzz each parser for a minute
	@$(MAKE) --no-print-directory fuzz NAME=--all

bench: build deps-bench ## speed and memory, beside what a user would use instead
	@bench/run $(BUILD)/src/app/plimsoll

bootstrap-db: build ## make the advisory database in the repository from ../shared/feeds
	@tools/make-bootstrap $(BUILD)/src/app/plimsoll

install: build ## install under PREFIX=/usr/local (DESTDIR works too)
	@meson install -C $(BUILD) --no-rebuild

hooks: ## check format, layers and style before each commit
	@git config core.hooksPath .githooks

clean: ## remove all that was built
	rm -rf build build-* out

deps-build deps-test deps-check deps-bench deps-demo deps-demo-service: deps-%:
	@tools/install-deps $*

COMMA = ,
.PHONY: help demo demo-service build test test-asan test-tsan check check-fast check-gcc check-clang check-tidy \
	check-cppcheck fuzz fuzz-all bench bootstrap-db install hooks clean \
	deps-build deps-test deps-check deps-bench deps-demo deps-demo-service
