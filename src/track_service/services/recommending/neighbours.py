"""What is bought together: in one order, and by one customer over time.

Sources: cosine between products; "Embarrassingly Shallow Autoencoders for Sparse Data"
(Steck 2019) for the ridge regression of each product on all others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from track_service.services.recommending.ledger import Floats, Ints, Ledger

_HALF = 180.0  # days
_BLOCK = 2048  # products reckoned at once
_HEAD = 4000  # products that are regressed on each other: a dense matrix
_RIDGE = 3.0  # of the mean of the diagonal


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each product the places of others and their strength, strongest first.

    A strength of 0 means that there is none.
    """

    places: Ints
    strengths: NDArray[np.float32]


def in_one_order(of: Ledger, *, count: int) -> Neighbours:
    """Return what lies in the same orders, by cosine; old orders weigh less."""
    shape = (len(of.day), len(of.products))
    lines = sparse.csr_array((_weights(of), (of.order, of.product)), shape=shape)
    return _cosine(lines.astype(np.float32), count)


def _cosine(rows: sparse.csr_array, count: int) -> Neighbours:
    """Return the nearest columns of each column."""
    wide = rows.shape[1]
    norms = np.sqrt(rows.multiply(rows).sum(axis=0))
    columns = (rows @ sparse.diags_array(1 / np.where(norms, norms, 1))).tocsc()
    turned = columns.tocsr()
    found = Neighbours(
        np.zeros((wide, count), np.int32), np.zeros((wide, count), np.float32)
    )
    for start in range(0, wide, _BLOCK):
        near = (columns[:, start : start + _BLOCK].T @ turned).tocsr()
        for row in range(near.shape[0]):
            ends = slice(near.indptr[row], near.indptr[row + 1])
            places, strengths = near.indices[ends], near.data[ends]
            strengths[places == start + row] = 0
            _keep(found, start + row, places, strengths)
    return found


def by_customer(of: Ledger, *, count: int) -> Neighbours:
    """Return what the same customers ever bought, by plain cosine."""
    customer = of.customer[of.order]
    shape = (len(of.customers), len(of.products))
    rows = sparse.csr_array((np.ones(len(customer)), (customer, of.product)), shape)
    rows.sum_duplicates()
    rows.data[:] = 1
    return _cosine(rows.astype(np.float32), count)


def of_one_customer(of: Ledger, *, count: int) -> Neighbours:
    """Return what the same customers buy, each product's part beside all others'.

    Only what sells best is regressed; other products have no such neighbours.
    """
    wide = len(of.products)
    found = Neighbours(
        np.zeros((wide, count), np.int32), np.zeros((wide, count), np.float32)
    )
    rows = _last_bought(of)
    weight = rows.sum(axis=0)
    head = np.argsort(-weight, kind="stable")[:_HEAD]
    head = head[weight[head] > 0]
    if len(head) < 2:  # nothing beside it
        return found
    slopes = _ridge(rows[:, head])
    for place, product in enumerate(head):
        _keep(found, product, head, slopes[place])
    return found


def _weights(of: Ledger) -> Floats:
    """Return what each line counts: 1 in the newest order, by its age less in others."""
    return np.asarray(0.5 ** ((of.day.max(initial=0) - of.day[of.order]) / _HALF))


def _last_bought(of: Ledger) -> sparse.csr_array:
    """Return customers by products: how lately bought, as a share of the customer's."""
    shape = (len(of.customers), len(of.products))
    pair = of.customer[of.order].astype(np.int64) * shape[1] + of.product
    pairs, last = np.unique(pair[::-1], return_index=True)  # the latest line of each
    where = (pairs // shape[1], pairs % shape[1])
    rows = sparse.csr_array((_weights(of)[::-1][last], where), shape=shape)
    size = np.sqrt(rows.sum(axis=1))
    return (sparse.diags_array(1 / np.where(size, size, 1)) @ rows).tocsr()


def _ridge(rows: sparse.csr_array) -> Floats:
    """Return how much each column (across) is told by each other (down)."""
    gram = (rows.T @ rows).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += _RIDGE * float(np.mean(np.diag(gram)))
    factor, _ = linalg.cho_factor(gram, lower=True, overwrite_a=True)
    inverse, failed = linalg.lapack.spotri(factor, lower=1)
    if failed:
        raise ArithmeticError("the ridge regression has no solution")
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    slopes = -inverse / np.diag(inverse)
    np.fill_diagonal(slopes, 0)
    return np.asarray(slopes)


def _keep(
    into: Neighbours, product: int, places: Ints, strengths: NDArray[np.float32]
) -> None:
    count = into.places.shape[1]
    if len(places) > count:
        best = np.argpartition(-strengths, count)[:count]
        places, strengths = places[best], strengths[best]
    best = np.argsort(-strengths, kind="stable")
    best = best[strengths[best] > 0]
    into.places[product, : len(best)] = places[best]
    into.strengths[product, : len(best)] = strengths[best]
