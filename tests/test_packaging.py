"""pyproject.toml, requirements.lock and environment.yml say the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
FILES = ("pyproject.toml", "requirements.lock", "environment.yml")
CONDA_PYTHON = {"python_full_version": "3.11.9", "python_version": "3.11", "sys_platform": "linux", "os_name": "posix"}


def direct_dependencies(*groups: str) -> dict[str, Requirement]:
    """What the project names itself; by default what `./course` installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for group in groups or ("test", "site") for text in extras[group])]
    return {Requirement(text).name: Requirement(text) for text in texts}


def locked() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def version(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "==", f"{requirement} is no exact version"
    return specifier.version


def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def conda_pip_lines() -> list[str]:
    return next(entry["pip"] for entry in environment()["dependencies"] if isinstance(entry, dict))


@pytest.mark.parametrize("name", sorted(direct_dependencies("test", "site", "hub")))
def test_every_direct_dependency_is_locked_within_its_range(name):
    versions = [version(requirement) for requirement in locked() if requirement.name == name]
    assert versions, f"{name} is not in requirements.lock"
    assert all(direct_dependencies("test", "site", "hub")[name].specifier.contains(exact) for exact in versions)


def test_torch_is_pinned():
    assert [version(requirement) for requirement in locked() if requirement.name == "torch"] == ["2.13.0"]


def test_conda_installs_the_locked_versions_of_the_direct_dependencies():
    pinned = [Requirement(line) for line in conda_pip_lines() if not line.startswith("-")]
    applicable = {
        requirement.name: version(requirement)
        for requirement in locked()
        if requirement.marker is None or requirement.marker.evaluate(CONDA_PYTHON)
    }
    assert {requirement.name: version(requirement) for requirement in pinned} == {
        name: applicable[name] for name in direct_dependencies()
    }


def test_conda_installs_the_lock_and_the_project():
    assert {"-c requirements.lock", "-e .[test,site]"} <= set(conda_pip_lines())
    assert "python=3.11" in environment()["dependencies"]


@pytest.mark.parametrize("name", FILES)
def test_no_registry_and_no_path_of_a_machine(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|index-url|find-links|/home/|/root/|/tmp/|[A-Z]:\\", text)


def test_the_script_and_the_ci_are_executable():
    listed = subprocess.run(["git", "ls-files", "-s", "course", ".ci/run"], cwd=ROOT, capture_output=True, text=True)
    if not listed.stdout:
        pytest.skip("not a git checkout, or not committed yet")
    assert all(line.startswith("100755") for line in listed.stdout.splitlines())


def test_the_workflow_runs_the_ci_with_the_python_of_the_conda_environment():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["tests"]["steps"]
    assert steps[-1] == {"run": ".ci/run"}
    assert [step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")] == ["3.11"]
    assert "python=3.11" in environment()["dependencies"]
