# The commands of the platform. Only Python 3.11 or newer (with venv), make and git are needed beforehand;
# all else comes from locked packages. Every path is relative, so the repository may live under any name.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:

RUN := PYTHONPATH=platform:graphql:. .venv/bin/python
PYTEST := $(RUN) -m pytest -n 2 --dist loadgroup
UV_COMPILE := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet
# What the run on a server leaves to the first run: what says nothing about a server, and what asks it only what the tests of the
# floors below ask it already (pages, operations, who may, what a guard says).
NOT_ON_SERVER := $(foreach folder,api commons/web config/demo config/embedded config/torture isolation journeys ocds repository tenants/matrix,--ignore=tests/$(folder)) \
  --ignore=tests/commons/workflow/test_every_machine.py --ignore-glob='*/pages/*' \
  $(foreach kind,pages costs guards machine refusals table,--ignore-glob='*_$(kind).py')

# An environment whose Python is gone, or whose installation was interrupted, is made again.
$(shell for venv in .venv .venv-partner .venv-ocds; do \
  if [ -e $$venv.incomplete ]; then \
    kill -0 "$$(cat $$venv.incomplete)" 2>/dev/null || rm -rf $$venv $$venv.incomplete; \
  elif ! $$venv/bin/python -c '' 2>/dev/null; then \
    rm -rf $$venv; \
  fi; \
done)

.PHONY: help demo test bench check format lock schema pictures assets static clean reset

help:
	@echo '  make demo      在本机运行整个平台和演示数据（PORT=8001 换端口）'
	@echo '  make test      全部检验：风格、类型、引用规则、测试、浏览器流程'
	@echo '  make bench     性能测试：先小后大（3,339 家工会，首次约 15 分钟），打印表格，写入 build/benchmarks/'
	@echo '  make check     只检查风格、类型和引用规则'
	@echo '  make format    整理代码格式'
	@echo '  make lock      重新锁定依赖的版本和校验值（UPGRADE=--upgrade 同时升级）'
	@echo '  make schema    重新生成 graphql/api/schema.graphql 和手册的指标目录'
	@echo '  make pictures  从运行中的演示截取页面图片'
	@echo '  make clean     删除可以重新生成的文件；make reset 删除本机的数据库和密钥'

# --- Run -------------------------------------------------------------------------------------------------------

demo: .venv/.run
	@$(MAKE) --no-print-directory assets || echo '注意：图表库和公文字体没有装上：图表暂不可用，数字仍以表格显示；公文暂不能生成 PDF，可以生成 Word 文档。' >&2
	@$(MAKE) --no-print-directory static
	@exec env $(RUN) -m config.embedded.run

# --- Prove -----------------------------------------------------------------------------------------------------

