"""Whatever JSON the directory answers, a question ends in an answer or in one of balt's own errors."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balt.directory.client import DirectoryClient, Limits
from balt.directory.fhir import read_resource
from balt.errors import DirectoryError
from tests.directory.fake_api import FakeApi
from tests.directory.fhir_data import CAMILLE, at_hospital, bundle, camille, hospital
from tests.directory.scripted_directory import CLOCK

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a JSON document."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return [path]
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of a document with another value at a place."""
    if not path:
        return value
    copy = json.loads(json.dumps(document))
    inside = copy
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return copy


@given(data=st.data(), odd=ODD)
@settings(max_examples=300, deadline=None)
def test_a_resource_is_read_whatever_stands_in_it(data: st.DataObject, odd: Any) -> None:
    resource = data.draw(st.sampled_from([camille(), at_hospital(), hospital()]))
    place = data.draw(st.sampled_from(places(resource)[1:]))

    read_resource(changed(resource, place, odd))


@given(data=st.data(), odd=ODD)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_page_is_read_or_refused_whatever_stands_in_it(data: st.DataObject, odd: Any) -> None:
    page = bundle(camille(), at_hospital(), hospital(), total=1)
    broken = changed(page, data.draw(st.sampled_from(places(page))), odd)

    with FakeApi(broken, bundle()) as api:
        bounds = Limits(deadline_seconds=10, calls_per_second=100_000)
        client = DirectoryClient(api.base_url, lambda: "cle", CLOCK, limits=bounds)
        with client, suppress(DirectoryError):
            client.of_professional(CAMILLE)
