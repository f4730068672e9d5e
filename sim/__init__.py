"""Floorcast: a contact-centre simulator and planner."""

if __name__ != "floorcast":
    raise ImportError(
        "Floorcast is imported as floorcast (the folder sim/ only holds its source): import floorcast"
    )

__version__ = "0.2.0.dev0"
