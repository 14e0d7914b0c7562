"""Compile the translations when the package is built or installed: git keeps the .po files only."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    def initialize(self, version, build_data):
        for source in Path(self.root, "src").rglob("*.po"):
            compiled = source.with_suffix(".mo")
            with source.open("rb") as text, compiled.open("wb") as binary:
                write_mo(binary, read_po(text, locale=source.parts[-3]))
            build_data["artifacts"].append(str(compiled.relative_to(self.root)))
