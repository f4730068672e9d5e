"""`python -m floorcast`: the command."""

from floorcast.cli import main

if __name__ == "__main__":
    main()
