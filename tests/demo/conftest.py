"""A year of Maison Tilleul, told once for all the tests that read it."""

import pytest

from ressenti.demo import generate
from tests.support.generated_files import TODAY, GeneratedFiles


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> GeneratedFiles:
    folder = tmp_path_factory.mktemp("tilleul")
    generate(folder, today=TODAY, conversations=20_000)
    return GeneratedFiles(folder)
