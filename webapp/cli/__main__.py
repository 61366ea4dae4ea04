"""``python -m webapp.cli``: the command ``alur`` from a checkout that is not installed."""

from . import main

if __name__ == "__main__":
    main(prog_name="alur")
