"""What a product might cost, from how it sells: pure functions over rows."""
import math
from collections import defaultdict
from dataclasses import dataclass

HALF_LIFE_S = 3 * 86_400
CHANGE_MAX = 0.1          # of today's price, either way
ELASTICITY = (-3.0, -0.5)   # a category whose sales say something wilder says nothing


@dataclass(frozen=True)
class Product:
    id: int
    category: str
    price_cents: int


@dataclass(frozen=True)
class Sale:
    product: int
    quantity: int
    time: float   # seconds since 1970


def estimate_demand(sales):
    """{product: units}, older sales counting for less: half after each half-life before the newest one."""
    newest = max((sale.time for sale in sales), default=0.0)
    demand = defaultdict(float)
    for sale in sales:
        demand[sale.product] += sale.quantity * math.exp2((sale.time - newest) / HALF_LIFE_S)
    return dict(demand)


def fit_elasticity(points):
    """Slope of log(units) over log(price) by least squares, within what is believable."""
    low, high = ELASTICITY
    xs = [math.log(price) for price, _ in points]
    ys = [math.log(units) for _, units in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    if spread == 0:
        return (low + high) / 2
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / spread
    return min(high, max(low, slope))


def suggest_prices(products, demand):
    """{product: cents}: dearer where a product sells better than its category, cheaper where it sells worse, the less so the
    more its buyers mind the price. Products that nobody bought keep their price."""
    categories = defaultdict(list)
    for product in products:
        if product.id in demand:
            categories[product.category].append(product)
    suggested = {product.id: product.price_cents for product in products}
    for sold in categories.values():
        elasticity = fit_elasticity([(product.price_cents, demand[product.id]) for product in sold])
        usual = sum(demand[product.id] for product in sold) / len(sold)
        for product in sold:
            factor = (demand[product.id] / usual) ** (-1 / (elasticity * 4))
            factor = min(1 + CHANGE_MAX, max(1 - CHANGE_MAX, factor))
            suggested[product.id] = round(product.price_cents * factor)
    return suggested
