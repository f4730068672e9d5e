"""The rooms of the package: the folder sim/ is installed as floorcast, the scenarios inside it."""

from setuptools import find_packages, setup

setup(
    packages=[
        "floorcast",
        *(f"floorcast.{room}" for room in find_packages("sim")),
        "floorcast.scenarios",
    ],
    package_dir={"floorcast": "sim", "floorcast.scenarios": "scenarios"},
    package_data={"floorcast": ["**/*"], "floorcast.scenarios": ["**/*"]},
)
