"""How the recognition's weights are made (README.md). Not part of the installed package."""
