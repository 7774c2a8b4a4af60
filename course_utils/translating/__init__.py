"""The course in other languages, from one source: texts as units, catalogues of them, and notebooks made from both."""