check: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(RUN) -m mypy platform graphql tenants
	$(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

test: .venv/.dev .venv-partner/.partner .venv-ocds/.ocds assets static
	@$(MAKE) --no-print-directory check
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py export_schema --check
	$(RUN) manage.py export_indicators --check
	$(RUN) manage.py export_machines --check
	@chromium=; for name in "$${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do \
	  if [ -n "$$name" ] && command -v "$$name" >/dev/null 2>&1; then chromium=$$(command -v "$$name"); break; fi; \
	done; \
	[ -n "$$chromium" ] || echo '*** SKIPPED: browser journeys — no Chromium here; install one or name it in CHROMIUM ***'; \
	[ -n "$${TEST_DATABASE_URL:-}" ] || \
	  echo '*** SKIPPED: second run on a server — name a PostgreSQL 15 or newer in TEST_DATABASE_URL ***'; \
	if [ -n "$$chromium" ]; then CHROMIUM="$$chromium" $(PYTEST); else $(PYTEST) --ignore=tests/journeys; fi; \
	status=$$?; [ $$status -eq 0 ] || exit $$status; \
	if [ -n "$${TEST_DATABASE_URL:-}" ]; then \
	  echo '=== what asks a server, on the server of TEST_DATABASE_URL ==='; \
	  DATABASE_URL="$$TEST_DATABASE_URL" $(PYTEST) $(NOT_ON_SERVER); \
	fi

bench: .venv/.dev
	@mkdir -p build/benchmarks
	$(RUN) -m pytest tests/benchmarks --override-ini=addopts=--strict-markers \
	  --benchmark-json=build/benchmarks/$$(date +%Y%m%d-%H%M%S)-small.json
	$(RUN) -m tests.benchmarks.country

pictures: .venv/.dev
	$(RUN) -m tests.journeys.pictures

# --- Make ------------------------------------------------------------------------------------------------------

format: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

schema: .venv/.dev
	$(RUN) manage.py export_schema
	$(RUN) manage.py export_indicators
	$(RUN) manage.py export_machines

lock: .venv/.dev
	$(UV_COMPILE) $(UPGRADE) pyproject.toml --output-file requirements/run.txt
	$(UV_COMPILE) $(UPGRADE) pyproject.toml --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	$(UV_COMPILE) $(UPGRADE) --group partner --output-file requirements/partner.txt
	$(UV_COMPILE) $(UPGRADE) --group ocds --output-file requirements/ocds.txt
	@! grep -nE '(^| )(--(extra-)?index-url|--find-links|-f|-i) |https?://' requirements/run.txt requirements/dev.txt \
	  requirements/partner.txt requirements/ocds.txt package-lock.json

assets: build/static/vendor/.stamp

build/static/vendor/.stamp: package.json package-lock.json .npmrc platform/config/embedded/frontend.py | .venv/.run
	@echo '安装前端软件包（图表库、公文字体，约 70 MB）'
	@$(RUN) -m config.embedded.frontend
	@touch $@

static: .venv/.run
	@$(RUN) manage.py collectstatic --no-input --verbosity 0

clean:
	rm -rf build node_modules .venv .venv-partner .venv-ocds .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find platform graphql tenants tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

reset: .venv/.run
	$(RUN) -m config.embedded.control reset

# --- Environments: made once, brought up to date when their lock changes -----------------------------------------

.venv/.run: requirements/run.txt
	@$(call environment,.venv,run)

# What develops contains what runs, so it counts for both.
.venv/.dev: requirements/dev.txt
	@$(call environment,.venv,dev)
	@touch .venv/.run

.venv-partner/.partner: requirements/partner.txt
	@$(call environment,.venv-partner,partner)

.venv-ocds/.ocds: requirements/ocds.txt
	@$(call environment,.venv-ocds,ocds)

define environment
set -e; \
if [ -e $(1).incomplete ]; then \
  echo "另一个 make（进程 $$(cat $(1).incomplete)）正在安装依赖，请等它结束。若它早已不在，请删除文件 $(1).incomplete。" >&2; exit 1; \
fi; \
echo $$$$ > $(1).incomplete; \
if [ ! -x $(1)/bin/python ]; then \
  found=; \
  for python in "$${PYTHON:-}" python3 python3.11 python3.12 python3.13 python3.14; do \
    if [ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
      found=$$python; break; \
    fi; \
  done; \
  if [ -z "$$found" ]; then \
    rm $(1).incomplete; \
    echo '没有找到 Python 3.11 或更新的版本。请先安装，或用 PYTHON=/路径/python3 指定。' >&2; exit 1; \
  fi; \
  rm -rf $(1); \
  if ! "$$found" -m venv $(1); then \
    rm -rf $(1) $(1).incomplete; \
    echo "$$found 不能创建虚拟环境。Debian 和 Ubuntu 请安装 python3-venv。" >&2; exit 1; \
  fi; \
fi; \
echo '安装 requirements/$(2).txt 中锁定的依赖'; \
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
  --requirement requirements/$(2).txt; \
rm $(1).incomplete; \
touch $(1)/.$(2)
endef
