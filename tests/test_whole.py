"""The program as a whole: its size, its processes, its docs, its wheel."""

import json
import re
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import MISSING, fields
from pathlib import Path

import click
import pytest

from tests.cli.process import Process, ask, free_port
from tests.conftest import SECRET_KEY
from track_service.carriers import carriers
from track_service.carriers.base import COMMON
from track_service.cli import main
from track_service.config import Settings

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Settings whose variable is not simply their name.
NAMED = {"smtp": "SMTP_URL", "accounts": "CARRIER_<CODE>_<SETTING>"}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_no_module_is_longer_than_400_lines(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def processes():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_the_procfile_names_each_process():
    assert list(processes()) == ["release", "web", "worker"]


@pytest.mark.parametrize("name", processes())
def test_the_procfile_s_commands_are_there(name):
    program, *words = shlex.split(processes()[name].replace("${PORT:-8000}", "8000"))

    command, rest = found(words)

    assert program == "track-service"
    assert command.make_context(name, rest).params.get("port", 8000) == 8000


def found(words):
    """Return the command that the words lead to, and the words left for it."""
    command, rest = main, list(words)
    while isinstance(command, click.Group) and rest and rest[0][0] != "-":
        command = command.get_command(click.Context(command), rest.pop(0))
    return command, rest


def test_each_setting_is_documented():
    documented = re.findall(
        r"^\| `(TRACK_\S+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )

    names = [f"TRACK_{NAMED.get(f.name, f.name.upper())}" for f in fields(Settings)]
    general = [f"TRACK_CARRIER_<CODE>_{name.upper()}" for name in COMMON]
    assert documented == names + general


@pytest.mark.parametrize(
    ("name", "default"),
    [
        (f.name, None if f.default is MISSING else f.default)
        for f in fields(Settings)
        if f.name not in NAMED
    ],
)
def test_the_documented_default_is_the_one_in_force(name, default):
    text = (ROOT / "docs/settings.md").read_text()
    row = re.search(rf"^\| `TRACK_{name.upper()}` \|(.*)\|$", text, re.MULTILINE)
    stated = row[1].split(" | ")[1].strip().strip("`")

    if name == "secret_keys":
        assert stated == "none, must be given"
    elif isinstance(default, float):
        assert float(stated) == default
    else:
        assert stated == str(default or "none" if default != 0 else 0)


def known_names():
    names = {f"TRACK_{f.name.upper()}" for f in fields(Settings)} | {"TRACK_SMTP_URL"}
    for code, carrier in carriers().items():
        for name in (*carrier.settings, *carrier.optional, *COMMON):
            names.add(f"TRACK_CARRIER_{code}_{name}".upper())
    return names


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.stem)
def test_the_docs_name_no_setting_that_is_not_there(file):
    named = set(re.findall(r"\bTRACK_[A-Z0-9_]+[A-Z0-9]\b(?!_?<)", file.read_text()))

    assert named <= known_names()


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.stem)
def test_the_docs_name_no_command_that_is_not_there(file):
    text = file.read_text()
    inline = re.findall(r"`(?:\S*/)?track-service((?: [a-z-]+)+)", text)
    blocks = re.findall(r"^(?:\S*/)?track-service((?: [a-z-]+)+)", text, re.MULTILINE)

    for words in (line.split() for line in (*inline, *blocks)):
        command, _ = found(words)
        assert command not in {main, None}


@pytest.mark.parametrize("carrier", carriers().values(), ids=carriers())
def test_an_account_is_read_by_the_rule_that_is_documented(carrier):
    given = dict.fromkeys((*carrier.settings, "per_second"), "1")
    env = {f"TRACK_CARRIER_{carrier.code}_{n}".upper(): v for n, v in given.items()}

    settings = Settings.from_env({"TRACK_SECRET_KEYS": SECRET_KEY, **env})

    assert settings.accounts == {carrier.code: given}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as it would be published."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT]
    built = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_holds_all_that_it_runs_on(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for folder, pattern in (
        (ROOT / "src", "track_service/**/*"),
        (ROOT, "templates/**/*"),
        (ROOT, "migrations/**/*"),
    ):
        for file in folder.glob(pattern):
            if file.is_file() and "__pycache__" not in file.parts:
                name = file.relative_to(folder).as_posix()
                inside = name if folder != ROOT else f"track_service/{name}"
                assert inside in names
    kinds = {Path(name).suffix for name in names}
    assert {".py", ".html", ".txt", ".css", ".js", ".po", ".tsv"} <= kinds


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert tops == {
        "track_service",
        f"track_service-{wheel.name.split('-')[1]}.dist-info",
    }


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel alone into a venv; its dependencies are this one's."""
    folder = tmp_path_factory.mktemp("venv")
    make = [sys.executable, "-m", "venv", "--without-pip", folder]
    subprocess.run(make, check=True)  # noqa: S603
    python = folder / "bin" / "python"
    (site,) = folder.glob("lib/python*/site-packages")
    # Folders that a .pth names are not searched for .pth files themselves, so that
    # the editable install of the repository stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-compile", wheel]
    pip = [sys.executable, "-m", "pip", "--python", python, *install]
    subprocess.run(pip, check=True, capture_output=True)  # noqa: S603
    return folder / "bin" / "track-service"


@pytest.fixture
def outside(installed, tmp_path):
    """Run the installed program far from the repository."""
    started = []
    settings = {
        "TRACK_SECRET_KEYS": SECRET_KEY,
        "TRACK_DATABASE_URL": f"sqlite:///{tmp_path}/track.db",
    }

    def run(*words, **env):
        made = Process(*words, env=env or settings, program=[installed], cwd=tmp_path)
        started.append(made)
        return made

    yield run
    for process in started:
        process.close()


def test_the_wheel_runs_without_the_repository(outside, installed):
    listing = outside("carriers", "--json", HOME="/")

    assert listing.wait() == 0
    (line,) = listing.lines
    assert [row["code"] for row in json.loads(line)] == list(carriers())
    where = [
        installed.with_name("python"),
        "-c",
        "import track_service as t; print(t.__file__)",
    ]
    told = subprocess.run(where, check=True, capture_output=True, text=True, cwd="/")  # noqa: S603
    assert told.stdout.startswith(str(installed.parents[1]))


def test_the_wheel_serves_a_page(outside):
    port = free_port()
    assert outside("db", "upgrade").wait() == 0
    added = outside("brand", "add", "acme", "Acme")
    assert added.wait() == 0
    path = re.search(r"Test page .*(/t/\S+)", "".join(added.lines))[1]

    server = outside("web", "--port", port, "--workers", 1)
    server.hear("Listening at")
    base = f"http://127.0.0.1:{port}"
    status, page = ask(f"{base}{path}?lang=vi")

    assert status == 200
    assert 'lang="vi"' in page
    assets = re.findall(r'(?:href|src)="(/(?:static|brand)/[^"]+)"', page)
    assert len(assets) >= 3
    assert {ask(base + asset)[0] for asset in assets} == {200}
    assert server.end() == 0
