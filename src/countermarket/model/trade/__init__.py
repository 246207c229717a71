"""Where two sides meet: routes, shipping, markets, prices, production."""
