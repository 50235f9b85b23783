"""Meta-analysis on arrays: NumPy in, NumPy out; knows no studies.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probatum.stats.choices import Choices
    from probatum.stats.conditional import fisher_p
    from probatum.stats.convert import (
        combine_groups,
        correlation_from_sds,
        difference_from_g,
        effective_size,
        g_from_difference,
        g_from_p,
        g_from_t,
        log_odds_ratio_from_smd,
        rescale,
        risk_ratio_from_odds_ratio,
        sd_from_ci,
        sd_from_difference_ci,
        sd_from_difference_se,
        sd_from_f,
        sd_from_p,
        sd_from_se,
        sd_from_t,
        se_from_ci,
        se_from_p,
        se_from_statistic,
        smd_from_log_odds_ratio,
        split_shared,
        statistic_from_p,
    )
    from probatum.stats.cumulative_plot import draw_cumulative
    from probatum.stats.direction import Votes, count_votes, sign_test
    from probatum.stats.engine import Engine
    from probatum.stats.estimators import Estimates, Method, pool_blocks
    from probatum.stats.fragility import Fragility, pool_fragility, table_fragility
    from probatum.stats.glmm import GlmmResult, fit_glmm
    from probatum.stats.gosh import GoshResult, pool_subsets
    from probatum.stats.inference import Prediction, Test, infer
    from probatum.stats.influence import InfluenceResult, measure_influence
    from probatum.stats.measures import MEASURES, EffectResult, Measure, effect, to_natural
    from probatum.stats.measures_continuous import change_sd, small_sample_factor, smd_variance
    from probatum.stats.measures_single import harmonic_mean, inverse_freeman_tukey
    from probatum.stats.multilevel import (
        MultilevelResult,
        constant_correlation,
        fit_multilevel,
        three_levels,
    )
    from probatum.stats.p_values import CombinedP, combine_p, one_sided
    from probatum.stats.pooling import pool
    from probatum.stats.proportion import clopper_pearson, upper_bound_of_none, wilson
    from probatum.stats.quartiles import Moments, mean_sd_from_median
    from probatum.stats.regression import RegressionResult, regress
    from probatum.stats.results import Pooled, PoolResult
    from probatum.stats.robust import RobustResult, cluster_robust
    from probatum.stats.screens import (
        find_doubled_controls,
        find_errors_as_sd,
        find_impossible_sd,
        find_inflated_sd,
    )
    from probatum.stats.selection import SelectionResult, select_by_p
    from probatum.stats.sequences import CUMULATIVE_CAVEAT, cumulate, leave_one_out
    from probatum.stats.small_study import (
        AsymmetryResult,
        RankResult,
        begg,
        egger,
        fail_safe_n,
        peters,
    )
    from probatum.stats.subgroups import SubgroupResult, compare_subgroups
    from probatum.stats.tau2_interval import Interval
    from probatum.stats.trim_fill import TrimFillResult, trim_and_fill
    from probatum.stats.two_by_two import TablePools, mantel_haenszel, peto
    from probatum.stats.zero_cells import correct_zero_cells

HOMES: dict[str, str] = {
    "AsymmetryResult": "small_study",
    "CUMULATIVE_CAVEAT": "sequences",
    "Choices": "choices",
    "CombinedP": "p_values",
    "EffectResult": "measures",
    "Engine": "engine",
    "Estimates": "estimators",
    "Fragility": "fragility",
    "GlmmResult": "glmm",
    "GoshResult": "gosh",
    "InfluenceResult": "influence",
    "Interval": "tau2_interval",
    "MEASURES": "measures",
    "Measure": "measures",
    "Method": "estimators",
    "Moments": "quartiles",
    "MultilevelResult": "multilevel",
    "PoolResult": "results",
    "Pooled": "results",
    "Prediction": "inference",
    "RankResult": "small_study",
    "RegressionResult": "regression",
    "RobustResult": "robust",
    "SelectionResult": "selection",
    "SubgroupResult": "subgroups",
    "TablePools": "two_by_two",
    "Test": "inference",
    "TrimFillResult": "trim_fill",
    "Votes": "direction",
    "begg": "small_study",
    "change_sd": "measures_continuous",
    "clopper_pearson": "proportion",
    "cluster_robust": "robust",
    "combine_groups": "convert",
    "combine_p": "p_values",
    "compare_subgroups": "subgroups",
    "constant_correlation": "multilevel",
    "correct_zero_cells": "zero_cells",
    "correlation_from_sds": "convert",
    "count_votes": "direction",
    "cumulate": "sequences",
    "difference_from_g": "convert",
    "draw_cumulative": "cumulative_plot",
    "effect": "measures",
    "effective_size": "convert",
    "egger": "small_study",
    "fail_safe_n": "small_study",
    "find_doubled_controls": "screens",
    "find_errors_as_sd": "screens",
    "find_impossible_sd": "screens",
    "find_inflated_sd": "screens",
    "fisher_p": "conditional",
    "fit_glmm": "glmm",
    "fit_multilevel": "multilevel",
    "g_from_difference": "convert",
    "g_from_p": "convert",
    "g_from_t": "convert",
    "harmonic_mean": "measures_single",
    "infer": "inference",
    "inverse_freeman_tukey": "measures_single",
    "leave_one_out": "sequences",
    "log_odds_ratio_from_smd": "convert",
    "mantel_haenszel": "two_by_two",
    "mean_sd_from_median": "quartiles",
    "measure_influence": "influence",
    "one_sided": "p_values",
    "peters": "small_study",
    "peto": "two_by_two",
    "pool": "pooling",
    "pool_blocks": "estimators",
    "pool_fragility": "fragility",
    "pool_subsets": "gosh",
    "regress": "regression",
    "rescale": "convert",
    "risk_ratio_from_odds_ratio": "convert",
    "sd_from_ci": "convert",
    "sd_from_difference_ci": "convert",
    "sd_from_difference_se": "convert",
    "sd_from_f": "convert",
    "sd_from_p": "convert",
    "sd_from_se": "convert",
    "sd_from_t": "convert",
    "se_from_ci": "convert",
    "se_from_p": "convert",
    "se_from_statistic": "convert",
    "select_by_p": "selection",
    "sign_test": "direction",
    "small_sample_factor": "measures_continuous",
    "smd_from_log_odds_ratio": "convert",
    "smd_variance": "measures_continuous",
    "split_shared": "convert",
    "statistic_from_p": "convert",
    "table_fragility": "fragility",
    "three_levels": "multilevel",
    "to_natural": "measures",
    "trim_and_fill": "trim_fill",
    "upper_bound_of_none": "proportion",
    "wilson": "proportion",
}
"""The module that holds each public name."""

__all__ = [
    "CUMULATIVE_CAVEAT",
    "MEASURES",
    "AsymmetryResult",
    "Choices",
    "CombinedP",
    "EffectResult",
    "Engine",
    "Estimates",
    "Fragility",
    "GlmmResult",
    "GoshResult",
    "InfluenceResult",
    "Interval",
    "Measure",
    "Method",
    "Moments",
    "MultilevelResult",
    "PoolResult",
    "Pooled",
    "Prediction",
    "RankResult",
    "RegressionResult",
    "RobustResult",
    "SelectionResult",
    "SubgroupResult",
    "TablePools",
    "Test",
    "TrimFillResult",
    "Votes",
    "begg",
    "change_sd",
    "clopper_pearson",
    "cluster_robust",
    "combine_groups",
    "combine_p",
    "compare_subgroups",
    "constant_correlation",
    "correct_zero_cells",
    "correlation_from_sds",
    "count_votes",
    "cumulate",
    "difference_from_g",
    "draw_cumulative",
    "effect",
    "effective_size",
    "egger",
    "fail_safe_n",
    "find_doubled_controls",
    "find_errors_as_sd",
    "find_impossible_sd",
    "find_inflated_sd",
    "fisher_p",
    "fit_glmm",
    "fit_multilevel",
    "g_from_difference",
    "g_from_p",
    "g_from_t",
    "harmonic_mean",
    "infer",
    "inverse_freeman_tukey",
    "leave_one_out",
    "log_odds_ratio_from_smd",
    "mantel_haenszel",
    "mean_sd_from_median",
    "measure_influence",
    "one_sided",
    "peters",
    "peto",
    "pool",
    "pool_blocks",
    "pool_fragility",
    "pool_subsets",
    "regress",
    "rescale",
    "risk_ratio_from_odds_ratio",
    "sd_from_ci",
    "sd_from_difference_ci",
    "sd_from_difference_se",
    "sd_from_f",
    "sd_from_p",
    "sd_from_se",
    "sd_from_t",
    "se_from_ci",
    "se_from_p",
    "se_from_statistic",
    "select_by_p",
    "sign_test",
    "small_sample_factor",
    "smd_from_log_odds_ratio",
    "smd_variance",
    "split_shared",
    "statistic_from_p",
    "table_fragility",
    "three_levels",
    "to_natural",
    "trim_and_fill",
    "upper_bound_of_none",
    "wilson",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *HOMES])
