"""`python -m countermarket`."""

from countermarket.cli.app import main

if __name__ == "__main__":
    main()
