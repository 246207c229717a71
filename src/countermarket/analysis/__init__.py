"""Tables in, tables out: what runs say against their references. Nothing here knows the model."""
