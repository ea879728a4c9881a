"""Reading XML answers: no entities, no network, no namespaces to stumble over."""

from lxml import etree

from track_service.carriers.base import BadAnswer
from track_service.carriers.reading import text
from track_service.http import Answer

_PARSER_SETTINGS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def xml_body(answer: Answer) -> etree._Element:
    """Return the root with plain tag names. Raises `BadAnswer`, also for a DOCTYPE.

    A document type is where entity bombs live, and no carrier's answer has one; HTML
    error pages do.
    """
    parser = etree.XMLParser(**_PARSER_SETTINGS)  # type: ignore[arg-type]
    try:
        root = etree.fromstring(answer.body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadAnswer(f"no XML: {answer.body[:60]!r}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BadAnswer("an XML answer with a document type")
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str) and tag[0] == "{":
            element.tag = tag.rpartition("}")[2]
    return root


def inner(element: etree._Element | None, path: str) -> str | None:
    """Return the stated text at a path below an element, None where there is none."""
    if element is None:
        return None
    if path == "." or "/" in path:
        found = element.find(path)
    else:  # twice as fast
        found = next(element.iterchildren(path), None)
    return None if found is None else text(found.text)
