"""Prints scipy.json: what NumPy and SciPy say of seeded samples.

Every figure is reckoned on the expanded sample of integers and divided by the
unit at the end, so that the division costs no digit of a small spread.
Run: python3 scipy_figures.py > scipy.json
"""

import json
import platform

import numpy
import scipy
import scipy.stats

SEED = 20240229

# Each figure is the value of its expression, over x (the expanded sample) and
# unit (the steps of a value that make one unit of the figure).
FIGURES = {
    "min": "numpy.min(x) / unit",
    "mean": "numpy.mean(x) / unit",
    "max": "numpy.max(x) / unit",
    "median": "numpy.percentile(x, 50, method='linear') / unit",
    "p95": "numpy.percentile(x, 95, method='linear') / unit",
    "p99": "numpy.percentile(x, 99, method='linear') / unit",
    "p99.9": "numpy.percentile(x, 99.9, method='linear') / unit",
}
SCIPY_FIGURES = {
    "scipy_median": "scipy.stats.mstats.mquantiles(x, 0.5, alphap=1, betap=1)[0] / unit",
    "scipy_p95": "scipy.stats.mstats.mquantiles(x, 0.95, alphap=1, betap=1)[0] / unit",
    "scipy_p99": "scipy.stats.mstats.mquantiles(x, 0.99, alphap=1, betap=1)[0] / unit",
    "scipy_p99.9": "scipy.stats.mstats.mquantiles(x, 0.999, alphap=1, betap=1)[0] / unit",
    "scipy_mean": "scipy.stats.tmean(x) / unit",
}
# Not defined for one observation, and left out there.
DEVIATIONS = {
    "stddev": "numpy.std(x, ddof=1) / unit",
    "scipy_stddev": "scipy.stats.tstd(x) / unit",
}


def samples(rng):
    """Yields the name, the values and the unit of each sample."""
    for n in [1, 2, 3, 4, 5, 7, 10, 19, 20, 21, 50, 99, 100, 101, 199, 300, 999, 1000, 1001, 3000]:
        ms = rng.lognormal(5.5, 0.6, n)
        yield f"lognormal durations in steps of 10 us, n={n}", 10 * numpy.rint(100 * ms), 1000
    for n in [1, 2, 3, 9, 20, 64, 100, 500, 2001]:
        yield f"lognormal durations in steps of 1 us, n={n}", numpy.rint(1000 * rng.lognormal(1, 1.2, n)), 1000
    for n in [1, 2, 3, 20, 100, 777, 5000]:
        yield f"constant 1.23 ms, n={n}", numpy.full(n, 1230), 1000
    for n in [1, 2, 6, 20, 99, 100, 1000, 4000]:
        yield f"memory in MB, n={n}", rng.integers(40, 128, n), 1
    for n in [10, 100, 1000, 6000]:
        yield f"heavy ties, n={n}", 10 * rng.geometric(0.3, n), 1000
    for low, high in [(1, 1), (1, 99), (99, 1), (19, 1), (95, 5), (96, 5), (500, 500), (1900, 101), (1901, 100)]:
        values = numpy.concatenate([numpy.full(low, 1000), numpy.full(high, 900_000_000)])
        yield f"two points, {low} low and {high} high", values, 1000
    for n in [2, 3, 100, 1000, 2500]:
        yield f"large values with a small spread, n={n}", 900_000_000_000 + rng.integers(0, 50, n), 1000
    for n in [10, 200, 2000]:
        cold = rng.normal(1_000_000, 50_000, n // 10)
        warm = rng.normal(12_000, 900, n - n // 10)
        yield f"one cold start in ten, n={n}", numpy.rint(numpy.concatenate([warm, cold])), 1000
    for n in [2, 30, 150]:
        yield f"zeros and ones, n={n}", rng.integers(0, 2, n), 1


def case(name, values, unit):
    values, counts = numpy.unique(values.astype(numpy.int64), return_counts=True)
    x = numpy.repeat(values, counts)
    expressions = FIGURES | SCIPY_FIGURES | (DEVIATIONS if len(x) > 1 else {})
    scope = {"numpy": numpy, "scipy": scipy, "x": x, "unit": unit}
    return {
        "name": name,
        "unit": unit,
        "values": values.tolist(),
        "counts": counts.tolist(),
        "figures": {figure: float(eval(call, scope)) for figure, call in expressions.items()},
    }


def main():
    rng = numpy.random.default_rng(SEED)
    head = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "seed": SEED,
        "x": "numpy.repeat(values, counts)",
        "calls": FIGURES | SCIPY_FIGURES | DEVIATIONS,
    }
    # The head is for reading; of the cases, each has one line.
    cases = ",\n".join(json.dumps(case(*sample)) for sample in samples(rng))
    print(json.dumps(head, indent=1).removesuffix("\n}") + ',\n "cases": [\n' + cases + "\n]}")


if __name__ == "__main__":
    main()
