"""`make benchmark`: what the app costs, in counts, sizes and ratios, which say the same on every machine."""
