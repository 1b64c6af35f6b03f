"""Healthy controls: what looks as if something were wrong and is not. A diagnosis has to stay silent on each of them."""
from process import RigError
from running import Shop

RESTARTED = "catalog-1"
# Name: (what it is, what a diagnosis may say, how the load is shaped or what the rig does).
LOADS = {
    "constant": ("half of what the shop can carry, all the time", "nothing", "PROFILE=constant"),
    "ramp": ("load that rises inside of what the shop can carry", "nothing: every metric rises, nothing is wrong", "PROFILE=ramp"),
    "sine": ("load that comes and goes", "nothing", "PROFILE=sine"),
    "mix": ("more buyers among the same number of customers from half time on", "the mix changed", "PROFILE=mix"),
}


def vacuum(shop):
    if shop.database["kind"] == "postgres":
        shop.sql("superuser", "VACUUM ANALYZE", "CHECKPOINT")
    else:
        raise RigError("PostgreSQL alone vacuums; the shop runs on SQLite")


def restart(shop):
    shop.kill(RESTARTED)
    shop.wait_ready(RESTARTED)


ACTIONS = {
    "vacuum": ("the database cleans up and writes a checkpoint", "nothing", vacuum),
    "restart": (f"{RESTARTED} is restarted and warms its cache up again", "nothing, or a restart", restart),
}


def control_command(state, words):
    """`control list`, `control run NAME`."""
    verb, names = (words[0], words[1:]) if words else ("list", [])
    if verb == "list":
        for name, (what, answer, how) in {**LOADS, **ACTIONS}.items():
            how = f"{how} for examples/shop/journeys.js" if name in LOADS else f"control run {name}, under any load"
            print(f"{name:9} {what}\n{'':9} good answer: {answer}; {how}")
        return 0
    if verb != "run" or len(names) != 1 or names[0] not in ACTIONS:
        raise RigError("control list | control run " + "|".join(ACTIONS))
    if not state.is_up():
        raise RigError(f"the shop in {state.data} is not up: `up` first")
    ACTIONS[names[0]][2](Shop(state))
    print(f"{names[0]}: done")
    return 0
