"""Generators for other languages: TypeScript's are tried on a real server, the rest as far as they are generated."""

import shutil
from pathlib import Path

import pytest

from tests.clients.generating import CONTRACT, OPENAPI_GENERATOR, assert_succeeds, needs_java
from tests.running_server import RunningServer

TYPESCRIPT = Path(__file__).with_name("typescript")
NODE_BIN = TYPESCRIPT / "node_modules" / ".bin"
GENERATORS: dict[str, list[str | Path]] = {
    "openapi_typescript": [NODE_BIN / "openapi-typescript", CONTRACT, "-o", "generated/schema.d.ts"],
    "hey_api": [NODE_BIN / "openapi-ts", "-i", CONTRACT, "-o", "generated"],
    "typescript_fetch": [
        *(OPENAPI_GENERATOR, "generate", "-g", "typescript-fetch", "-i", CONTRACT, "-o", "generated"),
    ],
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[needs_java] if OPENAPI_GENERATOR in line else []) for name, line in GENERATORS.items()],
)
def test_a_generated_client_has_types_and_does_a_session(
    server: RunningServer, national_id: str, tmp_path: Path, name: str
) -> None:
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    for file in ("package.json", "tsconfig.json", f"{name}.ts"):
        shutil.copy(TYPESCRIPT / file, tmp_path)

    assert_succeeds(GENERATORS[name], tmp_path)
    assert_succeeds([NODE_BIN / "tsc", "--project", "tsconfig.json"], tmp_path)
    assert_succeeds(
        [NODE_BIN / "esbuild", f"{name}.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=run.mjs"],
        tmp_path,
    )
    assert_succeeds(["node", "run.mjs", server.address, national_id], tmp_path)


@needs_java
@pytest.mark.parametrize("language", ["java", "go", "csharp"])
def test_openapi_generator_generates_for_other_languages(tmp_path: Path, language: str) -> None:
    assert_succeeds([OPENAPI_GENERATOR, "generate", "-g", language, "-i", CONTRACT, "-o", "."], tmp_path)

    assert any("TimerStart" in file.name or "timer_start" in file.name for file in tmp_path.rglob("*"))
