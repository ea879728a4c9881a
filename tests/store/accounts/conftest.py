"""Two processes' views of one database, as far as one process can have them."""

import pytest

from track_service.store.accounts import DbBreaker, DbTokens


@pytest.fixture
def tokens(of):
    return DbTokens(of.database)


@pytest.fixture
def breakers(of):
    """Two breakers that share nothing but the database."""
    return DbBreaker(of.database), DbBreaker(of.database)
