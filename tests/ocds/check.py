"""
Run by the Python of .venv-ocds: check a package with libcoveocds, without network.

`check.py package.json standard.zip extensions.json` prints the report. The tool's session answers from the files given; the tool itself is
unchanged.
"""

import json
import sys
from pathlib import Path

import libcoveocds.api
from libcoveocds.config import LibCoveOCDSConfig
from ocdsextensionregistry import util
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter


class Files(BaseAdapter):
    """Answers for extensions from the file of their fields, and for nothing else."""

    def __init__(self, extensions: dict[str, object]) -> None:
        super().__init__()
        self.extensions = extensions

    def send(self, request: PreparedRequest, **_kwargs: object) -> Response:
        *_, extension, _version, name = str(request.url).split("/")
        held = self.extensions.get(extension)
        answer = Response()
        answer.request, answer.url, answer.status_code = request, str(request.url), 200
        if held is None or name not in {"extension.json", "release-schema.json"}:
            answer.status_code = 404
        text = {"en": extension}
        about = {"name": text, "description": text, "documentationUrl": text, "schemas": ["release-schema.json"]}
        answer._content = json.dumps(about if name == "extension.json" else held).encode()
        return answer

    def close(self) -> None:
        pass


def main(package: str, standard: str, extensions: str) -> None:
    util.session = None  # nothing may be asked by another way than the one below
    from ocdsextensionregistry import extension_version
    from requests import Session

    session = Session()
    session.mount("https://", Files(json.loads(Path(extensions).read_text())))
    extension_version.session = session
    # Not from the address of the extension's archive: file by file.
    extension_version.ExtensionVersion.repository_ref_download_url = property(lambda _self: None)
    config = LibCoveOCDSConfig()
    config.config |= {"standard_zip": f"file://{Path(standard).resolve()}", "context": "api"}
    report = libcoveocds.api.ocds_json_output(file=package, lib_cove_ocds_config=config)
    print(json.dumps(report, default=list, ensure_ascii=False))  # noqa: T201


main(*sys.argv[1:])
