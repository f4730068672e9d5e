"""The records of a run: enumerations and the dtypes of its arrays, without behaviour."""
