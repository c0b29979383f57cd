"""How much random input there is: little and always the same in `make test`, 100,000 examples in `make fuzz`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

PROPERTIES = 8  # as many as there are tests in this folder
# The app is one for all examples, and each leaves it as it was.
COMMON = settings(
    deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

settings.register_profile("ci", COMMON, max_examples=200, derandomize=True)
settings.register_profile("fuzz", COMMON, max_examples=100_000 // PROPERTIES, print_blob=True)
settings.load_profile("ci")
