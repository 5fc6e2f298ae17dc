# Earshot. `make run` and `make test` do all the set-up they need; the other targets are for those
# who work on it. CONTRIBUTING.md tells what each is for.

.DEFAULT_GOAL := run
.PHONY: run test stress test-pytorch test-onednn3 lint format check bench bench-train bench-search \
	bench-map build install \
	setup test-audio reference reference-map reference-network reference-pytorch docs sanitize fuzz fuzz-corpora clean

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

# What the programs are built of, what the tests encode sound with, and what the benchmark compares.
LIBRARY_PACKAGES := pkg-config libmpg123-dev libsndfile1-dev libopusfile-dev libsoxr-dev \
	libfftw3-dev libsqlite3-dev libtagc0-dev nettle-dev liblapacke-dev libcairo2-dev \
	libmp3lame-dev libdnnl-dev libchromaprint-dev fonts-dejavu-core
TOOL_PACKAGES := lame flac vorbis-tools opus-tools
BENCH_PACKAGES := mpg123
BREW_PACKAGES := pkg-config mpg123 libsndfile opusfile libsoxr fftw sqlite taglib nettle lapack \
	cairo onednn chromaprint lame flac vorbis-tools opus-tools

RELEASE := -c release --static-swift-stdlib
# On a build server a warning is an error, and a module imports only what it declares.
ifdef CI
STRICT := -Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error
endif

BIN = $(shell $(SWIFT) build $(RELEASE) $(STRICT) --show-bin-path)
DEMO := .build/demo
DEMO_SONG := TestAudio/house-1-harbour-lights.mp3

# Installs what is missing of the packages in $(1); quiet and quick when nothing is.
define install_packages
	@if command -v dpkg-query >/dev/null; then \
	  missing=""; \
	  for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' \
	      || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "Installing$$missing"; \
	    if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo=sudo; fi; \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
	      $$missing >/dev/null; \
	  fi; \
	elif command -v brew >/dev/null; then brew install --quiet $(BREW_PACKAGES); \
	else echo "Install these by hand: $(1)"; fi
endef

setup:
	$(call install_packages,$(LIBRARY_PACKAGES) $(TOOL_PACKAGES))

build: setup
	$(SWIFT) build $(RELEASE) $(STRICT)

# The main job on real input: index the clips, embed one, list its neighbours, draw it.
run: build
	@mkdir -p $(DEMO)
	@echo; echo "== Listening to TestAudio"
	$(BIN)/earshot index --library $(DEMO)/library.db TestAudio
	@echo; echo "== The vector of $(DEMO_SONG) (the first 8 of 256 numbers)"
	@$(BIN)/embed $(DEMO_SONG) > $(DEMO)/vector.txt
	@cut -d' ' -f1-8 $(DEMO)/vector.txt
	@echo; echo "== What sounds like it"
	$(BIN)/earshot query --library $(DEMO)/library.db $(DEMO_SONG)
	@echo; echo "== Its picture"
	$(BIN)/earshot spectrogram $(DEMO_SONG) --output $(DEMO)/spectrogram.png
	@echo "$(DEMO)/spectrogram.png"

test: setup
	$(SWIFT) build --build-tests $(STRICT)
	$(SWIFT) test --skip-build --disable-xctest $(STRICT)

# The tests of endurance in full: hundreds of kills, full disks and damaged files.
stress: setup
	EARSHOT_STRESS=1 $(SWIFT) test --disable-xctest $(STRICT) --filter 'Stress|Damage'

# The second trainer: by itself, and beside the program on the same models and music.
test-pytorch: build .venv/pytorch/ready
	cd $(PYTORCH_TRAINER) && OMP_NUM_THREADS=1 EARSHOT_PROGRAMS=$(BIN) \
	  $(CURDIR)/.venv/pytorch/bin/python -m pytest -q tests

NETWORK_REFERENCE := Tests/NeuralNetworkTests/Reference

# The network's tests on oneDNN 3, from PyPI; the system's is 2, which the linker finds too: what is
# loaded first is used.
ONEDNN3_REQUIREMENTS := $(NETWORK_REFERENCE)/requirements-onednn3.txt
ONEDNN3 := $(CURDIR)/.venv/onednn3
ONEDNN3_TEST := --disable-xctest --scratch-path .build/onednn3 \
	-Xcc -I$(ONEDNN3)/include -Xlinker $(ONEDNN3)/lib/libdnnl.so.3
