"""The shop's pricing job: `main.py service NAME --config FILE` suggests prices from the newest orders, again and again, until SIGTERM."""
import datetime
import json
import signal
import sys
import threading
import time
from pathlib import Path

import prometheus_client
import psycopg

from face import Knobs, listen
from prices import Product, Sale, estimate_demand, suggest_prices

INTERVAL_S = 10
WINDOW_ORDERS = 5000   # a look at as many costs the replica some ten milliseconds
# One value each: rows one by one would cost the job more than what it is there for.
PRODUCTS = "SELECT json_agg(json_build_array(id, category, price_cents)) FROM products"
# By id, which grows with time: there is no index on the time alone.
SALES = ("SELECT json_agg(json_build_array(i.product_id, i.quantity, extract(epoch FROM o.created_at)))"
         " FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.id > (SELECT max(id) FROM orders) - %s")

RUNS = prometheus_client.Counter("pricing_runs", "Runs of the job", ["outcome"])
SECONDS = prometheus_client.Histogram("pricing_run_duration_seconds", "One run")
SALES_READ = prometheus_client.Gauge("pricing_sales", "Sales that the last run looked at")
CHANGED = prometheus_client.Gauge("pricing_suggested_changes", "Products whose suggested price is not today's")


class Log:
    def __init__(self, service, instance):
        self.identity = {"service": service, "instance": instance}

    def __call__(self, level, message, **fields):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        print(json.dumps({"time": now, "level": level, **self.identity, "message": message, **fields}), flush=True)


def load_sales(url, window):
    """(products, sales) as the replica has them. pgbouncer gives a connection for one transaction: nothing is prepared on it."""
    with psycopg.connect(url, connect_timeout=2, prepare_threshold=None, autocommit=True) as connection:
        products = connection.execute(PRODUCTS).fetchone()[0]
        sales = connection.execute(SALES, [window]).fetchone()[0]
    return [Product(*row) for row in products or ()], [Sale(*row) for row in sales or ()]


class PricingJob:
    def __init__(self, url, log):
        self.url = url
        self.log = log
        self.wake = threading.Event()
        self.is_stopping = False
        self.knobs = Knobs(self.wake.set, interval_s=INTERVAL_S, window_orders=WINDOW_ORDERS)
        self.prices = {}   # {product: (today's, suggested)}; replaced as a whole, read by the HTTP threads
        self.failure = "no run has ended yet"

    def run_once(self):
        products, sales = load_sales(self.url, int(self.knobs.values["window_orders"]))
        suggested = suggest_prices(products, estimate_demand(sales))
        self.prices = {product.id: (product.price_cents, suggested[product.id]) for product in products}
        SALES_READ.set(len(sales))
        CHANGED.set(sum(old != new for old, new in self.prices.values()))

    def run_and_tell(self):
        began = time.monotonic()
        try:
            self.run_once()
            self.failure = None
        except psycopg.Error as failure:
            self.failure = "the database shop_ro does not answer"
            self.log("warning", "a run failed", reason=str(failure).strip())
        SECONDS.observe(time.monotonic() - began)
        RUNS.labels("failed" if self.failure else "done").inc()

    def run(self):
        while not self.is_stopping:
            self.wake.clear()
            self.run_and_tell()
            if not self.is_stopping:
                self.wake.wait(self.knobs.values["interval_s"])

    def stop(self, *_):
        self.is_stopping = True
        self.wake.set()

    def what_is_missing(self):
        return self.failure

    def suggestion(self, product):
        if product not in self.prices:
            return None
        today, suggested = self.prices[product]
        return {"product": product, "price_cents": today, "suggested_cents": suggested}


def main():
    if len(sys.argv) != 5 or sys.argv[1] != "service" or sys.argv[3] != "--config":
        sys.exit("pricing: service NAME --config FILE")
    config = json.loads(Path(sys.argv[4]).read_text())
    entry = next(one for one in config["services"] if one["name"] == sys.argv[2])
    log = Log(entry["role"], entry["name"])
    job = PricingJob(config["database"]["ro"], log)
    signal.signal(signal.SIGTERM, job.stop)
    signal.signal(signal.SIGINT, job.stop)
    listen(entry["port"], job, config["admin"]["token"])
    log("info", "the service listens", port=entry["port"])
    job.run()
    log("info", "the service stops")


if __name__ == "__main__":
    main()
