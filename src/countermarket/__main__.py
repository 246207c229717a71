"""`python -m countermarket`."""

from countermarket.cli import main

if __name__ == "__main__":
    main()
