"""
Run by the Python of .venv-ocds: check a package with libcoveocds, without network.

`check.py package.json standard.zip extensions.json` prints the report. What the tool
would fetch it gets from the files given; what it judges by is unchanged.
"""

import json
import sys
import zipfile
from pathlib import Path

import libcoveocds.api
import requests
from libcoveocds.config import LibCoveOCDSConfig
from ocdsextensionregistry import extension_version
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter


class Files(BaseAdapter):
    """Answers from the files given, and for nothing else: no request of the tool leaves the machine."""

    def __init__(self, standard: str, extensions: str) -> None:
        super().__init__()
        self.extensions = json.loads(Path(extensions).read_text())
        self.standard = zipfile.ZipFile(standard)

    def send(self, request: PreparedRequest, **_kwargs: object) -> Response:
        answer = Response()
        answer.request, answer.url, answer.status_code = request, str(request.url), 200
        content = self.found(str(request.url))
        answer.status_code = 404 if content is None else 200
        answer._content = content or b""
        return answer

    def found(self, url: str) -> bytes | None:
        *_, extension, _version, name = url.split("/")
        inside = f"standard-1.1/schema/{name}"
        if url.startswith("https://standard.open-contracting.org/") and inside in self.standard.namelist():
            return self.standard.read(inside)
        if (fields := self.extensions.get(extension)) is None:
            return None
        text = {"en": extension}
        about = {"name": text, "description": text, "documentationUrl": text, "schemas": ["release-schema.json"]}
        return {"extension.json": json.dumps(about).encode(), "release-schema.json": json.dumps(fields).encode()}.get(
            name
        )

    def close(self) -> None:
        pass


def main(package: str, standard: str, extensions: str) -> None:
    files = Files(standard, extensions)
    # Without the tool's cache, which keeps what a network would have sent.
    extension_version.session = requests.Session()
    requests.sessions.Session.get_adapter = lambda _self, url: files
    # Extensions are read file by file, not as an archive.
    extension_version.ExtensionVersion.repository_ref_download_url = property(lambda _self: None)
    config = LibCoveOCDSConfig()
    config.config |= {"standard_zip": f"file://{Path(standard).resolve()}", "context": "api"}
    report = libcoveocds.api.ocds_json_output(file=package, lib_cove_ocds_config=config)
    print(json.dumps(report, default=list, ensure_ascii=False))  # noqa: T201


main(*sys.argv[1:])
