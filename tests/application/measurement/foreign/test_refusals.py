"""Bad files of models are told by the key at fault, and nothing else ever happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.foreign import COUNT, WEEKS, meridian, pymc, read, robyn

from nexusplanner.application.measurement.fitting import DRAWS
from nexusplanner.application.measurement.foreign import ModelFileError, read_foreign
from nexusplanner.domain.measurement import ModelSource


def without(content: dict[str, Any], *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(content))
    place = copy
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return copy


@pytest.mark.parametrize(
    ("content", "source", "key"),
    [
        (b"", ModelSource.MERIDIAN, "channel"),
        (b"\xff\xfe{", ModelSource.MERIDIAN, "file"),
        (b"{", ModelSource.PYMC_MARKETING, "file"),
        (b"[]", ModelSource.ROBYN, "file"),
        (b'{"channels": ["a"], "posterior": {"alpha_m": [[NaN]]}}', ModelSource.MERIDIAN, "file"),
        (b"channel,alpha_m\ntv,abc\n", ModelSource.MERIDIAN, "alpha_m"),
        (b"channel,alpha_m\ntv,0.2\ntv,0.3\nradio,0.2\n", ModelSource.MERIDIAN, "channel"),
        (b"channel,alpha_m,spend_per_unit\ntv,0.2,5\ntv,0.2,6\n", ModelSource.MERIDIAN, "spend_per_unit"),
        (without(meridian(), "channels"), ModelSource.MERIDIAN, "channels"),
        (without(meridian(), "posterior", "ec_m"), ModelSource.MERIDIAN, "posterior.ec_m"),
        (without(meridian(), "posterior", "roi_m"), ModelSource.MERIDIAN, "posterior.roi_m"),
        (without(without(meridian(), "spend"), "media_scaled"), ModelSource.MERIDIAN, "spend"),
        (meridian(channels=["tv", "tv"]), ModelSource.MERIDIAN, "channels"),
        (meridian(channels="tv"), ModelSource.MERIDIAN, "channels"),
        (meridian(spend=[[0, 1]] * WEEKS), ModelSource.MERIDIAN, "spend"),
        (meridian(spend=[[-1, 1]] * WEEKS), ModelSource.MERIDIAN, "spend[0][0]"),
        (meridian(spend=[[1, 1]] * 3), ModelSource.MERIDIAN, "spend, media_scaled"),
        (meridian(hill_before_adstock=True), ModelSource.MERIDIAN, "hill_before_adstock"),
        (meridian(adstock_decay_spec="binomial"), ModelSource.MERIDIAN, "adstock_decay_spec"),
        (meridian(posterior={"alpha_m": [[0.1, 0.2], [0.1]]}), ModelSource.MERIDIAN, "posterior.alpha_m[1]"),
        (meridian(posterior={"alpha_m": [["x", 0.2]]}), ModelSource.MERIDIAN, "posterior.alpha_m[0][0]"),
        (meridian(posterior={}), ModelSource.MERIDIAN, "posterior"),
        (
            meridian(posterior={**meridian()["posterior"], "alpha_m": [[1.2, 0.2]] * COUNT}),
            ModelSource.MERIDIAN,
            "posterior.alpha_m",
        ),
        (without(pymc(), "channel_scale"), ModelSource.PYMC_MARKETING, "channel_scale"),
        (pymc(channel_scale=[1, -2]), ModelSource.PYMC_MARKETING, "channel_scale[1]"),
        (pymc(channel_scale={"tv_S": 1}), ModelSource.PYMC_MARKETING, "channel_scale.search_S"),
        (pymc(saturation="root"), ModelSource.PYMC_MARKETING, "saturation"),
        (pymc(adstock="weibull"), ModelSource.PYMC_MARKETING, "adstock"),
        (pymc(normalize="no"), ModelSource.PYMC_MARKETING, "normalize"),
        (pymc(adstock_first=False), ModelSource.PYMC_MARKETING, "adstock_first"),
        (without(robyn(), "ExportedModel"), ModelSource.ROBYN, "ExportedModel"),
        (without(robyn(), "Extras"), ModelSource.ROBYN, "Extras.raw_data"),
        (without(robyn(), "InputCollect", "adstock"), ModelSource.ROBYN, "InputCollect.adstock"),
        (
            without(robyn(), "ExportedModel", "hyper_values", "tv_S_gammas"),
            ModelSource.ROBYN,
            "ExportedModel.hyper_values.tv_S_gammas",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_its_key(
    content: dict[str, Any] | bytes, source: ModelSource, key: str
) -> None:
    with pytest.raises(ModelFileError) as refusal:
        read(content, source)
    assert refusal.value.message.startswith(f"{key}: "), refusal.value.message
    assert list(refusal.value.fields) == ["file"]


@pytest.mark.parametrize(
    ("name", "value"), [("adstock", ["weibull_cdf"]), ("dayInterval", [1]), ("rollingWindowStartWhich", [0])]
)
def test_robyn_models_of_another_kind_are_refused(name: str, value: list[Any]) -> None:
    content = robyn()
    content["InputCollect"][name] = value
    with pytest.raises(ModelFileError, match=name):
        read(content, ModelSource.ROBYN)


def test_two_names_for_one_channel_are_refused() -> None:
    with pytest.raises(ModelFileError, match="both mean tv"):
        read_foreign(json.dumps(meridian()).encode(), source=ModelSource.MERIDIAN, channel_of=lambda _: "tv")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.sampled_from([ModelSource.MERIDIAN, ModelSource.ROBYN, ModelSource.PYMC_MARKETING]),
    st.sampled_from(["channels", "posterior", "spend", "channel_scale", "InputCollect", "ExportedModel", "Extras"]),
    json_values,
)
def test_no_file_does_anything_but_be_taken_or_refused(source: ModelSource, key: str, value: Any) -> None:
    whole = {ModelSource.MERIDIAN: SMALL_MERIDIAN, ModelSource.ROBYN: robyn(), ModelSource.PYMC_MARKETING: SMALL_PYMC}
    try:
        curves, _ = read({**whole[source], key: value}, source)
    except ModelFileError:
        return
    assert all(len(curve.scale) == DRAWS for curve in curves)


def _small(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "posterior": {name: rows[:3] for name, rows in content["posterior"].items()}}


SMALL_MERIDIAN, SMALL_PYMC = _small(meridian()), _small(pymc())
