"""Speed and scale: the package against a plain Mesa twin, against its own size, and against the machine."""
