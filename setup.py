"""The packages: the folder sim/ is installed as floorcast, the scenarios inside it."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        "floorcast",
        *(f"floorcast.{name}" for name in find_namespace_packages("sim")),
        "floorcast.scenarios",
        *(f"floorcast.scenarios.{name}" for name in find_namespace_packages("scenarios")),
    ],
    package_dir={"floorcast": "sim", "floorcast.scenarios": "scenarios"},
    package_data={"floorcast": ["**/*"], "floorcast.scenarios": ["**/*"]},
)