test-onednn3: setup .venv/onednn3/ready
	$(SWIFT) build --build-tests $(wordlist 2,99,$(ONEDNN3_TEST))
	LD_PRELOAD=$(ONEDNN3)/lib/libdnnl.so.3 \
	  $(SWIFT) test --skip-build $(ONEDNN3_TEST) --filter NeuralNetworkTests

.venv/onednn3/ready: $(ONEDNN3_REQUIREMENTS)
	$(call install_packages,python3 python3-venv)
	python3 -m venv .venv/onednn3
	.venv/onednn3/bin/pip install --quiet -r $(ONEDNN3_REQUIREMENTS)
	touch $@

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

# Everything: style, tests, release build, sanitizers.
check: lint test build sanitize

sanitize: setup
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.supp:print_suppressions=0 \
	  $(SWIFT) test --sanitize=address --disable-xctest --scratch-path .build/address
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/races.supp \
	  $(SWIFT) test --sanitize=thread --disable-xctest --scratch-path .build/thread \
	  --filter 'ParallelWorkTests|MusicLibraryTests|AnalyzerTests|EncodedSoundTests/threads'

# Looks for inputs that break a reader (docs/fuzzing.md): every target for 20 seconds each, or
# `make fuzz TARGET=riff RUNS=1000000`, `make fuzz SECONDS=600`.
LIBFUZZER = $(shell $(SWIFT) -print-target-info \
	| sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/clang/lib/linux/libclang_rt.fuzzer_no_main-$(shell uname -m).a
FUZZ_BUILD = -c release --product earshot-fuzz --scratch-path .build/fuzz --sanitize=address \
	-Xswiftc -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table \
	-Xcc -fsanitize=fuzzer-no-link -Xlinker $(LIBFUZZER)
FUZZER := .build/fuzz/release/earshot-fuzz
fuzz: setup
	EARSHOT_FUZZER=1 $(SWIFT) build $(FUZZ_BUILD)
	TARGET="$(TARGET)" RUNS="$(RUNS)" SECONDS_EACH="$(SECONDS)" Tests/fuzz.sh run $(FUZZER)

# Keeps the fewest of the inputs found that reach as much.
fuzz-corpora:
	TARGET="$(TARGET)" Tests/fuzz.sh keep $(FUZZER) $(SEEDS)

# Speed, beside the peers and in one run. Reports, never fails: the budgets are in the table.
bench: build .venv/reference/ready
	$(call install_packages,$(BENCH_PACKAGES))
	taskset -c 0 $(BIN)/earshot-bench --programs $(BIN) --python .venv/reference/bin/python

# Training speed beside PyTorch on the processor, in one run. Reports, never fails.
bench-train: setup .venv/torch/ready
	$(SWIFT) build $(RELEASE) $(STRICT) --product training-bench
	.venv/torch/bin/python Sources/training-bench/compare.py $(BIN)/training-bench

# Search beside FAISS, usearch and hnswlib, on the same vectors in one run on one core. Reports, never
# fails. SEARCH_BENCH takes options: --large for ten million vectors, --graphs-up-to, --counts, ...
SEARCH_BENCH ?=
bench-search: setup .venv/search/ready
	$(SWIFT) build $(RELEASE) $(STRICT) --product search-bench
	.venv/search/bin/python Sources/search-bench/compare.py $(BIN)/search-bench $(SEARCH_BENCH)

.venv/search/ready: Sources/search-bench/requirements.txt
	$(call install_packages,python3 python3-venv python3-dev g++)
	python3 -m venv .venv/search
	.venv/search/bin/pip install --quiet -r Sources/search-bench/requirements.txt
	touch $@

# Maps beside umap-learn, openTSNE and scikit-learn, on the same vectors in one run on all cores. Reports,
# never fails. MAP_BENCH takes options: --count, --rounds.
MAP_BENCH ?=
MAP_REFERENCE := Tests/LatentSpaceTests/Reference/Projection
bench-map: setup .venv/map/ready
	$(SWIFT) build $(RELEASE) $(STRICT) --product map-bench
	.venv/map/bin/python Sources/map-bench/compare.py $(BIN)/map-bench $(MAP_BENCH)

.venv/map/ready: Sources/map-bench/requirements.txt $(MAP_REFERENCE)/requirements.txt
	$(call install_packages,python3 python3-venv python3-dev g++)
	python3 -m venv .venv/map
	.venv/map/bin/pip install --quiet -r Sources/map-bench/requirements.txt \
	  -r $(MAP_REFERENCE)/requirements.txt
	touch $@

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/earshot/models \
	  $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(BIN)/earshot $(BIN)/embed $(DESTDIR)$(PREFIX)/bin
	install -m 644 Models/*.safetensors $(DESTDIR)$(PREFIX)/share/earshot/models
	$(BIN)/earshot manual > $(DESTDIR)$(PREFIX)/share/man/man1/earshot.1
	ln -sf earshot.1 $(DESTDIR)$(PREFIX)/share/man/man1/embed.1
	$(BIN)/earshot completions bash \
	  > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/earshot
	ln -sf earshot $(DESTDIR)$(PREFIX)/share/bash-completion/completions/embed
	$(BIN)/earshot completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_earshot
	$(BIN)/earshot completions fish \
	  > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/earshot.fish

# Makes the clips of TestAudio again.
test-audio: build
	$(BIN)/make-test-audio TestAudio

# Makes the reference arrays of the tests again, with the libraries they are compared with.
REFERENCE := Tests/SpectralFeaturesTests/Reference
reference: .venv/reference/ready
	.venv/reference/bin/python $(REFERENCE)/make_reference.py
	.venv/reference/bin/python Tests/EmbeddingTests/Reference/make_fixtures.py
	.venv/reference/bin/python Tests/LatentSpaceTests/Reference/make_fixtures.py

# The same for maps, with umap-learn and openTSNE.
reference-map: .venv/map/ready
	.venv/map/bin/python $(MAP_REFERENCE)/make_fixtures.py

# The same for the neural network, with PyTorch: large, so in an environment of its own.
reference-network: .venv/torch/ready
	.venv/torch/bin/python $(NETWORK_REFERENCE)/make_reference.py

.venv/torch/ready: $(NETWORK_REFERENCE)/requirements.txt Sources/training-bench/requirements.txt
	$(call install_packages,python3 python3-venv)
	python3 -m venv .venv/torch
	.venv/torch/bin/pip install --quiet -r $(NETWORK_REFERENCE)/requirements.txt \
	  -r Sources/training-bench/requirements.txt
	touch $@

# What the tests of models and of the training of earshot compare with, made by the second trainer.
PYTORCH_TRAINER := training/pytorch
reference-pytorch: .venv/pytorch/ready
	.venv/pytorch/bin/python $(PYTORCH_TRAINER)/make_fixtures.py
	.venv/pytorch/bin/python $(PYTORCH_TRAINER)/make_training_fixture.py

.venv/pytorch/ready: $(PYTORCH_TRAINER)/requirements.txt $(PYTORCH_TRAINER)/requirements-test.txt
	$(call install_packages,python3 python3-venv)
	python3 -m venv .venv/pytorch
	.venv/pytorch/bin/pip install --quiet -r $(PYTORCH_TRAINER)/requirements-test.txt
	touch $@

EMBEDDING_REFERENCE := Tests/EmbeddingTests/Reference
LATENT_REFERENCE := Tests/LatentSpaceTests/Reference
.venv/reference/ready: $(REFERENCE)/requirements.txt $(EMBEDDING_REFERENCE)/requirements.txt \
		$(LATENT_REFERENCE)/requirements.txt
	$(call install_packages,python3 python3-venv)
	python3 -m venv .venv/reference
	.venv/reference/bin/pip install --quiet -r $(REFERENCE)/requirements.txt \
	  -r $(EMBEDDING_REFERENCE)/requirements.txt -r $(LATENT_REFERENCE)/requirements.txt \
	  -r Sources/earshot-bench/requirements.txt
	touch $@

docs: build
	$(BIN)/earshot manual --markdown > docs/cli.md

clean:
	$(SWIFT) package clean
	rm -rf .venv $(DEMO)
